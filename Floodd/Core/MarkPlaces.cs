// Which sites have a place in the tables of a group's marks: its members, and some of whom nothing but marks was heard yet.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>Places, from 0. A site keeps its own when it becomes a member; one that is vacated is taken again by whoever comes next.</summary>
internal sealed class MarkPlaces
{
    /// <summary>So many sites that are no members have places.</summary>
    private const int StrangersMost = 256;

    private readonly List<Holder> _holders = [];
    private readonly Dictionary<SiteName, int> _places = [];

    // Their places, who has come first before the others.
    private readonly List<int> _strangers = [];

    /// <summary>How many places there are, vacant ones too.</summary>
    public int Count => _holders.Count;

    /// <summary>Another one whenever a place has another holder.</summary>
    public int Version { get; private set; }

    /// <summary>Where a stranger is to leave before another one comes; -1 if there is room.</summary>
    public int Crowded => _strangers.Count < StrangersMost ? -1 : _strangers[0];

    /// <summary>The place of a site; -1 if it has none.</summary>
    public int Of(SiteName site) => _places.GetValueOrDefault(site, -1);

    /// <summary>Whose a place is; nobody's if it is vacant.</summary>
    public Holder At(int place) => _holders[place];

    /// <summary>A member takes its place.</summary>
    public void Take(Member member)
    {
        int place = Of(member.Name);
        member.Place = place < 0 ? Settle(member.Name) : place;
        _strangers.Remove(member.Place);
        _holders[member.Place] = _holders[member.Place] with { Member = member };
    }

    /// <summary>A site that is no member, as far as is known, takes a place.</summary>
    public int Take(SiteName stranger)
    {
        int place = Settle(stranger);
        _strangers.Add(place);
        return place;
    }

    /// <summary>Nobody has a place any more.</summary>
    public void Vacate(int place)
    {
        _places.Remove(_holders[place].Name!.Value);
        _strangers.Remove(place);
        _holders[place] = default;
        Version++;
    }

    private int Settle(SiteName site)
    {
        int place = _holders.FindIndex(h => h.Name is null);
        if (place < 0)
        {
            place = _holders.Count;
            _holders.Add(default);
        }

        _holders[place] = new Holder(site, null, MarkSum.NumberOf(site));
        _places.Add(site, place);
        Version++;
        return place;
    }

    /// <summary>Who has a place.</summary>
    /// <param name="Name">The site; null if it is vacant.</param>
    /// <param name="Member">The member that it is; null for a stranger.</param>
    /// <param name="Number">What its name comes to, in sums of marks.</param>
    public readonly record struct Holder(SiteName? Name, Member? Member, ulong Number);
}

// Which sites have a place in the tables of a group's marks: its members, and some of whom nothing but marks was heard yet.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>Places, from 0. A site keeps its own when it becomes a member; one that is vacated is taken again by whoever comes next.</summary>
internal sealed class MarkPlaces
{
    /// <summary>So many sites that are no members have places.</summary>
    private const int StrangersMost = 256;

    /// <summary>Who has been a stranger for so long is hardly about to become a member.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly List<Holder> _holders = [];
    private readonly Dictionary<SiteName, int> _places = [];

    // By place, and apart from the members: each second all are looked at.
    private Instant[] _progressAt = [];

    // Their places, who has come first before the others.
    private readonly List<(int Place, Instant Since)> _strangers = [];

    /// <summary>How many places there are, vacant ones too.</summary>
    public int Count => _holders.Count;

    /// <summary>Another one whenever a place has another holder.</summary>
    public int Version { get; private set; }

    /// <summary>Whether there is no place for another stranger.</summary>
    public bool IsCrowded => _strangers.Count >= StrangersMost;

    /// <summary>The place of a site; -1 if it has none.</summary>
    public int Of(SiteName site) => _places.GetValueOrDefault(site, -1);

    /// <summary>Whose a place is; nobody's if it is vacant.</summary>
    public Holder At(int place) => _holders[place];

    /// <summary>When a mark of whoever has a place last rose, or when it last owed nothing; lent until another site takes a place.</summary>
    public ref Instant ProgressAt(int place) => ref _progressAt[place];

    /// <summary>A member takes its place.</summary>
    public void Take(Member member)
    {
        int place = Of(member.Name);
        member.Place = place < 0 ? Settle(member.Name) : place;
        _strangers.RemoveAll(s => s.Place == member.Place);
        _holders[member.Place] = _holders[member.Place] with { Member = member };
    }

    /// <summary>A site that is no member, as far as is known, takes a place.</summary>
    public int Take(SiteName stranger, Instant now)
    {
        int place = Settle(stranger);
        _strangers.Add((place, now));
        return place;
    }

    /// <summary>This site takes a place, before it is a member.</summary>
    public int TakeOwn(SiteName self) => Settle(self);

    /// <summary>The place of who has been a stranger for longest; -1 if none has been one for long.</summary>
    public int LongStranger(Instant now) => _strangers.Count > 0 && now - _strangers[0].Since > Long ? _strangers[0].Place : -1;

    /// <summary>Nobody has a place any more.</summary>
    public void Vacate(int place)
    {
        _places.Remove(_holders[place].Name!.Value);
        _strangers.RemoveAll(s => s.Place == place);
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
            Array.Resize(ref _progressAt, Math.Max(_holders.Capacity, _progressAt.Length));
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

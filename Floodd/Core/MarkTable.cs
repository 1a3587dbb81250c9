// How far each member has exported one stream. Marks only grow.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>The marks of a stream, and the floors that follow from them, computed when asked for.</summary>
internal sealed class MarkTable(Group group)
{
    // Those of members by their places: there are as many tables as streams, and to search each for a name would touch all of them.
    private readonly List<Mark?> _ofMembers = [];
    private readonly Dictionary<SiteName, Mark> _ofStrangers = [];
    private readonly List<Mark>[] _untold = [[], [], []];
    private long _allFloor, _allReleasedFloor, _upFloor, _releasedFloor, _highestFloor;
    private bool _current;

    /// <summary>How many there are.</summary>
    public int Count => All.Count();

    /// <summary>How many are of sites that are no members, as far as is known.</summary>
    public int StrangerCount => _ofStrangers.Count;

    /// <summary>All that there are, in an order of their own.</summary>
    public IEnumerable<Mark> All => OfMembers.Concat(_ofStrangers.Values);

    /// <summary>Those of members.</summary>
    public IEnumerable<Mark> OfMembers => _ofMembers.OfType<Mark>();

    /// <summary>The furthest that any site is known to have exported: so many numbers there are, whoever holds them.</summary>
    public long Furthest { get; private set; }

    /// <summary>The sum of the numbers of members' marks, computed anew: another site where it is the same knows the same.</summary>
    public ulong Sum
    {
        get
        {
            ulong sum = 0;
            foreach (Mark? mark in _ofMembers)
            {
                sum += mark?.Number ?? 0;
            }

            return sum;
        }
    }

    /// <summary>When one of them last changed.</summary>
    public Instant ChangedAt { get; set; }

    /// <summary>Since when some are to be told to all neighbors.</summary>
    public Instant UntoldSince { get; set; }

    /// <summary>Every member has exported up to this.</summary>
    public long AllFloor => Computed()._allFloor;

    /// <summary>Every member has exported and given to its subscribers up to this.</summary>
    public long AllReleasedFloor => Computed()._allReleasedFloor;

    /// <summary>Every member that is up and not behind has exported up to this.</summary>
    public long UpFloor => Computed()._upFloor;

    /// <summary>Every member that is up and not behind has exported and given to its subscribers up to this.</summary>
    public long ReleasedFloor => Computed()._releasedFloor;

    /// <summary>The marks that are still to be told to some of the neighbors.</summary>
    public List<Mark> Untold(MarkHearers hearers) => _untold[(int)hearers];

    /// <summary>A member's mark; null if nothing was ever heard.</summary>
    public Mark? Of(Member member) => member.Place < _ofMembers.Count ? _ofMembers[member.Place] : null;

    /// <summary>The mark of a site, which need not be a member; null if nothing was ever heard.</summary>
    public Mark? Of(SiteName site) => group.Members.TryGetValue(site, out Member? member) ? Of(member) : _ofStrangers.GetValueOrDefault(site);

    /// <summary>How far a member has exported; 0 if nothing was ever heard.</summary>
    public long ExportedAt(Member member) => Of(member)?.Exported ?? 0;

    /// <summary>How far a member has exported and given to its subscribers; 0 if nothing was ever heard.</summary>
    public long ReleasedAt(Member member) => Of(member)?.Released ?? 0;

    /// <summary>Raises a mark. What was given stays given until the site reports as much: else numbers between would count as reported that it never had.</summary>
    /// <returns>The mark if that changed it, else null.</returns>
    public Mark? Raise(SiteName site, long exported, long released, bool start) => Raise(site, Of(site), exported, released, start);

    /// <summary>The same, for who has looked up the mark that there is.</summary>
    public Mark? Raise(SiteName site, Mark? mark, long exported, long released, bool start)
    {
        if (mark is null)
        {
            mark = new Mark(site) { Start = start };
            if (group.Members.TryGetValue(site, out Member? member))
            {
                Put(member, mark);
            }
            else
            {
                _ofStrangers.Add(site, mark);
            }
        }
        else if (exported <= mark.Exported && released <= mark.Released && (start || !mark.Start || exported < mark.Exported))
        {
            return null;
        }

        // A floor is where the last ones stand: it stays when others go on.
        _current &= mark.Exported > _highestFloor && mark.Released > _highestFloor;
        mark.Start = exported > mark.Exported ? start : mark.Start && (start || exported < mark.Exported);
        mark.Exported = Math.Max(mark.Exported, exported);
        Furthest = Math.Max(Furthest, exported);
        mark.Released = Math.Max(mark.Released, released);
        return mark;
    }

    /// <summary>The members, or whether they are up or behind, have changed: the floors are to be computed again.</summary>
    public void Invalidate() => _current = false;

    /// <summary>A site has become a member: what was heard of it counts from now on.</summary>
    public void Join(Member member)
    {
        if (_ofStrangers.Remove(member.Name, out Mark? mark))
        {
            Put(member, mark);
        }
    }

    /// <summary>Forgets a site that is no member any more.</summary>
    public void Leave(Member member)
    {
        if (Of(member) is not null)
        {
            _ofMembers[member.Place] = null;
        }
    }

    private void Put(Member member, Mark mark)
    {
        while (_ofMembers.Count <= member.Place)
        {
            _ofMembers.Add(null);
        }

        _ofMembers[member.Place] = mark;
    }

    private MarkTable Computed()
    {
        if (_current)
        {
            return this;
        }

        _allFloor = _allReleasedFloor = _upFloor = _releasedFloor = long.MaxValue;
        foreach (Member member in group.Members.Values)
        {
            (long exported, long released) = Of(member) is { } mark ? (mark.Exported, mark.Released) : (0, 0);
            _allFloor = Math.Min(_allFloor, exported);
            _allReleasedFloor = Math.Min(_allReleasedFloor, released);
            if (member.Counts)
            {
                _upFloor = Math.Min(_upFloor, exported);
                _releasedFloor = Math.Min(_releasedFloor, released);
            }
        }

        _highestFloor = Math.Max(_allFloor, _upFloor);
        _current = true;
        return this;
    }
}

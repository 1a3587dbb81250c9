// How far each member has exported one stream. Marks only grow.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>One member's progress in one stream.</summary>
internal sealed class Mark
{
    private int _untold;

    /// <summary>All updates up to this segment are exported there.</summary>
    public long Exported { get; set; }

    /// <summary>No subscriber there waits for them either.</summary>
    public long Released { get; set; }

    /// <summary>Whether the site was given this to start from, rather than having reported it.</summary>
    public bool Start { get; set; }

    /// <summary>The links whose other ends know exactly this: they have told it, or were told.</summary>
    public LinkSet KnownBy { get; set; }

    /// <summary>Whether it is still to be told to some of the neighbors.</summary>
    public bool IsUntold(MarkHearers hearers) => (_untold & (1 << (int)hearers)) != 0;

    /// <summary>Says whether it is.</summary>
    public void SetUntold(MarkHearers hearers, bool untold) => _untold = untold ? _untold | (1 << (int)hearers) : _untold & ~(1 << (int)hearers);

    /// <summary>Whether this is exactly what was told.</summary>
    public bool Is(in DeliveryMark told) => Exported == told.Exported && Released == told.Released && Start == told.Start;
}

/// <summary>The marks of a stream, and the floors that follow from them, computed when asked for.</summary>
internal sealed class MarkTable
{
    private readonly Dictionary<SiteName, Mark> _marks = [];
    private readonly List<(SiteName, Mark)>[] _untold = [[], [], []];
    private long _allFloor, _allReleasedFloor, _upFloor, _releasedFloor, _highestFloor;
    private bool _current;

    /// <summary>The marks there are, by site.</summary>
    public IReadOnlyDictionary<SiteName, Mark> All => _marks;

    /// <summary>The furthest that any site is known to have exported: so many numbers there are, whoever holds them.</summary>
    public long Furthest { get; private set; }

    /// <summary>The marks that are still to be told to some of the neighbors.</summary>
    public List<(SiteName Site, Mark Mark)> Untold(MarkHearers hearers) => _untold[(int)hearers];

    /// <summary>A member's mark; null if nothing was ever heard.</summary>
    public Mark? Of(SiteName site) => _marks.GetValueOrDefault(site);

    /// <summary>How far a member has exported; 0 if nothing was ever heard.</summary>
    public long ExportedAt(SiteName site) => _marks.TryGetValue(site, out Mark? mark) ? mark.Exported : 0;

    /// <summary>How far a member has exported and given to its subscribers; 0 if nothing was ever heard.</summary>
    public long ReleasedAt(SiteName site) => _marks.TryGetValue(site, out Mark? mark) ? mark.Released : 0;

    /// <summary>Raises a mark. What was given stays given until the site reports as much: else numbers between would count as reported that it never had.</summary>
    /// <returns>The mark if that changed it, else null.</returns>
    public Mark? Raise(SiteName site, long exported, long released, bool start) => Raise(site, Of(site), exported, released, start);

    /// <summary>The same, for who has looked up the mark that there is.</summary>
    public Mark? Raise(SiteName site, Mark? mark, long exported, long released, bool start)
    {
        if (mark is null)
        {
            _marks.Add(site, mark = new Mark { Start = start });
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

    /// <summary>Forgets a site.</summary>
    public void Remove(SiteName site)
    {
        _marks.Remove(site);
        _current = false;
    }

    /// <summary>Every member has exported up to this.</summary>
    public long AllFloor(IEnumerable<Member> members)
    {
        Compute(members);
        return _allFloor;
    }

    /// <summary>Every member has exported and given to its subscribers up to this.</summary>
    public long AllReleasedFloor(IEnumerable<Member> members)
    {
        Compute(members);
        return _allReleasedFloor;
    }

    /// <summary>Every member that is up and not behind has exported up to this.</summary>
    public long UpFloor(IEnumerable<Member> members)
    {
        Compute(members);
        return _upFloor;
    }

    /// <summary>Every member that is up and not behind has exported and given to its subscribers up to this.</summary>
    public long ReleasedFloor(IEnumerable<Member> members)
    {
        Compute(members);
        return _releasedFloor;
    }

    private void Compute(IEnumerable<Member> members)
    {
        if (_current)
        {
            return;
        }

        _allFloor = _allReleasedFloor = _upFloor = _releasedFloor = long.MaxValue;
        foreach (Member member in members)
        {
            (long exported, long released) = _marks.TryGetValue(member.Name, out Mark? mark) ? (mark.Exported, mark.Released) : (0, 0);
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
    }
}

// How far each member has exported one stream. Marks only grow.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>The marks of a stream, by the places of their sites, and the floors that follow from them, computed when asked for.</summary>
internal sealed class MarkTable(Group group)
{
    private Mark[] _marks = [];
    private long _allFloor, _allReleasedFloor, _upFloor, _releasedFloor, _highestFloor;
    private bool _current;
    private ulong? _sum;

    /// <summary>How many there are.</summary>
    public int Count => All.Count();

    /// <summary>All that there are, in an order of their own.</summary>
    public IEnumerable<(SiteName Site, Mark Mark)> All
    {
        get
        {
            for (int place = 0; place < _marks.Length; place++)
            {
                if (_marks[place].IsKnown)
                {
                    yield return (group.Places.At(place).Name!.Value, _marks[place]);
                }
            }
        }
    }

    /// <summary>One for each place, known or not, as far as anything was heard; lent until another site takes a place.</summary>
    public Span<Mark> ByPlace => _marks;

    /// <summary>The furthest that any site is known to have exported: so many numbers there are, whoever holds them.</summary>
    public long Furthest { get; private set; }

    /// <summary>The sum of the numbers of members' marks: another site where it is the same knows the same.</summary>
    public ulong Sum
    {
        get
        {
            if (_sum is { } current)
            {
                return current;
            }

            ulong sum = 0;
            for (int place = 0; place < _marks.Length; place++)
            {
                ref readonly Mark mark = ref _marks[place];
                if (mark.IsKnown && group.Places.At(place) is { Member: not null } holder)
                {
                    sum += MarkSum.NumberOf(holder.Number, mark.Exported, mark.Released, mark.Start);
                }
            }

            _sum = sum;
            return sum;
        }
    }

    /// <summary>When one of them last changed.</summary>
    public Instant ChangedAt { get; set; }

    /// <summary>Those to whom some are still to be told.</summary>
    public MarkHearers Untold { get; set; }

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

    /// <summary>The mark of a site, which need not be a member; null if nothing was ever heard.</summary>
    public Mark? Of(SiteName site) => group.Places.Of(site) is >= 0 and var place && At(place) is { IsKnown: true } mark ? mark : null;

    /// <summary>How far a member has exported; 0 if nothing was ever heard.</summary>
    public long ExportedAt(Member member) => At(member.Place).Exported;

    /// <summary>The mark at a place, known or not; lent until another site takes a place.</summary>
    public ref Mark At(int place)
    {
        if (place >= _marks.Length)
        {
            Array.Resize(ref _marks, Math.Max(place + 1, Math.Min(_marks.Length * 2, group.Places.Count)));
        }

        return ref _marks[place];
    }

    /// <summary>Raises a mark. What was given stays given until the site reports as much: else numbers between would count as reported that it never had.</summary>
    /// <returns>Whether that changed it.</returns>
    public bool Raise(int place, in DeliveryMark to)
    {
        ref Mark mark = ref At(place);
        if (mark.IsKnown && to.Exported <= mark.Exported && to.Released <= mark.Released && (to.Start || !mark.Start || to.Exported < mark.Exported))
        {
            return false;
        }

        _sum = null;

        // A floor is where the last ones stand: it stays when others go on.
        _current &= mark.IsKnown && mark.Exported > _highestFloor && mark.Released > _highestFloor;
        mark.Start = !mark.IsKnown || to.Exported > mark.Exported ? to.Start : mark.Start && (to.Start || to.Exported < mark.Exported);
        mark.IsKnown = true;
        mark.Exported = Math.Max(mark.Exported, to.Exported);
        mark.Released = Math.Max(mark.Released, to.Released);
        Furthest = Math.Max(Furthest, to.Exported);
        return true;
    }

    /// <summary>The same, of a site that may have no place yet; nothing is raised if there is none for it.</summary>
    public bool Raise(SiteName site, in DeliveryMark to, Instant now = default) => group.PlaceOf(site, now) is >= 0 and var place && Raise(place, to);

    /// <summary>The members, or whether they are up or behind, have changed: the floors and the sum are to be computed again.</summary>
    public void Invalidate() => (_current, _sum) = (false, null);

    /// <summary>Forgets the mark at a place.</summary>
    public void Forget(int place)
    {
        if (place < _marks.Length)
        {
            _marks[place] = default;
            _sum = null;
        }
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
            ref readonly Mark mark = ref At(member.Place);
            _allFloor = Math.Min(_allFloor, mark.Exported);
            _allReleasedFloor = Math.Min(_allReleasedFloor, mark.Released);
            if (member.Counts)
            {
                _upFloor = Math.Min(_upFloor, mark.Exported);
                _releasedFloor = Math.Min(_releasedFloor, mark.Released);
            }
        }

        _highestFloor = Math.Max(_allFloor, _upFloor);
        _current = true;
        return this;
    }
}

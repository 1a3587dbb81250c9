// Which segments of a stream: a set of numbers kept as ranges, small when they are nearly contiguous. Never forgets what was added.
using System.Runtime.InteropServices;

namespace Floodd.Model;

/// <summary>A set of segment numbers from 1, as disjoint ranges in order. Adding at the end costs constant time.</summary>
public sealed class SegmentSet
{
    private readonly List<(long First, long Last)> _ranges = [];

    /// <summary>How many ranges there are.</summary>
    public int RangeCount => _ranges.Count;

    /// <summary>The range at a position, in order.</summary>
    public (long First, long Last) this[int index] => _ranges[index];

    /// <summary>All numbers up to this are in the set; 0 if not even 1 is.</summary>
    public long Watermark => _ranges.Count > 0 && _ranges[0].First == 1 ? _ranges[0].Last : 0;

    /// <summary>The highest number in the set; 0 if it is empty.</summary>
    public long Highest => _ranges.Count > 0 ? _ranges[^1].Last : 0;

    /// <summary>Whether a number is in the set.</summary>
    public bool Contains(long number)
    {
        int at = IndexFrom(number);
        return at < _ranges.Count && _ranges[at].First <= number;
    }

    /// <summary>The first number at or above <paramref name="from"/> that is not in the set.</summary>
    public long FirstMissing(long from)
    {
        int at = IndexFrom(from);
        return at < _ranges.Count && _ranges[at].First <= from ? _ranges[at].Last + 1 : from;
    }

    /// <summary>The first number at or above <paramref name="from"/> that is in the set; <see cref="long.MaxValue"/> if there is none.</summary>
    public long FirstPresent(long from)
    {
        int at = IndexFrom(from);
        return at < _ranges.Count ? Math.Max(from, _ranges[at].First) : long.MaxValue;
    }

    /// <summary>How many numbers from <paramref name="first"/> to <paramref name="last"/> are in the set.</summary>
    public long CountIn(long first, long last)
    {
        long count = 0;
        for (int at = IndexFrom(first); at < _ranges.Count && _ranges[at].First <= last; at++)
        {
            count += Math.Min(last, _ranges[at].Last) - Math.Max(first, _ranges[at].First) + 1;
        }

        return count;
    }

    /// <summary>Adds all numbers from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public void Add(long first, long last)
    {
        Invariant.Check(first >= 1 && last >= first);
        if (_ranges.Count > 0)
        {
            ref (long First, long Last) end = ref CollectionsMarshal.AsSpan(_ranges)[^1];
            if (first >= end.First && first <= end.Last + 1)
            {
                end.Last = Math.Max(end.Last, last);
                return;
            }
        }

        // The ranges that touch the new one, neighbors in number included, become one with it.
        int from = IndexFrom(first - 1);
        int to = from;
        while (to < _ranges.Count && _ranges[to].First <= last + 1)
        {
            first = Math.Min(first, _ranges[to].First);
            last = Math.Max(last, _ranges[to].Last);
            to++;
        }

        _ranges.RemoveRange(from, to - from);
        _ranges.Insert(from, (first, last));
    }

    /// <summary>Adds all of another set.</summary>
    public void Add(SegmentSet other)
    {
        foreach ((long first, long last) in other._ranges)
        {
            Add(first, last);
        }
    }

    /// <summary>Takes all numbers from <paramref name="first"/> to <paramref name="last"/> out again.</summary>
    public void Remove(long first, long last)
    {
        for (int at = IndexFrom(first); at < _ranges.Count && _ranges[at].First <= last;)
        {
            (long from, long to) = _ranges[at];
            _ranges.RemoveAt(at);
            if (from < first)
            {
                _ranges.Insert(at++, (from, first - 1));
            }

            if (to > last)
            {
                _ranges.Insert(at++, (last + 1, to));
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _ranges.Clear();

    /// <summary>As in <c>1-17 20-20</c>.</summary>
    public override string ToString() => string.Join(' ', _ranges.Select(r => $"{r.First}-{r.Last}"));

    // The index of the first range that ends at or above the number. Few ranges and mostly the last one: look there first.
    private int IndexFrom(long number)
    {
        ReadOnlySpan<(long First, long Last)> ranges = CollectionsMarshal.AsSpan(_ranges);
        int low = 0, high = ranges.Length;
        if (high > 0 && ranges[high - 1].First <= number)
        {
            return ranges[high - 1].Last >= number ? high - 1 : high;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].Last < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

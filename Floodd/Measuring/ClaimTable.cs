// Where the claims about pairs stand: compact, by number of site. Judges nothing and knows no names.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>What one end of a pair said; nothing if the round trip is 0.</summary>
internal readonly record struct StoredClaim(float RttMilliseconds, float SpreadMilliseconds, float BytesPerSecond, Instant MeasuredAt);

/// <summary>What both ends of a pair said: the one with the lower number, and the other.</summary>
internal struct PairClaims
{
    public StoredClaim FromLower;
    public StoredClaim FromHigher;
}

/// <summary>
/// For each site a row of the pairs with sites of higher numbers, in order: 52 bytes for each pair of which something was said, 26 MB
/// for all of 1,000 sites.
/// </summary>
internal sealed class ClaimTable
{
    private sealed class Row
    {
        public int[] Others = [];
        public PairClaims[] Pairs = [];
        public int Count;
    }

    private readonly List<Row> _rows = [];

    /// <summary>How many pairs there are.</summary>
    public int Count { get; private set; }

    /// <summary>The same claims, apart from these.</summary>
    public ClaimTable Copy()
    {
        var copy = new ClaimTable { Count = Count };
        foreach (Row row in _rows)
        {
            copy._rows.Add(new Row { Others = row.Others[..row.Count], Pairs = row.Pairs[..row.Count], Count = row.Count });
        }

        return copy;
    }

    /// <summary>The others that a row has, in order.</summary>
    public ReadOnlySpan<int> Others(int low) => low < _rows.Count ? _rows[low].Others.AsSpan(0, _rows[low].Count) : default;

    /// <summary>The pairs of a row, beside <see cref="Others"/>.</summary>
    public ReadOnlySpan<PairClaims> Pairs(int low) => low < _rows.Count ? _rows[low].Pairs.AsSpan(0, _rows[low].Count) : default;

    /// <summary>What was said of a pair; nothing if nothing was.</summary>
    public PairClaims? Find(int a, int b)
    {
        int low = Math.Min(a, b);
        int at = Others(low).BinarySearch(Math.Max(a, b));
        return at >= 0 ? _rows[low].Pairs[at] : null;
    }

    /// <summary>Keeps what <paramref name="from"/> said of its way to <paramref name="to"/> in place of what it said before.</summary>
    public void Put(int from, int to, in StoredClaim claim)
    {
        int low = Math.Min(from, to), high = Math.Max(from, to);
        while (_rows.Count <= low)
        {
            _rows.Add(new Row());
        }

        Row row = _rows[low];
        int at = row.Others.AsSpan(0, row.Count).BinarySearch(high);
        if (at < 0)
        {
            at = ~at;
            Insert(row, at, high);
            Count++;
        }

        ref PairClaims pair = ref row.Pairs[at];
        if (from == low)
        {
            pair.FromLower = claim;
        }
        else
        {
            pair.FromHigher = claim;
        }
    }

    /// <summary>Forgets all pairs of a site.</summary>
    public void Remove(int site)
    {
        for (int low = 0; low < _rows.Count; low++)
        {
            Row row = _rows[low];
            int at = low == site ? -1 : row.Others.AsSpan(0, row.Count).BinarySearch(site);
            if (low == site)
            {
                Count -= row.Count;
                _rows[low] = new Row();
            }
            else if (at >= 0)
            {
                Count--;
                row.Count--;
                Array.Copy(row.Others, at + 1, row.Others, at, row.Count - at);
                Array.Copy(row.Pairs, at + 1, row.Pairs, at, row.Count - at);
            }
        }
    }

    private static void Insert(Row row, int at, int other)
    {
        if (row.Count == row.Others.Length)
        {
            int size = row.Count + Math.Max(4, row.Count / 4);
            Array.Resize(ref row.Others, size);
            Array.Resize(ref row.Pairs, size);
        }

        Array.Copy(row.Others, at, row.Others, at + 1, row.Count - at);
        Array.Copy(row.Pairs, at, row.Pairs, at + 1, row.Count - at);
        row.Others[at] = other;
        row.Pairs[at] = default;
        row.Count++;
    }
}

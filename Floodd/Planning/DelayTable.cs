// Delays from many sources to all sites while links come and go: the inner loop of planning. Takes back what is not accepted; decides nothing.
using System.Numerics;
using System.Runtime.Intrinsics;
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>
/// A row for each site, a lane for each source, in whole numbers, eight lanes at a time: a link is tried for all sources at once.
/// A link that comes lowers delays outward from its ends. When one goes, the delays that rested on it and on nothing else are
/// found first and then computed anew from what stands (Ramalingam and Reps, "An incremental algorithm for a generalization of
/// the shortest-path problem", J. Algorithms 21, 1996). Blocks are saved before they change, so a try can be taken back.
/// </summary>
internal sealed partial class DelayTable
{
    /// <summary>Lanes of one step.</summary>
    public const int Lanes = 8;

    /// <summary>The most sources: a bit for each block of lanes.</summary>
    public const int MostSources = 64 * Lanes;

    // Real delays stay below 2^24; this one is added to those that must be computed anew. Sums of eight stay below 2^31.
    private const int Far = 1 << 25;

    private readonly PlanGraph _graph;
    private readonly int _blocks;
    private readonly int _stride;
    private readonly ulong _all;
    private readonly int[] _delays;
    private readonly int[] _line;
    private readonly ulong[] _pending;
    private readonly int[] _savedAt;
    private readonly int[] _places;
    private readonly Vector256<int>[] _saved;
    private Vector256<int>[] _longest;
    private Vector256<int>[] _longestNow;
    private int _savedCount;
    private int _stamp = 1;
    private int _head;
    private int _lineCount;
    private long _sum;
    private long _sumNow;

    /// <summary>A table of a graph with weights.</summary>
    /// <param name="graph">The graph; its links are told to the table after they came or went.</param>
    /// <param name="sources">The sources; near ones should stand together.</param>
    public DelayTable(PlanGraph graph, ReadOnlySpan<int> sources)
    {
        Invariant.Check(sources.Length <= MostSources);
        int n = graph.Count;
        _graph = graph;
        _blocks = (sources.Length + Lanes - 1) / Lanes;
        _stride = _blocks * Lanes;
        _all = _blocks == 64 ? ulong.MaxValue : (1UL << _blocks) - 1;
        _delays = new int[n * _stride];
        _line = new int[n];
        _pending = new ulong[n];
        (_orphaned, _orphans) = (new ulong[n], new int[n]);
        _savedAt = new int[n * _blocks];
        _places = new int[n * _blocks];
        _saved = new Vector256<int>[n * _blocks];
        _longest = new Vector256<int>[_blocks];
        _longestNow = new Vector256<int>[_blocks];
        Fill(sources);
    }

    /// <summary>Block steps ever done.</summary>
    public long Work { get; private set; }

    /// <summary>The sum over sources of the longest delay, with what is being tried, after <see cref="Measure"/>.</summary>
    public long LongestSum { get; private set; }

    /// <summary>The sum of all delays, with what is being tried, after <see cref="Measure"/>.</summary>
    public long Sum => _sumNow;

    /// <summary>A link came.</summary>
    public void Added(int u, int v, int weight)
    {
        Relax(u, v, weight, _all);
        Relax(v, u, weight, _all);
        Drain();
    }

    /// <summary>Sums up what is being tried.</summary>
    public void Measure()
    {
        Array.Copy(_longest, _longestNow, _blocks);
        ulong shorter = 0;
        long sum = _sum;
        for (int i = 0; i < _savedCount; i++)
        {
            int place = _places[i];
            int block = place % _blocks;
            Vector256<int> old = _saved[i];
            Vector256<int> now = Load(place * Lanes);
            sum += Vector256.Sum(now - old);
            _longestNow[block] = Vector256.Max(_longestNow[block], now);
            if ((Vector256.Equals(old, _longest[block]) & Vector256.GreaterThan(old, now)) != Vector256<int>.Zero)
            {
                shorter |= 1UL << block;
            }
        }

        for (; shorter != 0; shorter &= shorter - 1)
        {
            int block = BitOperations.TrailingZeroCount(shorter);
            _longestNow[block] = LongestOf(block);
        }

        long longest = 0;
        for (int block = 0; block < _blocks; block++)
        {
            longest += Vector256.Sum(_longestNow[block]);
        }

        (_sumNow, LongestSum) = (sum, longest);
    }

    /// <summary>Keeps what was tried and measured.</summary>
    public void Keep()
    {
        _sum = _sumNow;
        (_longest, _longestNow) = (_longestNow, _longest);
        Forget();
    }

    /// <summary>Takes back what was tried.</summary>
    public void TakeBack()
    {
        for (int i = 0; i < _savedCount; i++)
        {
            _saved[i].CopyTo(_delays, _places[i] * Lanes);
        }

        Forget();
    }

    private void Fill(ReadOnlySpan<int> sources)
    {
        Array.Fill(_delays, Far);
        for (int lane = 0; lane < _stride; lane++)
        {
            for (int v = 0; lane >= sources.Length && v < _graph.Count; v++)
            {
                // Lanes without a source count for nothing.
                _delays[(v * _stride) + lane] = 0;
            }
        }

        for (int lane = 0; lane < sources.Length; lane++)
        {
            int source = sources[lane];
            _delays[(source * _stride) + lane] = 0;
            Await(source, 1UL << (lane / Lanes));
        }

        Drain();
        for (int place = 0; place < _savedAt.Length; place++)
        {
            Vector256<int> now = Load(place * Lanes);
            _sum += Vector256.Sum(now);
            _longest[place % _blocks] = Vector256.Max(_longest[place % _blocks], now);
        }

        Forget();
    }

    private void Forget()
    {
        _savedCount = 0;
        _stamp++;
    }

    private Vector256<int> Load(int at) => Vector256.LoadUnsafe(ref _delays[0], (nuint)at);

    private void Change(int v, int block, Vector256<int> old, Vector256<int> now)
    {
        int place = (v * _blocks) + block;
        if (_savedAt[place] != _stamp)
        {
            _savedAt[place] = _stamp;
            _places[_savedCount] = place;
            _saved[_savedCount++] = old;
        }

        now.StoreUnsafe(ref _delays[0], (nuint)(place * Lanes));
    }

    private void Await(int v, ulong mask)
    {
        if (_pending[v] == 0)
        {
            int tail = _head + _lineCount++;
            _line[tail >= _line.Length ? tail - _line.Length : tail] = v;
        }

        _pending[v] |= mask;
    }

    private int Next(out ulong mask)
    {
        int v = _line[_head];
        _head = _head + 1 == _line.Length ? 0 : _head + 1;
        _lineCount--;
        mask = _pending[v];
        _pending[v] = 0;
        return v;
    }

    private void Drain()
    {
        while (_lineCount > 0)
        {
            int x = Next(out ulong mask);
            int end = _graph.First[x] + _graph.Degree[x];
            for (int slot = _graph.First[x]; slot < end; slot++)
            {
                Relax(x, _graph.Neighbor[slot], _graph.Weight[slot], mask);
            }
        }
    }

    // y may be reached sooner by way of x.
    private void Relax(int x, int y, int weight, ulong mask)
    {
        ulong changed = 0;
        Vector256<int> step = Vector256.Create(weight);
        int from = x * _stride, to = y * _stride;
        Work += BitOperations.PopCount(mask);
        for (; mask != 0; mask &= mask - 1)
        {
            int block = BitOperations.TrailingZeroCount(mask);
            Vector256<int> through = Load(from + (block * Lanes)) + step;
            Vector256<int> old = Load(to + (block * Lanes));
            if (Vector256.LessThanAny(through, old))
            {
                Change(y, block, old, Vector256.Min(through, old));
                changed |= 1UL << block;
            }
        }

        if (changed != 0)
        {
            Await(y, changed);
        }
    }

    private Vector256<int> LongestOf(int block)
    {
        Vector256<int> longest = Vector256<int>.Zero;
        for (int at = block * Lanes; at < _delays.Length; at += _stride)
        {
            longest = Vector256.Max(longest, Load(at));
        }

        Work += _graph.Count / 2;
        return longest;
    }
}

// Delays from many sources to all sites while links come and go: the inner loop of planning. Takes back what is not accepted; decides nothing.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Floodd.Planning;

/// <summary>
/// A row for each site, a lane for each source, in whole numbers, eight lanes at a time: a link is tried for all sources at once.
/// A link that comes lowers delays outward from its ends. When one goes, the delays that rested on it and on nothing else are
/// found first and then computed anew from what stands (Ramalingam and Reps, "An incremental algorithm for a generalization of
/// the shortest-path problem", J. Algorithms 21, 1996). Blocks are saved before they change, so a try can be taken back.
/// </summary>
internal sealed class DelayTable
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
    private readonly ulong[] _orphaned;
    private readonly int[] _orphans;
    private readonly int[] _savedAt;
    private readonly int[] _places;
    private readonly Vector256<int>[] _saved;
    private Vector256<int>[] _longest;
    private Vector256<int>[] _longestNow;
    private int _savedCount;
    private int _stamp = 1;
    private int _head;
    private int _lineCount;
    private int _orphanCount;
    private long _sum;
    private long _sumNow;

    /// <summary>A table of a graph with weights.</summary>
    /// <param name="graph">The graph; its links are told to the table after they came or went.</param>
    /// <param name="sources">The sources; near ones should stand together.</param>
    public DelayTable(PlanGraph graph, ReadOnlySpan<int> sources)
    {
        int n = graph.Count;
        _graph = graph;
        _blocks = (sources.Length + Lanes - 1) / Lanes;
        _stride = _blocks * Lanes;
        _all = _blocks == 64 ? ulong.MaxValue : (1UL << _blocks) - 1;
        _delays = new int[n * _stride];
        _line = new int[n];
        _pending = new ulong[n];
        _orphaned = new ulong[n];
        _orphans = new int[n];
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

    /// <summary>A link went.</summary>
    public void Removed(int u, int v, int weight)
    {
        LoseSupport(u, v, weight);
        LoseSupport(v, u, weight);
        while (_lineCount > 0)
        {
            int y = Next(out ulong mask);
            int end = _graph.First[y] + _graph.Degree[y];
            for (int slot = _graph.First[y]; slot < end; slot++)
            {
                Orphan(y, _graph.Neighbor[slot], _graph.Weight[slot], mask);
            }
        }

        for (int i = 0; i < _orphanCount; i++)
        {
            Adopt(_orphans[i]);
        }

        _orphanCount = 0;
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

    // The link from x to y went: what reached y over it alone rests on nothing.
    private void LoseSupport(int x, int y, int weight)
    {
        Vector256<int> step = Vector256.Create(weight);
        int from = x * _stride, to = y * _stride;
        ulong lost = 0;
        Work += _blocks;
        for (int block = 0; block < _blocks; block++)
        {
            Vector256<int> delay = Load(to + (block * Lanes));
            Vector256<int> rested = Vector256.Equals(Load(from + (block * Lanes)) + step, delay);
            lost |= rested != Vector256<int>.Zero && Loses(y, block, delay, rested) ? 1UL << block : 0;
        }

        Take(y, lost);
    }

    // What reached y fell; whatever reached x over it alone falls too.
    private void Orphan(int y, int x, int weight, ulong mask)
    {
        Vector256<int> shift = Vector256.Create(weight - Far);
        int from = y * _stride, to = x * _stride;
        ulong lost = 0;
        Work += BitOperations.PopCount(mask);
        for (; mask != 0; mask &= mask - 1)
        {
            int block = BitOperations.TrailingZeroCount(mask);
            Vector256<int> delay = Load(to + (block * Lanes));
            Vector256<int> rested = Vector256.Equals(Load(from + (block * Lanes)) + shift, delay);
            lost |= rested != Vector256<int>.Zero && Loses(x, block, delay, rested) ? 1UL << block : 0;
        }

        Take(x, lost);
    }

    private bool Loses(int x, int block, Vector256<int> delay, Vector256<int> rested)
    {
        int end = _graph.First[x] + _graph.Degree[x];
        Work += _graph.Degree[x];
        for (int slot = _graph.First[x]; slot < end; slot++)
        {
            Vector256<int> other = Load((_graph.Neighbor[slot] * _stride) + (block * Lanes)) + Vector256.Create(_graph.Weight[slot]);
            rested = Vector256.AndNot(rested, Vector256.Equals(other, delay));
            if (rested == Vector256<int>.Zero)
            {
                return false;
            }
        }

        Change(x, block, delay, delay + (rested & Vector256.Create(Far)));
        return true;
    }

    private void Take(int v, ulong lost)
    {
        if (lost != 0)
        {
            if (_orphaned[v] == 0)
            {
                _orphans[_orphanCount++] = v;
            }

            _orphaned[v] |= lost;
            Await(v, lost);
        }
    }

    // The best that the neighbors offer, those that fell themselves last.
    private void Adopt(int v)
    {
        ulong changed = 0;
        int first = _graph.First[v], end = first + _graph.Degree[v];
        ulong mask = _orphaned[v];
        _orphaned[v] = 0;
        Work += BitOperations.PopCount(mask) * (end - first);
        for (; mask != 0; mask &= mask - 1)
        {
            int block = BitOperations.TrailingZeroCount(mask);
            int at = (v * _stride) + (block * Lanes);
            Vector256<int> old = Load(at);
            Vector256<int> now = old;
            for (int slot = first; slot < end; slot++)
            {
                now = Vector256.Min(now, Load((_graph.Neighbor[slot] * _stride) + (block * Lanes)) + Vector256.Create(_graph.Weight[slot]));
            }

            if (now != old)
            {
                now.StoreUnsafe(ref _delays[0], (nuint)at);
                changed |= 1UL << block;
            }
        }

        if (changed != 0)
        {
            Await(v, changed);
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

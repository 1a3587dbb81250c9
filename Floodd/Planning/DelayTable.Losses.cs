// What happens in the table when a link goes: which delays fall with it, and what takes their place. Saves and sums nothing itself.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Floodd.Planning;

internal sealed partial class DelayTable
{
    private readonly ulong[] _orphaned;
    private readonly int[] _orphans;
    private int _orphanCount;

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
}

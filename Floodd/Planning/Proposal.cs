// The next change to try: which links would come and which would go. Draws only what keeps every site's degree within its bounds.
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>Drop, add, move one end of a link, exchange the ends of two, put a site into a link or take it out.</summary>
internal sealed class Proposal
{
    private const int NearCount = 14;

    private readonly PlanGraph _graph;
    private readonly Yardstick _yardstick;
    private readonly Prng _chance;
    private readonly int[] _near;
    private readonly int[] _nearCount;
    private readonly int[] _least;
    private readonly PlanEdge[] _added = new PlanEdge[2];
    private readonly PlanEdge[] _removed = new PlanEdge[2];
    private int _addedCount;
    private int _removedCount;

    public Proposal(PlanProblem problem, PlanGraph graph, int k, Prng chance)
    {
        (_graph, _yardstick, _chance) = (graph, problem.Yardstick, chance);
        int n = graph.Count;
        _near = new int[n * NearCount];
        _nearCount = new int[n];
        _least = new int[n];
        for (int v = 0; v < n; v++)
        {
            int[] usable = [.. Enumerable.Range(0, n).Where(w => _yardstick.IsUsable(v, w))];
            _least[v] = Math.Min(problem.Target, usable.Length);
            int[] nearest = [.. usable.OrderBy(w => _yardstick.Cost(v, w)).ThenBy(w => w).Take(NearCount)];
            nearest.CopyTo(_near, v * NearCount);
            _nearCount[v] = nearest.Length;
        }
    }

    public ReadOnlySpan<PlanEdge> Added => _added.AsSpan(0, _addedCount);

    public ReadOnlySpan<PlanEdge> Removed => _removed.AsSpan(0, _removedCount);

    /// <summary>Draws the next change.</summary>
    /// <returns>False if the draw came to nothing.</returns>
    public bool Draw()
    {
        _addedCount = _removedCount = 0;
        (int a, int b) = _graph[_chance.Next(_graph.LinkCount)];
        ulong dice = _chance.NextUInt64();
        if ((dice & 1) != 0)
        {
            (a, b) = (b, a);
        }

        return ((dice >> 1) & 31) switch
        {
            < 3 => Drop(a, b),
            < 6 => Add(a),
            < 17 => Shift(a, b),
            < 27 => Exchange(a, b),
            < 30 => PutIn(a, b),
            _ => TakeOut(a, b),
        };
    }

    private bool CanSpare(int v) => _graph.Degree[v] > _least[v];

    private bool CanLink(int a, int b) => a != b && _yardstick.IsUsable(a, b) && !_graph.Has(a, b);

    private void Come(int a, int b) => _added[_addedCount++] = PlanEdge.Between(a, b);

    private void Go(int a, int b) => _removed[_removedCount++] = PlanEdge.Between(a, b);

    private bool Drop(int a, int b)
    {
        if (!CanSpare(a) || !CanSpare(b))
        {
            return false;
        }

        Go(a, b);
        return true;
    }

    private bool Add(int a)
    {
        int c = Candidate(a);
        if (!_graph.HasRoom(a) || !_graph.HasRoom(c) || !CanLink(a, c))
        {
            return false;
        }

        Come(a, c);
        return true;
    }

    // a-b becomes a-c.
    private bool Shift(int a, int b)
    {
        int c = Candidate(a);
        if (!CanSpare(b) || !_graph.HasRoom(c) || !CanLink(a, c))
        {
            return false;
        }

        Come(a, c);
        Go(a, b);
        return true;
    }

    // a-b and c-d become a-c and b-d.
    private bool Exchange(int a, int b)
    {
        int c = Candidate(a);
        if (c == b || !CanLink(a, c))
        {
            return false;
        }

        int d = NeighborOf(c);
        if (d == a || !CanLink(b, d))
        {
            return false;
        }

        Come(a, c);
        Come(b, d);
        Go(a, b);
        Go(c, d);
        return true;
    }

    // a-b becomes a-c-b.
    private bool PutIn(int a, int b)
    {
        int c = Candidate(a);
        if (c == b || _graph.Degree[c] + 1 >= _graph.First[c + 1] - _graph.First[c] - 1 || !CanLink(a, c) || !CanLink(c, b))
        {
            return false;
        }

        Come(a, c);
        Come(c, b);
        Go(a, b);
        return true;
    }

    // a-c-b becomes a-b.
    private bool TakeOut(int a, int c)
    {
        int b = NeighborOf(c);
        if (_graph.Degree[c] - 2 < _least[c] || !CanLink(a, b))
        {
            return false;
        }

        Come(a, b);
        Go(a, c);
        Go(c, b);
        return true;
    }

    private int NeighborOf(int v) => _graph.Neighbor[_graph.First[v] + _chance.Next(_graph.Degree[v])];

    // Mostly near ones, the nearer the more often; some that are two links away; some from anywhere.
    private int Candidate(int v)
    {
        int dice = _chance.Next(32);
        return dice switch
        {
            < 20 => _near[(v * NearCount) + Math.Min(_chance.Next(_nearCount[v]), _chance.Next(_nearCount[v]))],
            < 28 => NeighborOf(NeighborOf(v)),
            _ => _chance.Next(_graph.Count),
        };
    }
}

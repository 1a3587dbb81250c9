// Makes a graph k-connected by the cheapest links across each cut that is too small. Removes a link only to make room, and what proves needless of its own.
namespace Floodd.Planning;

/// <summary>Adds links to a graph until no cut of fewer than k sites is left, within the room that its sites have.</summary>
internal sealed class Mending
{
    private readonly PlanGraph _graph;
    private readonly Yardstick _yardstick;
    private readonly DisjointPaths _paths;
    private readonly int _k;
    private readonly List<PlanEdge> _added = [];

    private Mending(PlanGraph graph, Yardstick yardstick, int k)
    {
        (_graph, _yardstick, _k) = (graph, yardstick, k);
        _paths = new DisjointPaths(graph);
    }

    /// <summary>Mends a graph.</summary>
    /// <returns>The connectivity that it has then, at most <paramref name="k"/>.</returns>
    public static int Mend(PlanGraph graph, Yardstick yardstick, int k)
    {
        var mending = new Mending(graph, yardstick, k);
        VertexConnectivity.Of(graph, mending._paths, k, mending.Bridge);
        mending.DropNeedless();
        return VertexConnectivity.Of(graph, k);
    }

    // The cut that the paths have just found: the cheapest link from its near side to its far side, best between two sites that lack links anyway.
    private bool Bridge(int near)
    {
        PlanEdge? best = null;
        double least = double.PositiveInfinity;
        int n = _graph.Count;
        int[] far = [.. Enumerable.Range(0, n).Where(v => !_paths.IsNear(v) && !_paths.IsCut(v) && _graph.HasRoom(v))];
        for (int a = 0; a < n; a++)
        {
            if (!_paths.IsNear(a) || !_graph.HasRoom(a))
            {
                continue;
            }

            foreach (int b in far)
            {
                if (_yardstick.IsUsable(a, b))
                {
                    double price = Price(a, b);
                    if (price < least)
                    {
                        least = price;
                        best = PlanEdge.Between(a, b);
                    }
                }
            }
        }

        if (best is not { } edge)
        {
            return false;
        }

        _graph.Add(edge.A, edge.B);
        _added.Add(edge);
        return true;
    }

    private double Price(int a, int b)
    {
        int lacking = (_graph.Degree[a] < _k ? 1 : 0) + (_graph.Degree[b] < _k ? 1 : 0);
        return _yardstick.Cost(a, b) * (1 - (0.3 * lacking));
    }

    // What was added for one cut may have closed others too.
    private void DropNeedless()
    {
        foreach (PlanEdge edge in _added.OrderByDescending(e => _yardstick.Cost(e.A, e.B)).ThenBy(e => e))
        {
            if (Math.Min(_graph.Degree[edge.A], _graph.Degree[edge.B]) > _k)
            {
                _graph.Remove(edge.A, edge.B);
                if (_paths.Between(edge.A, edge.B, _k) < _k)
                {
                    _graph.Add(edge.A, edge.B);
                }
            }
        }
    }
}

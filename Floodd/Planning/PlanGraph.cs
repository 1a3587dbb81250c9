// A graph that changes link by link, in flat arrays for the inner loops. Owns adjacency and the list of links; judges nothing.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>Neighbors of site v stand in <see cref="Neighbor"/> from <see cref="First"/>[v], <see cref="Degree"/>[v] of them, in no order that means anything.</summary>
internal sealed class PlanGraph
{
    private readonly int[] _linkAt;
    private int[] _a = new int[64];
    private int[] _b = new int[64];

    private readonly int[] _most;

    /// <param name="most">The most links of each site; there is room for one more while links are exchanged.</param>
    public PlanGraph(int[] most)
    {
        _most = most;
        Count = most.Length;
        First = new int[Count + 1];
        Degree = new int[Count];
        for (int v = 0; v < Count; v++)
        {
            First[v + 1] = First[v] + most[v] + 1;
        }

        Neighbor = new int[First[Count]];
        Weight = new int[First[Count]];
        _linkAt = new int[First[Count]];
    }

    public int Count { get; }

    public int LinkCount { get; private set; }

    public int[] First { get; }

    public int[] Degree { get; }

    public int[] Neighbor { get; }

    /// <summary>Beside each neighbor, the link's delay in the units of <see cref="DelayTable"/>; 0 where nobody needs it.</summary>
    public int[] Weight { get; }

    /// <summary>Links without weights, each site with room for its own only.</summary>
    public static PlanGraph Of(int count, IEnumerable<PlanEdge> edges)
    {
        PlanEdge[] all = [.. edges];
        int[] degrees = new int[count];
        foreach (PlanEdge edge in all)
        {
            degrees[edge.A]++;
            degrees[edge.B]++;
        }

        var graph = new PlanGraph(degrees);
        foreach (PlanEdge edge in all)
        {
            graph.Add(edge.A, edge.B);
        }

        return graph;
    }

    /// <summary>Whether a site has room for one more link.</summary>
    public bool HasRoom(int v) => Degree[v] < _most[v];

    /// <summary>The ends of a link.</summary>
    public (int A, int B) this[int link] => (_a[link], _b[link]);

    public ReadOnlySpan<int> NeighborsOf(int v) => Neighbor.AsSpan(First[v], Degree[v]);

    public bool Has(int u, int v) => Degree[u] <= Degree[v] ? NeighborsOf(u).Contains(v) : NeighborsOf(v).Contains(u);

    /// <summary>Adds a link, which is then the last one.</summary>
    public void Add(int u, int v, int weight = 0)
    {
        if (LinkCount == _a.Length)
        {
            Array.Resize(ref _a, 2 * LinkCount);
            Array.Resize(ref _b, 2 * LinkCount);
        }

        _a[LinkCount] = u;
        _b[LinkCount] = v;
        Attach(u, v, weight);
        Attach(v, u, weight);
        LinkCount++;
    }

    /// <summary>Removes the link between two sites; the last link takes its number.</summary>
    public void Remove(int u, int v)
    {
        int link = _linkAt[SlotOf(u, v)];
        Detach(u, v);
        Detach(v, u);
        int last = --LinkCount;
        if (link != last)
        {
            (int a, int b) = (_a[last], _b[last]);
            _linkAt[SlotOf(a, b)] = _linkAt[SlotOf(b, a)] = link;
            (_a[link], _b[link]) = (a, b);
        }
    }

    /// <summary>All links in order.</summary>
    public ImmutableArray<PlanEdge> Edges()
    {
        var edges = new PlanEdge[LinkCount];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = PlanEdge.Between(_a[i], _b[i]);
        }

        Array.Sort(edges);
        return ImmutableArray.Create(edges);
    }

    private void Attach(int u, int v, int weight)
    {
        int slot = First[u] + Degree[u]++;
        Neighbor[slot] = v;
        Weight[slot] = weight;
        _linkAt[slot] = LinkCount;
    }

    private void Detach(int u, int v)
    {
        int slot = SlotOf(u, v);
        int last = First[u] + --Degree[u];
        Neighbor[slot] = Neighbor[last];
        Weight[slot] = Weight[last];
        _linkAt[slot] = _linkAt[last];
    }

    private int SlotOf(int u, int v)
    {
        int slot = First[u];
        while (Neighbor[slot] != v)
        {
            slot++;
        }

        return slot;
    }
}

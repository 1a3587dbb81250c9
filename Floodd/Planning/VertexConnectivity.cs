// How many sites must be lost before the rest can part: the proof behind every plan. Decides nothing else.
namespace Floodd.Planning;

/// <summary>
/// Even's way to a graph's connectivity: the first k sites pair by pair, then from each further one disjoint ways to those before it.
/// A cut of fewer than k sites parts some site from all earlier ones that are not in the cut, so its ways are too few.
/// In breadth-first order these ways are short and all of it takes little more than a look at each link.
/// </summary>
public static class VertexConnectivity
{
    /// <summary>The least number of sites whose loss parts the rest, or count - 1 if nothing can.</summary>
    /// <param name="count">How many sites.</param>
    /// <param name="edges">Edges between them, none twice.</param>
    /// <param name="atMost">Not counted beyond this.</param>
    public static int Of(int count, IEnumerable<PlanEdge> edges, int atMost) => Of(PlanGraph.Of(count, edges), atMost);

    /// <summary>The same for a graph.</summary>
    internal static int Of(PlanGraph graph, int atMost) => Of(graph, new DisjointPaths(graph), atMost, null);

    /// <summary>The same; each cut found that is smaller than wanted is shown while the paths still know it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="paths">For this graph.</param>
    /// <param name="atMost">What is wanted.</param>
    /// <param name="mend">May add links; true makes the same question be asked again.</param>
    internal static int Of(PlanGraph graph, DisjointPaths paths, int atMost, Func<int, bool>? mend)
    {
        int best = Math.Max(0, Math.Min(atMost, graph.Count - 1));
        int[] order = BreadthFirst(graph);
        int[] ranks = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            ranks[order[i]] = i;
        }

        int found;
        for (int j = 1; j < order.Length && best > 0; j++)
        {
            for (int i = 0; i < j && j < best; i++)
            {
                while (!graph.Has(order[i], order[j]) && (found = paths.Between(order[j], order[i], best)) < best)
                {
                    best = mend?.Invoke(order[j]) == true ? best : found;
                }
            }

            while (j >= best && (found = paths.Fan(order[j], ranks, j, best)) < best)
            {
                best = mend?.Invoke(order[j]) == true ? best : found;
            }
        }

        return best;
    }

    // Also what no link leads to, at the end.
    private static int[] BreadthFirst(PlanGraph graph)
    {
        int[] order = new int[graph.Count];
        bool[] seen = new bool[graph.Count];
        int tail = 0, head = 0;
        for (int start = 0; start < order.Length; start++)
        {
            if (!seen[start])
            {
                seen[start] = true;
                order[tail++] = start;
            }

            while (head < tail)
            {
                foreach (int w in graph.NeighborsOf(order[head++]))
                {
                    if (!seen[w])
                    {
                        seen[w] = true;
                        order[tail++] = w;
                    }
                }
            }
        }

        return order;
    }
}

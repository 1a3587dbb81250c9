// A plan to search from: as connected as it has to be, within D, and no better than that.
namespace Floodd.Planning;

/// <summary>Grown from the center; where too little room is left for that, links are thinned out, or a ring with chords is laid along a tour.</summary>
internal static class Start
{
    private const int Tries = 4;

    /// <summary>The start with the most connectivity of those tried, at most what is asked for.</summary>
    public static PlanGraph Of(PlanProblem problem)
    {
        Yardstick yardstick = problem.Yardstick;
        int k = problem.Target;
        PlanGraph grown = Planner.NewGraph(problem, []);
        Growth.Grow(grown, yardstick, k);
        int best = Mend(grown, yardstick, k);
        if (best == k)
        {
            return grown;
        }

        PlanGraph ring = Planner.NewGraph(problem, RingWithChords(yardstick, k));
        return Mend(ring, yardstick, k) > best ? ring : grown;
    }

    private static int Mend(PlanGraph graph, Yardstick yardstick, int k)
    {
        int found = Mending.Mend(graph, yardstick, k);
        for (int i = 0; i < Tries && found < k; i++)
        {
            Thin(graph, yardstick, found, k);
            int again = Mending.Mend(graph, yardstick, k);
            if (again <= found)
            {
                return again;
            }

            found = again;
        }

        return found;
    }

    // The dearest links that nothing hangs on give their room back.
    private static void Thin(PlanGraph graph, Yardstick yardstick, int connectivity, int k)
    {
        var paths = new DisjointPaths(graph);
        foreach (PlanEdge edge in graph.Edges().OrderByDescending(e => yardstick.Cost(e.A, e.B)).ThenBy(e => e))
        {
            if (Math.Min(graph.Degree[edge.A], graph.Degree[edge.B]) > k)
            {
                graph.Remove(edge.A, edge.B);
                if (paths.Between(edge.A, edge.B, Math.Max(1, connectivity)) < Math.Max(1, connectivity))
                {
                    graph.Add(edge.A, edge.B);
                }
            }
        }
    }

    // Harary's graph (1962): the fewest links that are k-connected, along a tour to the nearest site that is left.
    private static SortedSet<PlanEdge> RingWithChords(Yardstick yardstick, int k)
    {
        int n = yardstick.Count;
        int[] tour = Growth.FromTheCenter(yardstick);
        for (int i = 1; i < n; i++)
        {
            int best = i;
            for (int j = i + 1; j < n; j++)
            {
                best = yardstick.Cost(tour[i - 1], tour[j]) < yardstick.Cost(tour[i - 1], tour[best]) ? j : best;
            }

            (tour[i], tour[best]) = (tour[best], tour[i]);
        }

        var edges = new SortedSet<PlanEdge>();
        for (int jump = 1; jump <= Math.Max(1, k / 2); jump++)
        {
            for (int i = 0; i < n; i++)
            {
                Join(i, i + jump);
            }
        }

        for (int i = 0; k > 1 && k % 2 == 1 && i < (n + 1) / 2; i++)
        {
            Join(i, i + (n / 2));
        }

        return edges;

        void Join(int i, int j)
        {
            (int a, int b) = (tour[i % n], tour[j % n]);
            if (a != b && yardstick.IsUsable(a, b))
            {
                edges.Add(PlanEdge.Between(a, b));
            }
        }
    }
}

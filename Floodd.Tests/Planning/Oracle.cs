// What plans must be, found the slow way: by taking sites away. Shares no code with the planner.
using Floodd.Model;
using Floodd.Planning;

namespace Floodd.Tests.Planning;

internal static class Oracle
{
    /// <summary>The least number of sites whose loss parts the rest, by trying every set; one less than there are if none does. For few sites.</summary>
    public static int ByTryingAll(int count, IReadOnlyCollection<PlanEdge> edges)
    {
        int least = Math.Max(0, count - 1);
        for (int gone = 0; gone < 1 << count; gone++)
        {
            int lost = int.PopCount(gone);
            if (lost < least && IsParted(count, edges, gone))
            {
                least = lost;
            }
        }

        return least;
    }

    /// <summary>The same by disjoint paths, up to a limit. For up to a hundred sites.</summary>
    public static int ByPaths(int count, IEnumerable<PlanEdge> edges, int atMost)
    {
        SiteName[] names = [.. Enumerable.Range(0, count).Select(i => new SiteName($"s{i:000}"))];
        return new VertexConnectivity(names, edges.Select(e => Edge.Between(names[e.A], names[e.B]))).Count(atMost);
    }

    /// <summary>The most links of one site.</summary>
    public static int MaxDegree(IEnumerable<PlanEdge> edges) =>
        edges.SelectMany(e => new[] { e.A, e.B }).CountBy(v => v).Select(p => p.Value).DefaultIfEmpty().Max();

    private static bool IsParted(int count, IReadOnlyCollection<PlanEdge> edges, int gone)
    {
        int left = ((1 << count) - 1) & ~gone;
        int reached = left & -left;
        for (int before = 0; before != reached;)
        {
            before = reached;
            foreach (PlanEdge edge in edges)
            {
                int ends = (1 << edge.A) | (1 << edge.B);
                reached |= (ends & gone) == 0 && (ends & reached) != 0 ? ends : 0;
            }
        }

        return reached != left;
    }
}

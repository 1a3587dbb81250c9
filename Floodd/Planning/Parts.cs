// Problems that no links can make whole, because too many pairs cannot be linked: each part that can be is planned for itself. Plans nothing itself.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>Cuts a problem along the pairs that cannot be linked.</summary>
internal static class Parts
{
    /// <summary>The edges of all parts.</summary>
    /// <param name="problem">The whole.</param>
    /// <param name="plan">Plans a part, as if it were the whole.</param>
    public static ImmutableArray<PlanEdge> Edges(PlanProblem problem, Func<PlanProblem, ImmutableArray<PlanEdge>> plan)
    {
        if (problem.Count == 0 || problem.Yardstick.Reach[0] == problem.Count)
        {
            return plan(problem);
        }

        return [.. Of(problem).SelectMany(sites => plan(Only(problem, sites)).Select(e => PlanEdge.Between(sites[e.A], sites[e.B]))).Order()];
    }

    private static List<int[]> Of(PlanProblem problem)
    {
        var parts = new List<int[]>();
        bool[] seen = new bool[problem.Count];
        for (int start = 0; start < problem.Count; start++)
        {
            if (seen[start])
            {
                continue;
            }

            seen[start] = true;
            List<int> part = [start];
            for (int i = 0; i < part.Count; i++)
            {
                for (int v = 0; v < problem.Count; v++)
                {
                    if (!seen[v] && problem.IsUsable(part[i], v))
                    {
                        seen[v] = true;
                        part.Add(v);
                    }
                }
            }

            parts.Add([.. part.Order()]);
        }

        return parts;
    }

    private static PlanProblem Only(PlanProblem problem, int[] sites) => new()
    {
        Count = sites.Length,
        Connectivity = problem.Connectivity,
        MaxDegree = problem.MaxDegree,
        RoundTrips = Only(problem.RoundTrips, sites),
        Bandwidths = problem.Bandwidths is { } bandwidths ? Only(bandwidths, sites) : null,
        Previous =
        [
            .. problem.Previous.Select(e => (A: Array.IndexOf(sites, e.A), B: Array.IndexOf(sites, e.B)))
                .Where(e => e.A >= 0 && e.B >= 0).Select(e => PlanEdge.Between(e.A, e.B)),
        ],
        Seed = problem.Seed,
        Effort = problem.Effort.Work > 0 ? new(Math.Max(1, problem.Effort.Work * sites.Length / problem.Count)) : default,
    };

    private static PairTable Only(PairTable table, int[] sites)
    {
        var only = new PairTable(sites.Length);
        for (int a = 0; a < sites.Length; a++)
        {
            for (int b = a + 1; b < sites.Length; b++)
            {
                only[a, b] = table[sites[a], sites[b]];
            }
        }

        return only;
    }
}

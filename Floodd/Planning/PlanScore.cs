// How good a plan is, exactly: from all sources, in double precision. The search has cheaper ways; this one judges.
namespace Floodd.Planning;

/// <summary>The figures of a plan, as TOPOLOGY defines them. Ratios are against what no plan can go below.</summary>
/// <param name="Cost">The links' round trips in milliseconds, and what 64 KiB take over them where the bandwidth is known.</param>
/// <param name="CostRatio">The same against a lower bound for k-connected plans.</param>
/// <param name="FloodMilliseconds">Mean over sources of the time until an update is everywhere; infinite if it is not.</param>
/// <param name="FloodRatio">The same against linking all pairs.</param>
/// <param name="DelayMilliseconds">Mean over pairs of the time until an update is there.</param>
/// <param name="DelayRatio">The same against linking all pairs.</param>
/// <param name="LinkCount">How many links.</param>
/// <param name="MaxDegree">The most links of one site.</param>
public sealed record PlanScore(
    double Cost, double CostRatio, double FloodMilliseconds, double FloodRatio, double DelayMilliseconds, double DelayRatio, int LinkCount, int MaxDegree)
{
    /// <summary>How slow: the mean of the two ratios of time.</summary>
    public double T => (FloodRatio + DelayRatio) / 2;

    /// <summary>What plans minimise.</summary>
    public double J => CostRatio + T;

    /// <summary>Scores edges.</summary>
    /// <param name="problem">The sites.</param>
    /// <param name="edges">Edges over usable pairs, none twice.</param>
    /// <exception cref="ArgumentException">An edge cannot be used.</exception>
    public static PlanScore Of(PlanProblem problem, IReadOnlyCollection<PlanEdge> edges)
    {
        Yardstick yardstick = problem.Yardstick;
        double cost = 0;
        foreach (PlanEdge edge in edges)
        {
            if (!problem.IsUsable(edge.A, edge.B))
            {
                throw new ArgumentException($"{edge} cannot be linked");
            }

            cost += yardstick.Cost(edge.A, edge.B);
        }

        var graph = PlanGraph.Of(problem.Count, edges);
        (double flood, double delay) = ShortestPaths.Means(graph, yardstick);
        int maxDegree = problem.Count == 0 ? 0 : graph.Degree.Max();
        return new(
            cost, Ratio(cost, yardstick.CostBound), flood, Ratio(flood, yardstick.FloodBound), delay, Ratio(delay, yardstick.DelayBound), edges.Count, maxDegree);
    }

    // Nothing to pay where nothing must be paid is as good as can be.
    private static double Ratio(double value, double bound) => bound > 0 ? value / bound : 1;
}

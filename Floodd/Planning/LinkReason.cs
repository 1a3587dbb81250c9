// Why a link is in a plan, or is not: what the plan would be without it, or with it. Changes nothing.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>What one link does for a plan.</summary>
public sealed record LinkReason
{
    // A cut is looked for no further than this; plans are not asked for more.
    private const int MostWays = 64;

    /// <summary>Whether the plan has the link.</summary>
    public required bool IsPlanned { get; init; }

    /// <summary>Whether the pair can be linked at all.</summary>
    public required bool IsUsable { get; init; }

    /// <summary>The plan with the link; null if the pair cannot be linked.</summary>
    public required PlanScore? With { get; init; }

    /// <summary>The plan without the link.</summary>
    public required PlanScore Without { get; init; }

    /// <summary>One way over the link itself in milliseconds; infinite if the pair cannot be linked.</summary>
    public required double DelayMilliseconds { get; init; }

    /// <summary>The fastest way without the link, both ends included; empty if there is none.</summary>
    public required ImmutableArray<int> WayRound { get; init; }

    /// <summary>What that takes in milliseconds; infinite if there is none.</summary>
    public required double WayRoundMilliseconds { get; init; }

    /// <summary>The plan's connectivity without the link, at most the k of the problem.</summary>
    public required int ConnectivityWithout { get; init; }

    /// <summary>If that is below k: sites whose loss would part the two ends without the link. Else empty.</summary>
    public required ImmutableArray<int> Cut { get; init; }

    /// <summary>Looks at one link.</summary>
    /// <param name="problem">The sites.</param>
    /// <param name="edges">The plan.</param>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <exception cref="ArgumentException">Both ends are the same, or no site.</exception>
    public static LinkReason Of(PlanProblem problem, IReadOnlyCollection<PlanEdge> edges, int a, int b)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(a, b));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(a, b), problem.Count);
        PlanEdge edge = PlanEdge.Between(a, b);
        PlanEdge[] without = [.. edges.Where(e => e != edge)];
        bool usable = problem.IsUsable(a, b);
        var graph = PlanGraph.Of(problem.Count, without);
        var round = new ShortestPaths(graph, problem.Yardstick);
        round.From(a);
        var paths = new DisjointPaths(graph);
        int connectivity = VertexConnectivity.Of(graph, problem.Target);
        bool parted = connectivity < problem.Target && paths.Between(a, b, MostWays) < problem.Target;
        return new LinkReason
        {
            IsPlanned = without.Length < edges.Count,
            IsUsable = usable,
            With = usable ? PlanScore.Of(problem, [.. without, edge]) : null,
            Without = PlanScore.Of(problem, without),
            DelayMilliseconds = problem.Yardstick.Delay(a, b),
            WayRound = Way(round, a, b),
            WayRoundMilliseconds = round.Delay[b],
            ConnectivityWithout = connectivity,
            Cut = parted ? [.. Enumerable.Range(0, problem.Count).Where(paths.IsCut)] : [],
        };
    }

    private static ImmutableArray<int> Way(ShortestPaths paths, int from, int to)
    {
        if (double.IsInfinity(paths.Delay[to]))
        {
            return [];
        }

        var way = new List<int>();
        for (int at = to; at >= 0; at = paths.Before[at])
        {
            way.Insert(0, at);
        }

        return way[0] == from ? [.. way] : [];
    }
}

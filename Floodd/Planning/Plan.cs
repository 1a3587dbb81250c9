// A plan and what is known about it. Immutable; computes nothing.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>The answer to a <see cref="PlanProblem"/>.</summary>
public sealed record Plan
{
    /// <summary>The gain in J that makes a new edition worth its links (TOPOLOGY).</summary>
    internal const double WorthwhileGain = 0.03;

    /// <summary>The edges in order.</summary>
    public required ImmutableArray<PlanEdge> Edges { get; init; }

    /// <summary>How good it is.</summary>
    public required PlanScore Score { get; init; }

    /// <summary>The connectivity proven, at most what was asked for.</summary>
    public required int ProvenConnectivity { get; init; }

    /// <summary>How many changes were tried.</summary>
    public required long Proposals { get; init; }

    /// <summary>How good the edges in force would be; null if there are none.</summary>
    public required PlanScore? PreviousScore { get; init; }

    /// <summary>Edges that are not in force.</summary>
    public required ImmutableArray<PlanEdge> Added { get; init; }

    /// <summary>Edges in force, and usable, that are in the plan no more.</summary>
    public required ImmutableArray<PlanEdge> Removed { get; init; }

    /// <summary>
    /// Whether the plan should take the place of what is in force: J is better by 3 %, or what is in force
    /// leaves a site out, has an edge that cannot be used, is not connected as asked or has too many links at a site.
    /// </summary>
    public required bool IsWorthwhile { get; init; }
}

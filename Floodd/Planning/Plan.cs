// A plan and what is known about it. What takes long to know is found when it is asked for: a repair is in a hurry.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>The answer to a <see cref="PlanProblem"/>.</summary>
public sealed class Plan
{
    // The gain in J that makes a new edition worth its links (TOPOLOGY).
    private const double WorthwhileGain = 0.03;

    private readonly PlanProblem _problem;
    private readonly ImmutableArray<PlanEdge> _previous;
    private PlanScore? _score;
    private PlanScore? _previousScore;

    internal Plan(PlanProblem problem, ImmutableArray<PlanEdge> edges, long proposals)
    {
        _problem = problem;
        _previous = Planner.StillUsable(problem);
        Edges = edges;
        Proposals = proposals;
        ProvenConnectivity = VertexConnectivity.Of(problem.Count, edges, problem.Target);
        Added = [.. edges.Except(_previous)];
        Removed = [.. _previous.Except(edges)];
    }

    /// <summary>The edges in order.</summary>
    public ImmutableArray<PlanEdge> Edges { get; }

    /// <summary>The connectivity proven, at most what was asked for.</summary>
    public int ProvenConnectivity { get; }

    /// <summary>How many changes were tried.</summary>
    public long Proposals { get; }

    /// <summary>Edges that are not in force.</summary>
    public ImmutableArray<PlanEdge> Added { get; }

    /// <summary>Edges in force, and usable, that are in the plan no more.</summary>
    public ImmutableArray<PlanEdge> Removed { get; }

    /// <summary>How good it is.</summary>
    public PlanScore Score => _score ??= PlanScore.Of(_problem, Edges);

    /// <summary>How good the edges in force would be; null if there are none.</summary>
    public PlanScore? PreviousScore => _problem.Previous.IsEmpty ? null : _previousScore ??= PlanScore.Of(_problem, _previous);

    /// <summary>
    /// Whether the plan should take the place of what is in force: J is better by 3 %, or what is in force
    /// leaves a site out, has an edge that cannot be used, is not connected as asked or has too many links at a site.
    /// </summary>
    public bool IsWorthwhile =>
        IsPreviousBroken || (Added.Length + Removed.Length > 0 && Score.J <= PreviousScore!.J * (1 - WorthwhileGain));

    private bool IsPreviousBroken
    {
        get
        {
            var graph = PlanGraph.Of(_problem.Count, _previous);
            return _problem.Previous.IsEmpty
                || _previous.Length < _problem.Previous.Length
                || graph.Degree.Max() > _problem.MaxDegree
                || VertexConnectivity.Of(graph, ProvenConnectivity) < ProvenConnectivity;
        }
    }
}

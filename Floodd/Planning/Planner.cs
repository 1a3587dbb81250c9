// From a problem to a proven plan. Deterministic: no clock, no threads, no randomness but the seed's.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>Plans topologies: k-connected, within the degree bound, of least J = cost ratio + T.</summary>
public static class Planner
{
    /// <summary>Plans.</summary>
    /// <param name="problem">The sites.</param>
    /// <param name="cancelled">Asked now and then; once it says so, the best so far is made whole and returned soon.</param>
    /// <exception cref="ArgumentException">The problem contradicts itself, as when k is above D.</exception>
    public static Plan Plan(PlanProblem problem, Func<bool>? cancelled = null)
    {
        problem.Checked();
        PlanGraph graph = NewGraph(problem, []);
        Growth.Grow(graph, problem.Yardstick, problem.Target);
        int proven = Mending.Mend(graph, problem.Yardstick, problem.Target);
        return Finish(problem, graph.Edges(), proven, 0);
    }

    internal static PlanGraph NewGraph(PlanProblem problem, IEnumerable<PlanEdge> edges)
    {
        int[] room = new int[problem.Count];
        Array.Fill(room, Math.Min(problem.MaxDegree, Math.Max(0, problem.Count - 1)));
        var graph = new PlanGraph(room);
        foreach (PlanEdge edge in edges)
        {
            if (graph.HasRoom(edge.A) && graph.HasRoom(edge.B))
            {
                graph.Add(edge.A, edge.B);
            }
        }

        return graph;
    }

    /// <summary>The edges in force that can still be used, in order.</summary>
    internal static ImmutableArray<PlanEdge> StillUsable(PlanProblem problem) =>
        [.. problem.Previous.Where(e => problem.IsUsable(e.A, e.B)).Select(e => PlanEdge.Between(e.A, e.B)).Distinct().Order()];

    internal static Plan Finish(PlanProblem problem, ImmutableArray<PlanEdge> edges, int proven, long proposals)
    {
        ImmutableArray<PlanEdge> previous = StillUsable(problem);
        PlanScore score = PlanScore.Of(problem, edges);
        PlanScore? before = problem.Previous.IsEmpty ? null : PlanScore.Of(problem, previous);
        bool broken = before is null
            || previous.Length < problem.Previous.Length
            || before.MaxDegree > problem.MaxDegree
            || VertexConnectivity.Of(problem.Count, previous, proven) < proven;
        return new Plan
        {
            Edges = edges,
            Score = score,
            ProvenConnectivity = proven,
            Proposals = proposals,
            PreviousScore = before,
            Added = [.. edges.Except(previous)],
            Removed = [.. previous.Except(edges)],
            IsWorthwhile = broken || score.J <= before!.J * (1 - Planning.Plan.WorthwhileGain),
        };
    }
}

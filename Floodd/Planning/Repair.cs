// What to do at once when sites are lost: the fewest cheapest links that make the rest whole again. Leaves improving to the next plan.
using System.Collections.Immutable;

namespace Floodd.Planning;

/// <summary>
/// Only former neighbors of a lost site can be parted from the rest: each side of a cut of fewer than k sites holds one of them.
/// So a few links suffice, and the search for them is bounded by the links there are.
/// </summary>
public static class Repair
{
    /// <summary>Mends <see cref="PlanProblem.Previous"/>, the edges that are left, with as few new links as it takes.</summary>
    /// <param name="problem">The sites that are left, numbered anew.</param>
    /// <exception cref="ArgumentException">The problem contradicts itself.</exception>
    public static Plan After(PlanProblem problem)
    {
        problem.Checked();
        PlanGraph graph = Planner.NewGraph(problem, Planner.StillUsable(problem));
        Mending.Mend(graph, problem.Yardstick, problem.Target);
        return Planner.Finish(problem, graph.Edges(), 0);
    }
}

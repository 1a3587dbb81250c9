// Work on a topology that the loop must not wait for, and what came of it. Values only.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Planning;

namespace Floodd.Core;

/// <summary>How to plan.</summary>
public enum PlanKind
{
    /// <summary>Search for the best.</summary>
    Full,

    /// <summary>Make what is left whole, with as few changes as it takes.</summary>
    Repair,
}

/// <summary>A topology to plan.</summary>
/// <param name="Number">For the answer.</param>
/// <param name="Kind">How.</param>
/// <param name="Draft">From what.</param>
public sealed record PlanJob(long Number, PlanKind Kind, PlanDraft Draft)
{
    /// <summary>Does it; takes its time.</summary>
    /// <param name="effort">How much to search, times the default.</param>
    /// <param name="cancelled">Asked now and then whether to end soon.</param>
    public Plan Run(double effort = 1, Func<bool>? cancelled = null)
    {
        PlanProblem problem = Draft.ToProblem(effort);
        return Kind == PlanKind.Repair ? Repair.After(problem) : Planner.Plan(problem, cancelled);
    }
}

/// <summary>A topology that a command of the operator's is to plan.</summary>
/// <param name="Number">For the answer.</param>
/// <param name="Command">For <c>/bin/sh -c</c>.</param>
/// <param name="Timeout">How long it may take no byte and not end.</param>
/// <param name="Draft">From what.</param>
public sealed record GeneratorJob(long Number, string Command, TimeSpan Timeout, PlanDraft Draft);

/// <summary>A client's question why two members are linked, or are not.</summary>
/// <param name="Session">Who asks.</param>
/// <param name="Draft">The topology in force and what is believed.</param>
/// <param name="A">One member.</param>
/// <param name="B">Another one.</param>
public sealed record WhyJob(ConnectionId Session, PlanDraft Draft, SiteName A, SiteName B)
{
    /// <summary>Looks for the answer; takes its time in a large group.</summary>
    public LinkReason Run()
    {
        LinkReason reason = LinkReason.Of(Draft.ToProblem(avoidsUnusable: false), Draft.EdgesInForce, Draft.Members.BinarySearch(A), Draft.Members.BinarySearch(B));

        // A plan has such a link all the same if nothing else connects as it must.
        return Draft.Unusable.Contains(Edge.Between(A, B)) ? reason with { IsUsable = false, With = reason.IsPlanned ? reason.With : null } : reason;
    }
}

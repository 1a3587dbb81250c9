// One trial: many daemons killed at once in mid-flood, and what becomes of the updates and the topology among the others. Chooses nothing.
using System.Diagnostics;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>What one trial found.</summary>
/// <param name="Killed">The sites.</param>
/// <param name="Reach">Survivors in the largest part of what the killed left of the topology.</param>
/// <param name="Survivors">How many there are.</param>
/// <param name="Verdict">The contract among the survivors.</param>
/// <param name="ToAll">From the kill until every survivor had exported all that had a receipt then.</param>
/// <param name="ToWhole">From the kill until all survivors had an edition of survivors alone that holds them together, each with as many links as asked for.</param>
/// <param name="ToReported">From the last flood of the trial until a survivor knew that all survivors had exported everything.</param>
/// <param name="Use">Processor time and memory of the survivors from the kill on.</param>
internal sealed record SurvivalFound(
    IReadOnlyList<int> Killed, int Reach, int Survivors, Verdict Verdict, TimeSpan? ToAll, TimeSpan? ToWhole, TimeSpan? ToReported, string Use)
{
    /// <summary>Whether everything is as promised.</summary>
    public bool IsGood => Verdict.IsClean && Verdict.Deliveries > 0 && ToAll is not null && ToWhole is not null && ToReported is not null;
}

/// <summary>A trial.</summary>
/// <param name="group">The group, under load.</param>
/// <param name="connectivity">What its topology is asked for.</param>
internal sealed class Survival(FaultGroup group, int connectivity)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>How long floods go on after the kill, at least.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Kills and watches.</summary>
    /// <param name="graph">The topology at the moment.</param>
    /// <param name="killed">Whom to kill.</param>
    /// <param name="since">The number of the trial's first flood.</param>
    public SurvivalFound Run(SeenGraph graph, IReadOnlyList<int> killed, int since)
    {
        int[] survivors = [.. group.All.Except(killed)];
        TestSite[] sites = [.. survivors.Select(site => group.Group[site])];
        ProcessUse before = ProcessUse.Of(sites);
        long start = Stopwatch.GetTimestamp();
        group.Kill(killed);
        IReadOnlyList<Flood> lacking = group.FloodsSince(since);
        var notWhole = new List<TestSite>(sites);
        TimeSpan? toAll = null, toWhole = null;
        Eventually.Within(
            Patience,
            () =>
            {
                lacking = group.Lacking(lacking, survivors);
                toAll ??= lacking.Count == 0 ? Stopwatch.GetElapsedTime(start) : null;
                notWhole.RemoveAll(site => IsWhole(site, survivors));
                toWhole ??= notWhole.Count == 0 ? Stopwatch.GetElapsedTime(start) : null;
                return toAll is not null && toWhole is not null && Stopwatch.GetElapsedTime(start) >= After;
            },
            Step);

        string use = ProcessUse.Of(sites).Since(before, Stopwatch.GetElapsedTime(start));
        IReadOnlyList<Flood> floods = group.FloodsSince(since);
        TimeSpan? toReported = Reported(floods, survivors);
        Verdict verdict = group.Judge(floods, survivors);
        Eventually.Within(TimeSpan.FromSeconds(40), () => (verdict = group.Judge(floods, survivors)).Lost.Count == 0);
        return new SurvivalFound(killed, graph.Without(killed).LargestPart(survivors), survivors.Length, verdict, toAll, toWhole, toReported, use);
    }

    private bool IsWhole(TestSite site, int[] survivors)
    {
        SeenTopology seen = SeenTopology.At(site);
        if (seen.Edition == 0)
        {
            return false;
        }

        var graph = new SeenGraph(group.Count, [.. seen.Names.Select(name => name.Split(' ')).Select(ends => (SeenGraph.IndexOf(ends[0]), SeenGraph.IndexOf(ends[1])))]);
        return graph.Links.All(link => survivors.Contains(link.A) && survivors.Contains(link.B))
            && graph.LargestPart(survivors) == survivors.Length
            && survivors.All(one => graph.NeighborsOf(one).Count >= Math.Min(connectivity, survivors.Length - 1));
    }

    // Marks are watermarks: of each origin's present life the last flood speaks for all.
    private TimeSpan? Reported(IReadOnlyList<Flood> floods, int[] survivors)
    {
        long start = Stopwatch.GetTimestamp();
        var last = floods.Where(flood => flood.Id is not null && survivors.Contains(flood.Origin)).GroupBy(flood => flood.Origin).Select(its => its.Last().Id!).ToList();
        TestSite asked = group.Group[survivors[0]];
        bool all = Eventually.Within(
            Patience,
            () =>
            {
                last.RemoveAll(id => ExportedBy(asked, id).IsSupersetOf(survivors));
                return last.Count == 0;
            },
            Step);
        return all ? Stopwatch.GetElapsedTime(start) : null;
    }

    private static HashSet<int> ExportedBy(TestSite asked, string id) =>
        [.. asked.Ask($"where {id}").Body.Where(line => line.Contains("(:state exported)", StringComparison.Ordinal)).Select(line => SeenGraph.IndexOf(line.Split(' ')[1]))];
}

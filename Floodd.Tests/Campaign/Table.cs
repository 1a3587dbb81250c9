// Prints what a campaign came to, for people and for programs. Computes sums and quotients only.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Floodd.Tests.Campaign;

/// <summary>The tables at the end.</summary>
internal static class Table
{
    /// <summary>Runs after which every marker must have been reached once.</summary>
    public const long MarkerRuns = 10_000;

    /// <summary>Markers that were not reached, if there were runs enough to expect them.</summary>
    public static IReadOnlyList<string> NotReached(Tally tally) => [.. MarkerSet.Names.Where(m => tally.Markers.GetValueOrDefault(m) * MarkerRuns < tally.Runs - MarkerRuns + 1)];

    public static void Write(TextWriter to, Tally tally, CampaignOptions options, TimeSpan took)
    {
        double cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        Say(to, $"runs {tally.Runs}, {tally.Runs / took.TotalSeconds:F1} each second over {options.Threads} threads, {tally.Runs / cpu:F1} each CPU second; {took.TotalSeconds:F0} s, CPU {cpu:F0} s");
        Say(to, $"  by sites: 3-5 {BySites(3, 5)}, 6-15 {BySites(6, 15)}, 16-75 {BySites(16, 75)}");
        Say(to, $"  virtual time {tally.VirtualSeconds:F0} s, {tally.VirtualSeconds / cpu:F0} times CPU time; {tally.Steps} steps, {tally.Steps / cpu:F0} each CPU second, {tally.Steps / Math.Max(1.0, tally.Runs):F0} each run");
        Say(to, $"  updates flooded {tally.Flooded}, accepted {tally.Accepted}; exports checked {tally.Deliveries}, repeated by a new life {tally.Repeats}, gaps declared {tally.Gaps}; 'help' answered in time {tally.Helped}");
        Say(to, $"  faults {tally.FaultCount}, {tally.FaultCount / Math.Max(1.0, tally.Runs):F1} each run; runs with at least 10: {tally.RunsWithTenFaults} ({100.0 * tally.RunsWithTenFaults / Math.Max(1, tally.Runs):F1} %)");
        Say(to, $"  run twice {tally.Doubles}, different {tally.Mismatches.Count}{string.Concat(tally.Mismatches.Take(10).Select(s => $" {s}"))}");
        Say(to, $"faults by kind");
        foreach (ActKind kind in ActKinds.Faults)
        {
            Say(to, $"  {kind.Name,-24}{kind.Rows,-14}{tally.Faults.GetValueOrDefault(kind.Name),12}");
        }

        Say(to, $"work");
        foreach (ActKind kind in ActKinds.Work)
        {
            Say(to, $"  {kind.Name,-38}{tally.Faults.GetValueOrDefault(kind.Name),12}");
        }

        Say(to, $"rare states, runs that were in them");
        IReadOnlyList<string> missing = NotReached(tally);
        foreach (string marker in MarkerSet.Names)
        {
            Say(to, $"  {marker,-56}{tally.Markers.GetValueOrDefault(marker),10}{(missing.Contains(marker) ? "  too seldom" : "")}");
        }

        Say(to, $"slowest runs: {string.Join(", ", tally.Slowest.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Seed} ({r.Sites} sites, {r.Took.TotalMilliseconds:F0} ms)")))}");
        Say(to, $"slowest to heal: {string.Join(", ", tally.SlowestToHeal.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Seed} ({r.HealTicks / 1e7:F1} s)")))}");
        Say(to, $"failed {tally.Failed.Count}");
        foreach (RunResult run in tally.Failed.OrderBy(r => r.Seed).Take(100))
        {
            Say(to, $"  {run.Seed}: {run.Sentence}\n      {options.Replay(run.Seed)}");
        }

        long BySites(int least, int most) => tally.RunsBySites.Where(r => r.Key >= least && r.Key <= most).Sum(r => r.Value);
    }

    public static void WriteJson(string path, Tally tally, TimeSpan took)
    {
        double cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        var all = new Dictionary<string, object>
        {
            ["runs"] = tally.Runs,
            ["seconds"] = took.TotalSeconds,
            ["cpuSeconds"] = cpu,
            ["virtualSeconds"] = tally.VirtualSeconds,
            ["steps"] = tally.Steps,
            ["flooded"] = tally.Flooded,
            ["accepted"] = tally.Accepted,
            ["deliveries"] = tally.Deliveries,
            ["repeats"] = tally.Repeats,
            ["gaps"] = tally.Gaps,
            ["helped"] = tally.Helped,
            ["faults"] = tally.FaultCount,
            ["runsWithTenFaults"] = tally.RunsWithTenFaults,
            ["runsBySites"] = tally.RunsBySites,
            ["kinds"] = ActKinds.Faults.ToDictionary(k => k.Name, k => new { rows = k.Rows, count = tally.Faults.GetValueOrDefault(k.Name) }),
            ["markers"] = MarkerSet.Names.ToDictionary(m => m, m => tally.Markers.GetValueOrDefault(m)),
            ["doubles"] = tally.Doubles,
            ["mismatches"] = tally.Mismatches,
            ["failed"] = tally.Failed.Select(f => new { seed = f.Seed, sentence = f.Sentence }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(all) + "\n");
    }

    private static void Say(TextWriter to, FormattableString line) => to.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

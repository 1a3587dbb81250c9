// `survive`: a group of very many real daemons, a third of them killed at once, again and again, and a table of what became of the updates.
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>The command.</summary>
internal static class SurviveCommand
{
    /// <summary>Its form.</summary>
    public const string Form =
        "survive [--sites N] [--kill N] [--connectivity K] [--trials N] [--seed S] [--choice random|neighbors|around] [--rate FLOODS-PER-SECOND] [--origins N] [--idle SECONDS]: kills many of many daemons at once";

    // So many updates got a receipt since the sites of the last trial are back, before the next ones are killed.
    private const int FloodsBefore = 50;

    private static readonly CompositeFormat Columns = CompositeFormat.Parse("{0,5} {1,6} {2,8} {3,10} {4,5} {5,8} {6,5} {7,7} {8,6} {9,7} {10,9}  {11,-28} {12}");

    /// <summary>Runs it.</summary>
    /// <returns>0 if all trials are good, 1 if one is not, 64 for a wrong command line.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            var options = new Options(arguments);
            var asked = new Asked(
                options.Number("--sites", 75),
                options.Number("--kill", 25),
                options.Number("--connectivity", 8),
                options.Number("--trials", 10),
                options.Number("--seed", Environment.TickCount & 0xffff),
                options.Text("--choice") ?? "random",
                options.Number("--rate", 10),
                options.Number("--origins", 0),
                options.Number("--idle", 30));
            options.End();
            return asked.Fault is { } fault ? throw new OptionException(fault) : Run(asked);
        }
        catch (OptionException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{Form}");
            return 64;
        }
    }

    private static int Run(Asked asked)
    {
        Console.WriteLine($"seed {asked.Seed}: {asked.Sites} sites, connectivity {asked.Connectivity}, {asked.Kill} killed ({asked.Choice}), {asked.Rate} floods a second");
        long start = Stopwatch.GetTimestamp();
        int origins = asked.Origins == 0 ? asked.Sites : asked.Origins;
        var plan = new GroupPlan
        {
            SiteCount = asked.Sites,
            Connectivity = asked.Connectivity,
            Periods = "",
            UpPatience = TimeSpan.FromMinutes(10),
            ExportCommand = site => FaultGroup.PacedExport(site, 1),
        };
        using FaultGroup group = FaultGroup.Start(plan, new FaultLoad(TimeSpan.FromSeconds((double)origins / asked.Rate), Look: TimeSpan.FromMilliseconds(100), Origins: origins), asked.Seed, begin: false);
        Console.WriteLine(FormattableString.Invariant($"all up and planned after {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
        Idle(group, TimeSpan.FromSeconds(asked.Idle));
        group.BeginFloods();
        Line("trial", "killed", "receipts", "deliveries", "lost", "repeated", "wrong", "reach", "all s", "whole s", "reported s", "processor, memory of each", "sites");
        var draw = new Random(asked.Seed);
        int good = 0;
        for (int trial = 1; trial <= asked.Trials; trial++)
        {
            good += Try(group, asked, trial, draw) ? 1 : 0;
        }

        Console.WriteLine(FormattableString.Invariant($"{good} of {asked.Trials} trials good, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
        return good == asked.Trials ? 0 : 1;
    }

    private static bool Try(FaultGroup group, Asked asked, int trial, Random draw)
    {
        int since = group.Ledger.Count;
        Eventually.Holds(() => group.FloodsSince(since).Count(flood => flood.Id is not null) >= FloodsBefore, "floods under way before the kill");
        SeenGraph graph = SeenGraph.At(group.Group, draw.Next(group.Count));
        IReadOnlyList<int> killed = KillChoice.Sites(asked.Choice, graph, asked.Kill, draw);
        SurvivalFound found = new Survival(group, asked.Connectivity).Run(graph, killed, since);
        Verdict verdict = found.Verdict;
        Line(
            trial,
            killed.Count,
            verdict.Receipts,
            verdict.Deliveries,
            verdict.Lost.Count,
            verdict.Repeated.Count,
            verdict.Wrong.Count,
            $"{found.Reach}/{found.Survivors}",
            Seconds(found.ToAll),
            Seconds(found.ToWhole),
            Seconds(found.ToReported),
            found.Use,
            Strikes.Names(killed));
        if (!found.IsGood)
        {
            Console.WriteLine($"FAULT {verdict}");
        }

        group.Group.RestartAll([.. killed.Select(site => group.Group[site])]);
        group.WaitUntilPlanned();
        return found.IsGood;
    }

    private static void Idle(FaultGroup group, TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            ProcessUse before = ProcessUse.Of(group.Group.Sites);
            long start = Stopwatch.GetTimestamp();
            group.Hold(time.TotalSeconds);
            Console.WriteLine($"idle for {time.TotalSeconds} s, each daemon on average/at most: {ProcessUse.Of(group.Group.Sites).Since(before, Stopwatch.GetElapsedTime(start))}");
        }
    }

    private static string Seconds(TimeSpan? time) => time is { } known ? known.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) : "never";

    private static void Line(params object[] cells)
    {
        Console.WriteLine(string.Format(CultureInfo.InvariantCulture, Columns, cells));
        Console.Out.Flush();
    }

    private sealed record Asked(int Sites, int Kill, int Connectivity, int Trials, int Seed, string Choice, int Rate, int Origins, int Idle)
    {
        public string? Fault =>
            Sites is < 3 or > 200 ? "--sites: 3 to 200"
            : Kill < 1 || Kill > Sites - 2 ? "--kill: 1 to two less than the sites"
            : Rate < 1 ? "--rate: 1 or more"
            : Origins > Sites ? "--origins: not more than the sites"
            : KillChoice.Names.Contains(Choice) ? null
            : $"--choice: {string.Join(", ", KillChoice.Names)}";
    }
}

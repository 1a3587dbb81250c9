// `load`: the workloads that other systems were measured with, at real daemons, as a table. Ratios to those systems are not for here: they need to run beside it.
using System.Globalization;

namespace Floodd.Tests.Benchmarks.Load;

/// <summary>The command.</summary>
internal static class LoadCommand
{
    public const string Usage = "usage: dotnet run -c Release --project Floodd.Tests -- load [--workloads W1,W2] [--sites 3,5,8] [--runs R] [--connectivity K] [--links planned|chain] [--sinks subscribers|exports] [--ways MBIT]";

    private const int Words = 64;

    /// <summary>Runs it.</summary>
    /// <returns>0; 1 if an update was lost, repeated, out of order or refused; 64 for words that are not understood.</returns>
    public static int Run(string[] arguments)
    {
        (Workload[] workloads, int[] sizes, int runs, var kind) = (Workload.All, [3, 5, 8], 3, new LoadGroup());
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool isUnderstood = arguments[i] switch
            {
                "--workloads" => (workloads = [.. Workload.All.Where(w => value.Split(',').Contains(w.Name))]).Length > 0,
                "--sites" => (sizes = [.. value.Split(',').Select(Number)]).All(n => n > 1),
                "--runs" => (runs = Number(value)) > 0,
                "--connectivity" => (kind = kind with { Connectivity = Number(value) }).Connectivity > 0,
                "--links" => (kind = kind with { IsChained = value == "chain" }).IsChained || value == "planned",
                "--sinks" => (kind = kind with { IsExported = value == "exports" }).IsExported || value == "subscribers",
                "--ways" => (kind = kind with { Megabits = Number(value) }).Megabits > 0,
                _ => false,
            };
            if (!isUnderstood)
            {
                Console.Error.WriteLine($"'{arguments[i]} {value}' is not understood\n{Usage}");
                return Words;
            }
        }

        bool isGood = true;
        Console.WriteLine("| workload | sites | updates/s | MB/s | p50 us | p99 us | p99.9 us | CPU us per delivery | peak MiB | link bytes per update and site | copies | lost, wrong |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Workload workload in workloads)
        {
            foreach (int sites in sizes)
            {
                LoadRun[] all = [.. Enumerable.Range(0, runs).Select(_ => LoadRun.Of(workload, sites, kind))];
                isGood &= all.All(run => run is { Missing: 0, Wrong: 0, Refusal: null });
                Console.WriteLine(Row(workload, sites, all));
                Array.ForEach(all, run => Console.Error.Write(run.Refusal is null ? "" : run.Refusal + "\n"));
            }
        }

        return isGood ? 0 : 1;
    }

    // Each figure by itself the one in the middle of the runs; what is lost or wrong, of all.
    private static string Row(Workload workload, int sites, LoadRun[] runs)
    {
        double Middle(Func<LoadRun, double> figure) => runs.Select(figure).Order().ElementAt(runs.Length / 2);
        int total = workload.Total(sites);
        double deliveries = (double)total * sites;

        // Where each is flooded it does not come over a link.
        double received = (double)total * (sites - 1);
        double rate = Middle(run => total / run.Seconds);
        double bytes = Middle(run => run.LinkBytes / received);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {sites} | {rate:F0} | {rate * workload.Size / 1e6:F1} | {Middle(r => At(r, 0.5)):F0} | {Middle(r => At(r, 0.99)):F0} | {Middle(r => At(r, 0.999)):F0} | {Middle(r => r.CpuSeconds / deliveries) * 1e6:F2} | {Middle(r => r.PeakBytes) / (1 << 20):F0} | {bytes:F0} | {bytes / workload.Size:F2} | {runs.Sum(r => r.Missing)}, {runs.Sum(r => r.Wrong)} |");
    }

    private static double At(LoadRun run, double part) => run.Delays.Length == 0 ? double.NaN : run.Delays[(int)(part * (run.Delays.Length - 1))] * 1e6;

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}

// How fast the simulated world runs, which is mostly how fast the core is: a command that prints a table and asserts nothing.
using System.Globalization;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// Worlds whose group has the periods and the connectivity of one of which nothing is said: small updates at random sites, every
/// checker on. CPU time of the whole process, of the round in the middle of several: what the runtime compiles in the first ones is
/// no work of the core, and in a campaign is soon over.
/// </summary>
internal static class SpeedCommand
{
    public const string Usage = "usage: dotnet run -c Release --project Floodd.Tests -- speed [SITES SECONDS UPDATES]";

    // A case is run, seed after seed, until it has taken so much time of the processor, in seconds; the round in the middle counts.
    private const double CpuLeast = 12;
    private const int RoundsLeast = 5;
    private const int RoundsMost = 15;

    private const int UpdateMin = 100;
    private const int UpdateMax = 1000;

    /// <summary>Sites, virtual seconds, updates.</summary>
    private static readonly (int Sites, int Seconds, int Updates)[] Cases = [(3, 600, 1000), (15, 600, 1000), (75, 600, 1000), (100, 40, 0)];

    public static int Run(string[] args)
    {
        if (args is [var sites, var seconds, var updates] && int.TryParse(sites, out int n) && int.TryParse(seconds, out int s) && int.TryParse(updates, out int u))
        {
            Measure([(n, s, u)]);
            return 0;
        }

        if (args.Length > 0)
        {
            Console.Error.WriteLine(Usage);
            return 64;
        }

        Measure(Cases);
        Short();
        return 0;
    }

    private static void Measure((int Sites, int Seconds, int Updates)[] cases)
    {
        Console.WriteLine("| sites | virtual s | updates | CPU s | times real time | events | events/s | bytes/event | trace |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach ((int sites, int seconds, int updates) in cases)
        {
            var rounds = new List<Round>();
            while (rounds.Count < RoundsLeast || (rounds.Sum(r => r.Cpu) < CpuLeast && rounds.Count < RoundsMost))
            {
                ulong seed = (ulong)rounds.Count + 2;
                (double cpu, long bytes, World world) = Measured(() => One(seed, sites, seconds, updates));
                rounds.Add(new Round(cpu, bytes, world.Elapsed.TotalSeconds, world.Trace.StepCount, world.Trace.Hash));
            }

            Round middle = rounds.OrderByDescending(r => r.Seconds / r.Cpu).ElementAt(rounds.Count / 2);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {sites} | {seconds} | {updates} | {middle.Cpu:F2} | {middle.Seconds / middle.Cpu:F0} | {middle.Events} | {middle.Events / middle.Cpu:F0} | {(double)middle.Bytes / middle.Events:F0} | {middle.Hash:x} |"));
        }
    }

    // What a world costs that is over soon, as those of campaigns are.
    private static void Short()
    {
        const int Worlds = 300;
        long Many() => Enumerable.Range(1, Worlds).Sum(seed => One((ulong)seed, 3, 10, 30).Trace.StepCount);
        Many();
        (double cpu, long bytes, long steps) = Measured(Many);
        Console.WriteLine();
        Console.WriteLine("| sites | virtual s | updates | CPU ms each | KiB each | events each | events/s |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| 3 | 10 | 30 | {cpu * 1000 / Worlds:F2} | {bytes / 1024.0 / Worlds:F0} | {steps / Worlds} | {steps / cpu:F0} |"));
    }

    private static World One(ulong seed, int sites, int seconds, int updates)
    {
        var world = new World(seed, sites, w => w.Group = g => new GroupDefinition(g.Name) { Sites = g.Sites, MasterSite = g.MasterSite });
        TimeSpan whole = TimeSpan.FromSeconds(seconds);
        for (int i = 0; i < updates; i++)
        {
            world.Run((whole * (i + 0.5) / updates) - world.Elapsed);
            world.Flood(world.Work.Next(sites), UpdateMin + world.Work.Next(UpdateMax - UpdateMin));
        }

        world.Run(whole - world.Elapsed);
        world.RunUntilDelivered(TimeSpan.FromSeconds(10), TimeSpan.Zero);
        return world;
    }

    private static (double Cpu, long Bytes, T Result) Measured<T>(Func<T> run)
    {
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(true);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        T result = run();
        TimeSpan cpu = Environment.CpuUsage.TotalTime - before;
        return (cpu.TotalSeconds, GC.GetTotalAllocatedBytes(true) - bytes, result);
    }

    // CPU seconds, bytes allocated, virtual seconds, events, and the fingerprint of all that happened.
    private sealed record Round(double Cpu, long Bytes, double Seconds, long Events, ulong Hash);
}

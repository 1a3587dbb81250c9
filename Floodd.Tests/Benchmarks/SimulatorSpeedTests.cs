// How fast the simulated world runs, which is mostly how fast the core is. Run by hand; asserts nothing about figures.
using System.Globalization;
using Floodd.Model;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// <code>dotnet test Floodd.Tests -c Release --filter FullyQualifiedName~SimulatorSpeedTests --logger "console;verbosity=detailed"</code>
/// The periods and the connectivity that a group has of which nothing is said, small updates at random sites, every checker on. CPU time of the whole process, after a first run that warms it up.
/// </summary>
[Explicit("prints a table; takes minutes")]
[Category("Benchmark")]
internal sealed class SimulatorSpeedTests
{
    private const int UpdateMin = 100;
    private const int UpdateMax = 1000;

    [TestCase(3, 600, 1000)]
    [TestCase(15, 600, 1000)]
    [TestCase(75, 600, 1000)]
    [TestCase(100, 40, 0)]
    public void How_much_faster_than_real_time(int sites, int seconds, int updates)
    {
        Run(1, sites, Math.Min(seconds, 60), updates / 10);
        (double cpu, long bytes, World world) = Measured(() => Run(2, sites, seconds, updates));
        long steps = world.Trace.StepCount;
        TestContext.Out.WriteLine("| sites | virtual s | updates | CPU s | times real time | events | events/s | bytes/event | trace |");
        TestContext.Out.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {sites} | {seconds} | {updates} | {cpu:F2} | {world.Elapsed.TotalSeconds / cpu:F0} | {steps} | {steps / cpu:F0} | {(double)bytes / steps:F0} | {world.Trace.Hash:x} |"));
    }

    [Test]
    public void How_much_a_short_world_costs()
    {
        const int Worlds = 300;
        Many(Worlds);
        (double cpu, long bytes, long steps) = Measured(() => Many(Worlds));
        TestContext.Out.WriteLine("| sites | virtual s | updates | CPU ms each | KiB each | events each | events/s |");
        TestContext.Out.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| 3 | 10 | 30 | {cpu * 1000 / Worlds:F2} | {bytes / 1024.0 / Worlds:F0} | {steps / Worlds} | {steps / cpu:F0} |"));
    }

    private static long Many(int worlds)
    {
        long steps = 0;
        for (int seed = 1; seed <= worlds; seed++)
        {
            steps += Run((ulong)seed, 3, 10, 30).Trace.StepCount;
        }

        return steps;
    }

    private static World Run(ulong seed, int sites, int seconds, int updates)
    {
        var world = new World(seed, sites, w => w.Group = g => new GroupDefinition(g.Name) { Sites = g.Sites, MasterSite = g.MasterSite });
        TimeSpan whole = TimeSpan.FromSeconds(seconds);
        for (int i = 0; i < updates; i++)
        {
            world.Run(whole * (i + 0.5) / updates - world.Elapsed);
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
}

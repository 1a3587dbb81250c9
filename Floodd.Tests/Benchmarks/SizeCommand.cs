// What being a member costs a site, against the size of its group: a command that prints a table and asserts nothing.
using System.Globalization;
using Floodd.Model;
using Floodd.Tests.Simulation;
using Floodd.Wire;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// Simulated groups with the periods and the connectivity of one of which nothing is said. A group is left alone until all ways are
/// measured, then watched while nothing is flooded, then while one small update comes every second from a site drawn by lot.
/// </summary>
internal static class SizeCommand
{
    public const string Usage = "usage: dotnet run -c Release --project Floodd.Tests -- size [SITES[,SITES] [SETTLING [WATCHED]]] (in seconds of virtual time)";

    private const int UpdateBytes = 128;

    // What a frame is told of under; all other kinds under the last name.
    private static readonly (string Name, FrameKind[] Kinds)[] Columns =
    [
        ("alive", [FrameKind.Ping, FrameKind.Pong]),
        ("sites", [FrameKind.Sites]),
        ("digests", [FrameKind.Digest]),
        ("reports", [FrameKind.ReportsHeld, FrameKind.Report]),
        ("bursts", [FrameKind.Burst, FrameKind.BurstSeen]),
        ("marks", [FrameKind.Names, FrameKind.Delivery, FrameKind.MarkSums]),
        ("updates", [FrameKind.Segments, FrameKind.Spare]),
        ("other", []),
    ];

    public static int Run(string[] args)
    {
        (int[] sizes, int settling, int watched) = ([3, 10, 30, 75], 6000, 600);
        if (args.Length > 3
            || (args.Length > 0 && (sizes = [.. args[0].Split(',').Select(Number)]).Any(n => n < 2))
            || (args.Length > 1 && (settling = Number(args[1])) < 1)
            || (args.Length > 2 && (watched = Number(args[2])) < 1))
        {
            Console.Error.WriteLine(Usage);
            return 64;
        }

        Console.WriteLine("For each site and second: steps of the core, the processor's time (checkers and all), bytes received on links.");
        Console.WriteLine();
        Console.WriteLine($"| sites | updates/s | KiB live | steps | CPU us | frames | bytes | {string.Join(" | ", Columns.Select(c => c.Name))} |");
        Console.WriteLine($"| ---: | ---: | ---: | ---: | ---: | ---: | ---: | {string.Join(" | ", Columns.Select(_ => "---:"))} |");
        foreach (int sites in sizes)
        {
            Measure(sites, settling, watched);
        }

        return 0;
    }

    private static void Measure(int sites, int settling, int watched)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var world = new World(seed: 2, sites, w => w.Group = g => new GroupDefinition(g.Name) { Sites = g.Sites, MasterSite = g.MasterSite });
        world.Run(TimeSpan.FromSeconds(settling));
        foreach (int updates in (int[])[0, watched])
        {
            var meter = new FrameMeter();
            world.Meddle = (end, bytes) =>
            {
                if (end.IsLink)
                {
                    meter.Add(end, bytes.Span);
                }
            };
            (long steps, TimeSpan cpu) = (world.Trace.StepCount, Environment.CpuUsage.TotalTime);
            for (int second = 0; second < watched; second++)
            {
                if (updates > 0)
                {
                    world.Flood(world.Work.Next(sites), UpdateBytes);
                }

                world.Run(TimeSpan.FromSeconds(1));
            }

            (steps, cpu) = (world.Trace.StepCount - steps, Environment.CpuUsage.TotalTime - cpu);
            world.Meddle = null;
            double each = 1.0 / sites / watched;
            long live = (GC.GetTotalMemory(forceFullCollection: true) - before) / sites / 1024;
            IEnumerable<long> columns = Columns.Select(c => c.Kinds.Length > 0 ? c.Kinds.Sum(meter.BytesOf) : meter.Bytes - Columns.Sum(o => o.Kinds.Sum(meter.BytesOf)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {sites} | {(double)updates / watched:F0} | {live} | {steps * each:F1} | {cpu.TotalMicroseconds * each:F0} | {meter.Frames * each:F1} | {meter.Bytes * each:F0} | ")
                + string.Join(" | ", columns.Select(bytes => (bytes * each).ToString("F0", CultureInfo.InvariantCulture))) + " |");
        }
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}

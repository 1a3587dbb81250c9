// `memory`: daemons under every load or one, and what each took at most. The figures of LIMITS.md come from here.
using System.Globalization;

namespace Floodd.Tests.EndToEnd.Memory;

internal static class MemoryCommand
{
    private const int Usage = 64;

    /// <summary>Runs the command: <c>memory [LOAD [SECONDS]]</c>.</summary>
    /// <returns>0 if every bound was held, 1 if one was not, 64 if the words make no sense.</returns>
    public static int Run(string[] args)
    {
        MemoryLoad[] loads = [.. MemoryLoad.All.Where(load => args.Length == 0 || args[0] is "all" || load.Name == args[0])];
        if (loads.Length == 0 || args.Length > 2)
        {
            Console.Error.WriteLine($"expected one of: all {string.Join(' ', MemoryLoad.All.Select(load => load.Name))}; then seconds");
            return Usage;
        }

        var time = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 15);
        int exceeded = 0;
        Console.WriteLine("| load | idle MiB | peak MiB | bound MiB | updates taken in | I6 |\n| --- | --- | --- | --- | --- | --- |");
        foreach (MemoryLoad load in loads)
        {
            MemoryRun run = MemoryRun.Of(load, time);
            Console.WriteLine(run);
            exceeded += run.PeakBytes > run.BoundBytes ? 1 : 0;
        }

        return exceeded == 0 ? 0 : 1;
    }
}

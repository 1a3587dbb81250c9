// `fuzz`: campaigns against all targets or one, and the table of what came of them. The targets are listed here.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Model;

namespace Floodd.Tests.Fuzzing;

internal static class FuzzCommand
{
    private const int Usage = 64;

    /// <summary>All targets, the cheap ones first.</summary>
    public static ImmutableArray<Func<FuzzTarget>> Targets { get; } =
    [
        TextTargets.Request, TextTargets.Reply, TextTargets.Name, TextTargets.Generator, TextTargets.Plan, TextTargets.Configuration,
        SiteTargets.Frames, SiteTargets.Session, SiteTargets.Greeting, SpoolTarget.Recovery, SiteTargets.Agreement, Story,
    ];

    /// <summary>Several links at a site: frames in any order, good and bent, and the same however they are cut.</summary>
    public static FuzzTarget Story() => new("link", Bytes, () => input =>
    {
        ulong whole = new FuzzStory(input, inPieces: false).Play();
        FuzzFailureException.Unless(new FuzzStory(input, inPieces: true).Play() == whole, "byte by byte it ends otherwise than whole");
        return (whole & 1) != 0;
    })
    {
        AllocationBase = 16 << 20,
        AllocationPerByte = 256 << 10,
    };

    /// <summary>Runs the command.</summary>
    /// <returns>0 if nothing failed, 1 if something did, 64 if the words make no sense.</returns>
    public static int Run(string[] args)
    {
        var options = new Dictionary<string, string>();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            options[args[i].TrimStart('-')] = args[i + 1];
        }

        string only = options.GetValueOrDefault("target", "");
        FuzzTarget[] targets = [.. Targets.Select(make => make()).Where(t => only.Length == 0 || t.Name == only)];
        if (targets.Length == 0 || args.Length % 2 != 0)
        {
            Console.Error.WriteLine($"expected --target and one of: {string.Join(' ', Targets.Select(make => make().Name))}");
            return Usage;
        }

        if (options.TryGetValue("input", out string? hex))
        {
            return Repeat(targets[0], Convert.FromHexString(hex));
        }

        ulong seed = ulong.Parse(options.GetValueOrDefault("seed", "1"), CultureInfo.InvariantCulture);
        long inputs = long.Parse(options.GetValueOrDefault("inputs", options.ContainsKey("minutes") ? "9000000000000000000" : "100000"), CultureInfo.InvariantCulture);
        var limit = TimeSpan.FromMinutes(double.Parse(options.GetValueOrDefault("minutes", "100000"), CultureInfo.InvariantCulture));
        long from = long.Parse(options.GetValueOrDefault("from", "0"), CultureInfo.InvariantCulture);
        Console.WriteLine("| target | inputs | seconds | processor s | inputs/s of it | refused | accepted | slowest ms | largest allocation | failures |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        int failures = 0;
        foreach (FuzzTarget target in targets)
        {
            FuzzRun run = new FuzzRun(target, seed).Go(options.ContainsKey("from") && !options.ContainsKey("inputs") ? 1 + (from % target.InputsPerLife) : inputs, limit, from);
            Console.WriteLine(Row(run));
            run.Failures.ForEach(Console.Error.WriteLine);
            failures += run.Failures.Count;
        }

        return failures == 0 ? 0 : 1;
    }

    private static string Row(FuzzRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {run.Name} | {run.Inputs} | {run.Taken.TotalSeconds:F0} | {run.Processor.TotalSeconds:F0} | {run.Inputs / run.Processor.TotalSeconds:F0} | {run.Inputs - run.Accepted} | {run.Accepted} | {run.Slowest.TotalMilliseconds:F1} | {run.LargestAllocation} | {run.Failures.Count} |");

    private static int Repeat(FuzzTarget target, byte[] input)
    {
        var run = new FuzzRun(target, 0);
        run.Try(target.Begin(), input, 0);
        run.Failures.ForEach(Console.WriteLine);
        Console.WriteLine(run.Failures.Count == 0 ? $"{target.Name}: nothing wrong" : "failed");
        return run.Failures.Count;
    }

    private static byte[] Bytes(Prng random)
    {
        byte[] bytes = new byte[4 + random.Next(120)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextUInt64();
        }

        return bytes;
    }
}

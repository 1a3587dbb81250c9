// Spreads runs over threads and tells how far it is; a run that fails stops nothing.
using System.Diagnostics;
using System.Globalization;
using Floodd.Model;

namespace Floodd.Tests.Campaign;

/// <summary>A campaign.</summary>
internal static class Campaigning
{
    /// <summary>Runs all seeds that the options ask for.</summary>
    /// <param name="options">Which.</param>
    /// <param name="progress">Gets a line each few seconds.</param>
    public static Tally Run(CampaignOptions options, TextWriter progress)
    {
        var tally = new Tally();
        long next = 0;
        var watch = Stopwatch.StartNew();
        // Worlds share nothing: each thread takes the next seed when it is free.
        Thread[] threads = [.. Enumerable.Range(0, options.Threads).Select(_ => new Thread(Work, 4 << 20) { IsBackground = true })];
        Array.ForEach(threads, t => t.Start());
        TimeSpan told = TimeSpan.Zero;
        while (!Array.TrueForAll(threads, t => t.Join(100)))
        {
            if (watch.Elapsed - told > TimeSpan.FromSeconds(5))
            {
                told = watch.Elapsed;
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{told.TotalSeconds,6:F0} s {tally.Runs,9} runs {tally.Runs / told.TotalSeconds,7:F1}/s {tally.FaultCount,10} faults {tally.Deliveries,10} deliveries {tally.Failed.Count,4} failed"));
            }
        }

        return tally;

        void Work()
        {
            while (options.Limit is not { } limit || watch.Elapsed < limit)
            {
                long number = Interlocked.Increment(ref next) - 1;
                if (number >= options.Runs)
                {
                    return;
                }

                ulong seed = options.First + (ulong)number;
                Script script = options.ScriptOf(seed);
                RunResult run = RunResult.Of(script, options.Replay(seed));
                bool twice = new Prng(seed ^ 0x2).Chance(options.Double);
                tally.Add(run, twice ? RunResult.Of(options.ScriptOf(seed), options.Replay(seed)) : null);
                if (options.Verbose)
                {
                    progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {seed}: {run.Sites} sites, {run.Faults} faults, {run.Steps} steps, {run.Virtual / 1e7:F1} s in {run.Took.TotalMilliseconds:F1} ms, healed in {run.HealTicks / 1e7:F1} s"));
                }

                if (run.Sentence is { } sentence)
                {
                    progress.WriteLine($"seed {seed}: {sentence}\n    {options.Replay(seed)}{(options.Verbose ? $"\n{run.Report}" : "")}");
                }
            }
        }
    }
}

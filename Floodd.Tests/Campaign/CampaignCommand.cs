// `campaign` and `replay`: many seeded runs and their table, or one run and what can be taken away from it.
using System.Diagnostics;
using System.Globalization;

namespace Floodd.Tests.Campaign;

internal static class CampaignCommand
{
    /// <summary>Runs the words behind <c>campaign</c>.</summary>
    /// <returns>0 if all is well, 1 if a run failed or a marker was not reached, 64 if the words make no sense.</returns>
    public static int Campaign(string[] words) =>
        CampaignOptions.Read(words, out string wrong) is { } options ? Run(options) : Refuse(wrong);

    /// <summary>Runs the words behind <c>replay</c>.</summary>
    /// <returns>0 if nothing is wrong with the run, 1 if something is, 64 if the words make no sense.</returns>
    public static int Replay(string[] words)
    {
        if (words is not [var seed, .. var rest] || !ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            return Refuse("replay: a seed is missing");
        }

        return CampaignOptions.Read(rest, out string wrong) is { } options ? Replay(options, number) : Refuse(wrong);
    }

    private static int Refuse(string wrong)
    {
        Console.Error.WriteLine($"{wrong}\n{CampaignOptions.Usage}");
        return 64;
    }

    private static int Run(CampaignOptions options)
    {
        var watch = Stopwatch.StartNew();
        Tally tally = Campaigning.Run(options, Console.Error);
        Table.Write(Console.Out, tally, options, watch.Elapsed);
        if (options.Json is { } path)
        {
            Table.WriteJson(path, tally, watch.Elapsed);
        }

        bool seldom = options.Only.Count == 0 && options.Sites == 0 && Table.NotReached(tally).Count > 0;
        return tally.Failed.Count > 0 || tally.Mismatches.Count > 0 || seldom ? 1 : 0;
    }

    private static int Replay(CampaignOptions options, ulong seed)
    {
        Script script = options.ScriptOf(seed);
        RunResult run = RunResult.Of(script, options.Replay(seed), options.Verbose ? Console.Out : null);
        if (options.Shrink && run.Sentence is { } sentence)
        {
            var shrinker = new Shrinker(s => RunResult.Of(s, options.Replay(seed)).Sentence, sentence);
            script = shrinker.Shrink(script);
            Console.WriteLine($"shortened in {shrinker.Tried} runs to {script.Acts.Count} acts");
            run = RunResult.Of(script, options.Replay(seed));
        }

        Console.WriteLine(script.Shape);
        foreach (Act act in script.Acts)
        {
            Console.WriteLine(act);
        }

        Console.WriteLine(run.Report ?? string.Create(CultureInfo.InvariantCulture, $"nothing is wrong: {run.Faults} faults, {run.Deliveries} exports, {run.Steps} steps, trace {run.Hash:x16}"));
        if (run.Sentence is null)
        {
            return 0;
        }

        Console.WriteLine(run.Anatomy);
        Console.WriteLine($"{seed}{(options.Sites > 0 ? $" --sites {options.Sites}" : "")}{(options.Only.Count > 0 ? $" --only {string.Join(',', options.Only)}" : "")} # {run.Sentence}");
        return 1;
    }
}

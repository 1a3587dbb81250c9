// One seed of the search for mutants: a run of the campaign with every checker on, now and then twice. The one place that knows what a seed is.
using Floodd.Tests.Campaign;

namespace Floodd.Tests.Mutants;

/// <summary>What a seed runs.</summary>
internal static class MutantSeed
{
    /// <summary>Each so manyth seed runs twice, and must do the same.</summary>
    private const ulong TwiceEvery = 8;

    /// <summary>Runs a seed.</summary>
    /// <returns>The first line of what a checker, the core or the world said; null if nothing.</returns>
    public static string? FirstFault(ulong seed)
    {
        RunResult run = Run(seed);
        return run.Sentence ?? (seed % TwiceEvery == 0 && Run(seed).Hash != run.Hash ? "a second run of the seed differs from the first" : null);
    }

    private static RunResult Run(ulong seed)
    {
        var options = new CampaignOptions();
        return RunResult.Of(options.ScriptOf(seed), options.Replay(seed));
    }
}

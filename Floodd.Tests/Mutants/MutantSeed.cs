// One seed of the search for mutants: a run of the campaign or of the swarm with every checker on, now and then twice. The one place that knows what a seed is.
using Floodd.Tests.Campaign;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants;

/// <summary>What a seed runs.</summary>
internal static class MutantSeed
{
    /// <summary>Of so many seeds two run twice, and must do the same.</summary>
    private const ulong TwiceEvery = 8;

    /// <summary>The words for what seeds may run.</summary>
    public static readonly string[] Runners = ["both", "swarm", "campaign", "places"];

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="runner">One of <see cref="Runners"/>; both takes turns with the swarm, in which each second seed is a place, and the campaign.</param>
    /// <returns>The first line of what a checker, the core or the world said; null if nothing.</returns>
    public static string? FirstFault(ulong seed, string runner)
    {
        bool isCampaign = runner == "campaign" || (runner == "both" && seed % 2 == 1);
        try
        {
            // In turn, both begin with their first seeds.
            ulong number = runner == "both" ? (seed + 1) / 2 : seed;
            Func<ulong, ulong> run = isCampaign ? Campaign : runner == "places" ? MutantPlaces.Run : MutantSwarm.Run;
            ulong hash = run(number);
            return seed % TwiceEvery < 2 && run(number) != hash ? "a second run of the seed differs from the first" : null;
        }
        catch (Exception e)
        {
            // Whatever it is, an exception of the mutated core included: something saw the mutant.
            return e.Message.Split('\n')[0].Trim();
        }
    }

    private static ulong Campaign(ulong seed)
    {
        var options = new CampaignOptions();
        RunResult run = RunResult.Of(options.ScriptOf(seed), options.Replay(seed));
        return run.Sentence is null ? run.Hash : throw new ViolationException(run.Sentence);
    }
}

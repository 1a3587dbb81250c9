// One seed of the search for mutants: the swarm with every checker on, now and then twice. The one place that knows what a seed is.
using Floodd.Tests.Scenarios;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants;

/// <summary>A seam: what a seed runs.</summary>
internal static class MutantSeed
{
    /// <summary>Each so manyth seed runs twice, and must do the same.</summary>
    private const ulong TwiceEvery = 8;

    /// <summary>Runs a seed.</summary>
    /// <returns>The first line of what a checker, the core or the world said; null if nothing.</returns>
    public static string? FirstFault(ulong seed)
    {
        try
        {
            ulong hash = Run(seed);
            return seed % TwiceEvery == 0 && Run(seed) != hash ? "a second run of the seed differs from the first" : null;
        }
        catch (Exception e)
        {
            return e.Message.Split('\n')[0].Trim();
        }
    }

    private static ulong Run(ulong seed)
    {
        World world = SwarmScenarios.Suffer(seed, keys: true);
        world.RunUntilDelivered(TimeSpan.FromSeconds(180));
        world.CheckStatistics();
        return world.Trace.Hash;
    }
}

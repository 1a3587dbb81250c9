// The swarm's worlds for the search for mutants: any faults, stores that are too small, crashes with commands that fail. Each is one seed.
using Floodd.Tests.Scenarios;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants;

/// <summary>Swarms.</summary>
internal static class MutantSwarm
{
    /// <summary>Links are silent for 6 s before they count as down; calls to those that cannot be reached are made one by one.</summary>
    private static readonly TimeSpan Noticing = TimeSpan.FromSeconds(60);

    /// <summary>Marks are gathered for half a second at the longest, on each link.</summary>
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(30);

    /// <summary>A site asks for what it misses after 3 s.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    /// <summary>Runs a seed; throws at the first thing that is wrong.</summary>
    /// <returns>The hash of its trace.</returns>
    public static ulong Run(ulong seed) => seed % 2 == 0 ? MutantPlaces.Run(seed / 2) : AnySwarm(seed - (seed / 2));

    private static ulong AnySwarm(ulong seed)
    {
        World world = (seed % 3) switch { 0 => AnyFaults(seed), 1 => SmallStores(seed), _ => CrashesAndFailures(seed) };
        ReachChecker.Require(world, Noticing);
        if (seed % 3 == 2)
        {
            PromptChecker.Require(world, Prompt);
        }

        MarkChecker.Require(world, Telling);
        world.Crash((int)(seed % (ulong)world.Sites.Count), silently: seed % 2 == 0);
        ReachChecker.Require(world, Noticing);
        foreach (SimulatedSite site in world.Sites.Where(s => s.Core?.Core is not null))
        {
            ChargeChecker.Check(site.Name, site.Core!.Core!);
        }

        return world.Trace.Hash;
    }

    private static World AnyFaults(ulong seed)
    {
        World world = SwarmScenarios.Suffer(seed, keys: true);
        world.RunUntilDelivered(TimeSpan.FromSeconds(180));
        world.CheckStatistics();
        return world;
    }

    // What was flooded under faults may have been given up; what comes afterwards must arrive, and those that hold each other up must end.
    private static World SmallStores(ulong seed)
    {
        World world = SwarmScenarios.Suffer(
            seed,
            w =>
            {
                // Full of what is still to be exported, not only of what others wait for.
                w.Store = (64 << 10) << (int)(seed / 3 % 4);
                w.Export = seed / 3 % 3 == 0 ? w.Export : Personalities.Slow(20_000 << (int)(seed / 9 % 3));
            },
            w => w.Echoes.Allowed = true);
        world.Run(TimeSpan.FromSeconds(60));
        foreach (SimulatedSite site in world.Sites)
        {
            site.ExpectedFrom = world.Now;
        }

        List<Flooded> flooded = [.. world.Sites.Select(s => world.Flood(s.Index, 1000))];
        world.RunUntilDelivered(TimeSpan.FromSeconds(120));
        return flooded.Find(f => f.RefusedWith != 0) is { } refused ? throw new ViolationException($"{refused} was refused with {refused.RefusedWith} when all was over") : world;
    }

    private static World CrashesAndFailures(ulong seed)
    {
        // Fewer failures than set an update aside.
        var world = new World(seed, 3 + (int)(seed / 3 % 5), w =>
        {
            w.Export = seed % 2 == 0 ? w.Export : Personalities.FailsAtFirst(seed % 5 == 0 ? 75 : 1, 1 + (int)(seed / 6 % 4), w.Export);
            w.Spool = seed % 4 == 0;
        });
        world.Exports.ReportsAlwaysArrive = true;
        var faults = new FaultDeck(world, world.Faults, crashesOnly: true);
        while (world.Elapsed < TimeSpan.FromSeconds(60))
        {
            world.Run(TimeSpan.FromMilliseconds(200));
            world.Flood(world.Work.Next(world.Sites.Count), world.Work.Next(world.Work.Chance(0.1) ? 200_000 : 2000));
            faults.Draw();
        }

        faults.End();
        world.RunUntilDelivered(TimeSpan.FromSeconds(180));
        world.CheckStatistics();
        return world;
    }
}

// A place for mutants: all sites flood at once, more than their stores hold together, and one is slow to export. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>
/// Nobody dies and no link breaks. Each site has to give up what is others' to take in the rest, so that the slow one gets an update of its
/// origin alone, which keeps what it gave a receipt for.
/// </summary>
internal static class FullOrigins
{
    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        const int slow = 1;
        var draw = new Prng(seed ^ 0x4F52_4947);
        int store = (128 << 10) << draw.Next(2), most = 1000 << draw.Next(4), connectivity = 1 + draw.Next(2);
        var world = new World(seed, 5, w =>
        {
            w.Store = store;
            w.Group = g => g with { Connectivity = connectivity };
        });
        world.Echoes.Allowed = true;
        world.Site(slow).Export = Personalities.Slow(40_000 << draw.Next(2));
        world.Run(TimeSpan.FromSeconds(10));
        for (int round = 0; round < 3; round++)
        {
            foreach (SimulatedSite site in world.Sites)
            {
                for (long bytes = 0; bytes < store / 2; bytes += most / 2)
                {
                    world.Flood(site.Index, draw.Next(most));
                }
            }

            world.RunUntilDelivered(TimeSpan.FromSeconds(300));
        }

        return world.Gaps.Count == 0 ? world : throw new ViolationException($"{world.Gaps.Count} gaps were declared of what its origin had given a receipt for");
    }
}

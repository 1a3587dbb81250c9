// A place for mutants: pieces of many large updates meet in stores that cannot hold all of them at once. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>Nobody dies and no link breaks, and each update alone has room: all come everywhere, though incomplete ones must yield to each other.</summary>
internal static class LargeUpdates
{
    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        var draw = new Prng(seed ^ 0x4C41_5247);
        int store = (512 << 10) << draw.Next(2);
        var world = new World(seed, 4 + draw.Next(3), w =>
        {
            w.Store = store;
            w.Bandwidth = 300_000 << draw.Next(3);
            w.KernelBytes = 16 << 10;
            int connectivity = 1 + draw.Next(3);
            w.Group = g => g with { Connectivity = connectivity, MaxDegree = Math.Max(2, connectivity) };
        });
        world.Echoes.Allowed = true;
        world.Run(TimeSpan.FromSeconds(5));
        for (int round = 0; round < 4; round++)
        {
            foreach (SimulatedSite site in world.Sites)
            {
                world.Flood(site.Index, (store / 4) + draw.Next(store / 6));
                world.Run(draw.Jitter(TimeSpan.FromMilliseconds(20)));
            }

            world.RunUntilDelivered(TimeSpan.FromSeconds(300));
        }

        return world;
    }
}

// A place for mutants: the one neighbor of a slow site no longer has what it waits for; the origin, which is no neighbor, has it. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>Nobody dies and no link breaks, and the origin keeps all: nothing is lost to anybody, however small the other stores are.</summary>
internal static class ForgetfulRelays
{
    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        const int origin = 0, relay = 1, slow = 2;
        var draw = new Prng(seed ^ 0x464F_5247);
        int small = (256 << 10) << draw.Next(2), relayed = (128 << 10) << draw.Next(3);
        var world = new World(seed, 3, w =>
        {
            w.PlansEnd = false;
            w.Group = g => g with { Connectivity = 1, MaxDegree = 2 };
            w.Store = 16 << 20;
            w.Local = (site, local) => site switch { relay => local with { DataStorageMax = relayed }, slow => local with { DataStorageMax = small }, _ => local };
        });
        world.Echoes.Allowed = true;
        world.Site(slow).Export = Personalities.Slow(5_000 << draw.Next(4));
        world.Run(TimeSpan.FromSeconds(5));
        world.Impose(relay, new Topology(new GroupName("g"), 1, world.Site(origin).Name, 1, [Edge.Between(world.Site(origin).Name, world.Site(relay).Name), Edge.Between(world.Site(relay).Name, world.Site(slow).Name)]));
        world.Run(TimeSpan.FromSeconds(20));
        int most = 1000 << draw.Next(5);
        for (long bytes = 0; bytes < 1 << 20; bytes += most / 2)
        {
            world.Run(draw.Jitter(TimeSpan.FromMilliseconds(most / 100)));
            world.Flood(origin, draw.Next(most));
        }

        world.RunUntilDelivered(TimeSpan.FromSeconds(900));
        return world.Gaps.Count == 0 ? world : throw new ViolationException($"{world.Gaps.Count} gaps were declared of what its origin held");
    }
}

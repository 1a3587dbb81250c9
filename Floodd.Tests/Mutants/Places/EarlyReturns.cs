// A place for mutants: a site comes back before its neighbor has heard how far it was. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>What a site exported and reported long before it died is not exported there again, whoever brings it, and how soon.</summary>
internal static class EarlyReturns
{
    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        // One returns, the second is to bring it all, the third alone knows all.
        const int returning = 0, bringing = 1, knowing = 2;
        var draw = new Prng(seed ^ 0x4541_524C);
        var world = new World(seed, 3, w => w.DelayMax = TimeSpan.FromMilliseconds(5 + draw.Next(100)));
        // What the third knows comes with what it sends, and the returning one hears of nothing else.
        world.Exports.ReportsAlwaysArrive = true;
        world.Run(TimeSpan.FromSeconds(5));
        for (int round = 0; round < 3; round++)
        {
            world.Partition(bringing);
            world.Run(TimeSpan.FromSeconds(8));
            for (int i = 0; i < 5; i++)
            {
                world.Run(TimeSpan.FromMilliseconds(100));
                world.Flood(knowing, draw.Next(5000));
            }

            world.Run(TimeSpan.FromSeconds(15));
            world.Crash(returning);
            world.Cut(returning, knowing);
            world.Run(draw.Jitter(TimeSpan.FromSeconds(2)));
            world.Mend(returning, bringing);
            world.Restart(returning);
            world.Run(TimeSpan.FromSeconds(40));
            world.Mend(bringing, knowing);
            world.Run(TimeSpan.FromSeconds(40));
            world.Heal();
            world.Run(TimeSpan.FromSeconds(10));
        }

        world.Heal();
        world.RunUntilDelivered(TimeSpan.FromSeconds(60));
        return world;
    }
}

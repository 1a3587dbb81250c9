// A place for mutants: while an update comes in from its client, another one comes first under its key. Holds for the product as it is.
using System.Globalization;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>Small updates are on their way to where large ones are being taken in that have the same keys.</summary>
internal static class RepeatedUploads
{
    private const int Rounds = 20;

    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        var draw = new Prng(seed ^ 0x5245_5045);
        var world = new World(seed, 3 + draw.Next(3), w => w.KernelBytes = 16 << 10);
        world.RunUntilConverged(TimeSpan.FromSeconds(60));
        for (int round = 0; round < Rounds; round++)
        {
            string key = round.ToString(CultureInfo.InvariantCulture);
            int one = draw.Next(world.Sites.Count), other = (one + 1 + draw.Next(world.Sites.Count - 1)) % world.Sites.Count;
            world.Flood(one, 100, key: key);
            world.Run(new TimeSpan((long)(world.Network.Between(one, other).Delay * (0.7 + (0.4 * draw.NextDouble())))));
            world.Flood(other, 300_000 + draw.Next(300_000), key: key);
            world.RunUntilDelivered(TimeSpan.FromSeconds(60));
        }

        return world;
    }
}

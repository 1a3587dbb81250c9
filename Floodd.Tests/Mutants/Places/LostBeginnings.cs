// A place for mutants: stores give up the beginning of a large update that a lonely site still waits for. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>A site is alone for long while others flood more than their stores hold. What is lost to it is lost as whole updates, and all that follows comes.</summary>
internal static class LostBeginnings
{
    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        var draw = new Prng(seed ^ 0x4C4F_5354);
        var world = new World(seed, 3 + draw.Next(2), w =>
        {
            w.Store = (512 << 10) << draw.Next(2);
            w.Group = g => g with { Connectivity = 1, MaxDegree = 2 };
        });
        world.Echoes.Allowed = true;
        world.Run(TimeSpan.FromSeconds(5));
        int lonely = draw.Next(world.Sites.Count);
        world.Partition(lonely);
        world.Run(TimeSpan.FromSeconds(10));
        for (int i = 0; i < 12; i++)
        {
            world.Run(draw.Jitter(TimeSpan.FromSeconds(2)));
            world.Flood((lonely + 1 + draw.Next(world.Sites.Count - 1)) % world.Sites.Count, 100_000 + draw.Next(150_000));
        }

        world.Heal();
        world.RunUntilDelivered(TimeSpan.FromSeconds(200));
        List<Flooded> after = [.. world.Sites.Select(s => world.Flood(s.Index, 1000))];
        world.RunUntilDelivered(TimeSpan.FromSeconds(30));
        return after.Find(f => f.ExportedCount < world.Sites.Count) is { } missed ? throw new ViolationException($"{missed} was not exported everywhere when all was over") : world;
    }
}

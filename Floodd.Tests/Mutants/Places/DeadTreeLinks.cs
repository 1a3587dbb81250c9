// A place for mutants: a link of the tree on which marks are told is dead in silence. Holds for the product as it is.
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants.Places;

/// <summary>
/// Both sides of it hear of each other's marks beside the tree, before the link is found dead: of all of them, or of the one that is new
/// as a site has exported later than the others.
/// </summary>
internal static class DeadTreeLinks
{
    /// <summary>A group of ten has no tree.</summary>
    private const int SitesMin = 11;

    private const int Rounds = 3;

    /// <summary>An update of this many bytes takes six seconds where exports are slow.</summary>
    private const int Bytes = 1000;
    private const int SlowBytesPerSecond = Bytes / 6;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Runs a seed.</summary>
    public static World Run(ulong seed)
    {
        var draw = new Prng(seed ^ 0x5452_4545);
        var world = new World(seed, SitesMin + draw.Next(5), w => w.Group = g => g with { Connectivity = 3 });
        for (int round = 0; round < Rounds; round++)
        {
            world.RunUntilConverged(120 * Second);
            world.Run(10 * Second);
            CutOne(world, draw);
        }

        return world;
    }

    private static void CutOne(World world, Prng draw)
    {
        Exported(world, world.Flood(draw.Next(world.Sites.Count), Bytes), world.Sites.Count);
        world.Run(Second);
        int[] withParent = [.. Enumerable.Range(0, world.Sites.Count).Where(i => world.MarkParentOf(i) >= 0)];
        int child = withParent[draw.Next(withParent.Length)];
        int parent = world.MarkParentOf(child);
        ExportPersonality before = world.Site(child).Export;
        bool isLate = draw.Chance(0.5);
        if (isLate)
        {
            world.Site(child).Export = Personalities.Slow(SlowBytesPerSecond);
        }
        else
        {
            world.Cut(child, parent);
        }

        Flooded flooded = world.Flood(draw.Next(world.Sites.Count), Bytes);
        if (isLate)
        {
            Exported(world, flooded, world.Sites.Count - 1);
            world.Run(5 * Second);
            world.Cut(child, parent);
        }

        Exported(world, flooded, world.Sites.Count);
        MarkChecker.Require(world, 5 * Second);
        world.Mend(child, parent);
        world.Site(child).Export = before;
    }

    private static void Exported(World world, Flooded flooded, int count) => world.RunUntil(() => flooded.ExportedCount >= count, 10 * Second);
}

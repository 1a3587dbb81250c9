// How soon everybody knows what everybody has exported, in groups whose marks are told on a tree: in peace, and while links of the tree are dead.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class MarkScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(10, 0.5)]
    [TestCase(20, 1.5)]
    [TestCase(60, 3)]
    public void Everybody_knows_soon_what_everybody_has_exported(int sites, double seconds)
    {
        World world = Planned(21, sites);
        for (int i = 0; i < 20; i++)
        {
            FloodAndRequire(world, i % sites, seconds * Second);
        }
    }

    [Test]
    public void A_link_of_the_tree_that_is_dead_in_silence_delays_them_by_seconds()
    {
        World world = Planned(22, 20);
        FloodAndRequire(world, 0, 1.5 * Second);
        int cut = 0;
        for (int i = 1; i < world.Sites.Count; i++)
        {
            // It would be found dead after six seconds; then the tree is another one.
            int parent = world.MarkParentOf(i);
            if (parent < 0)
            {
                continue;
            }

            cut++;
            world.Cut(i, parent);
            FloodAndRequire(world, 0, 5 * Second);
            world.Mend(i, parent);
            world.Run(10 * Second);
            FloodAndRequire(world, 0, 1.5 * Second);
        }

        Assert.That(cut, Is.GreaterThanOrEqualTo(world.Sites.Count - 2), "all but the middle have somebody above them");
    }

    [Test]
    public void Few_frames_tell_them()
    {
        World world = Planned(23, 20);
        long before = Frames(world);
        const int Updates = 50;
        for (int i = 0; i < Updates; i++)
        {
            FloodAndRequire(world, i % world.Sites.Count, 3 * Second);
            world.Run(3 * Second);
        }

        double each = (double)(Frames(world) - before) / Updates / world.Sites.Count;
        TestContext.Out.WriteLine($"{each:F2} for each update and site");
        Assert.That(each, Is.LessThan(6));
    }

    private static World Planned(ulong seed, int sites)
    {
        var world = new World(Seeds.One(seed), sites, w => w.Group = g => g with { Connectivity = 3 });
        world.RunUntilConverged(120 * Second);
        world.Run(20 * Second);
        return world;
    }

    private static void FloodAndRequire(World world, int site, TimeSpan limit)
    {
        Flooded flooded = world.Flood(site, 1000);
        world.RunUntil(() => flooded.ExportedCount == world.Sites.Count, 10 * Second);
        MarkChecker.Require(world, limit);
    }

    private static long Frames(World world) => Enumerable.Range(0, world.Sites.Count).Sum(i => StateOf(world, i).Counters.MarkFramesReceived);

    private static SiteState StateOf(World world, int site) => world.Site(site).Core!.Core!.State;
}

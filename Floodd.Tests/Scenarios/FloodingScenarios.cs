// Scenarios without faults: who floods what, and that everybody exports it once.
using Floodd.Config;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class FloodingScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void Three_sites_flood_from_each_to_each()
    {
        var world = new World(Seeds.One(1), sites: 3);
        world.Run(2 * Second);
        for (int i = 0; i < 30; i++)
        {
            world.Flood(i % 3, i * 37);
        }

        world.RunUntilDelivered(10 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(90));
    }

    [Test]
    public void An_update_flooded_in_the_first_second_reaches_everybody()
    {
        var world = new World(Seeds.One(2), sites: 5, w => w.StartSpread = TimeSpan.FromMilliseconds(500));
        world.Run(Second);
        world.Flood(4, 1000);
        world.RunUntilDelivered(15 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(5));
    }

    [Test]
    public void An_update_is_exported_within_a_second_once_the_group_is_linked()
    {
        var world = new World(Seeds.One(3), sites: 8);
        world.Run(10 * Second);
        Flooded flooded = world.Flood(3, 10_000);
        world.RunUntil(() => flooded.ExportedCount == 8, Second);
    }

    [Test]
    public void A_link_whose_window_was_full_goes_on_as_soon_as_the_system_has_taken_what_was_in_it()
    {
        var world = new World(Seeds.One(5), sites: 2, w => (w.KernelBytes, w.DelayMax, w.Jitter) = (16 << 20, TimeSpan.FromMilliseconds(200), TimeSpan.Zero));
        world.Network.Between(0, 1).Delay = world.Network.Between(1, 0).Delay = 200 * TimeSpan.TicksPerMillisecond;
        world.Run(10 * Second);
        Flooded flooded = world.Flood(0, 8 << 20);

        // 16 windows one after the other, the other end's word for none of them: one way, not many.
        world.RunUntil(() => flooded.ExportedCount == 2, TimeSpan.FromMilliseconds(300));
    }

    [Test]
    public void A_hundred_sites_and_a_thousand_updates()
    {
        var world = new World(Seeds.One(4), sites: 100);
        world.Run(5 * Second);
        for (int i = 0; i < 1000; i++)
        {
            world.Flood(world.Work.Next(100), 100 + world.Work.Next(1000));
            world.Run(TimeSpan.FromMilliseconds(1));
        }

        world.RunUntilDelivered(30 * Second, after: Second);
        Assert.That(world.Exports.Count, Is.EqualTo(100_000));
        TestContext.Out.WriteLine($"{world.Trace.StepCount} steps, {world.Echoes.PartsReceived / 100_000.0:F2} receipts per export");
    }

    [Test]
    public void Each_part_of_an_update_is_received_about_once_per_neighbor_at_most()
    {
        var world = new World(Seeds.One(5), sites: 20);
        world.Run(30 * Second);
        long before = world.Echoes.PartsReceived;
        for (int i = 0; i < 100; i++)
        {
            world.Flood(i % 20, 500);
            world.Run(TimeSpan.FromMilliseconds(50));
        }

        world.RunUntilDelivered(10 * Second);
        double perSite = (world.Echoes.PartsReceived - before) / (100.0 * 20);
        Assert.That(perSite, Is.LessThan(3.5), "a topology of connectivity 3 has 1.5 links a site: each carries an update once, or both ways when it crosses itself");
    }

    [Test]
    public void A_raw_export_holds_the_updates_one_after_another()
    {
        var world = new World(Seeds.One(6), sites: 3, w => w.Local = (_, local) => local with { Export = local.Export with { Format = ExportFormat.Raw } });
        world.Run(2 * Second);
        for (int i = 0; i < 60; i++)
        {
            world.Flood(i % 3, Payload.MarkLength + (i * 100));
        }

        world.RunUntilDelivered(10 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(180));
    }

    [Test]
    public void Empty_and_tiny_updates_at_a_high_rate()
    {
        var world = new World(Seeds.One(7), sites: 4);
        world.Run(3 * Second);
        for (int i = 0; i < 2000; i++)
        {
            world.Flood(i % 4, i % 2);
        }

        world.RunUntilDelivered(20 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(8000));
    }

    [Test]
    public void Single_byte_reads_change_nothing()
    {
        var world = new World(Seeds.One(8), sites: 3, w => w.ReadMax = 1);
        world.Run(3 * Second);
        for (int i = 0; i < 9; i++)
        {
            world.Flood(i % 3, i * 50);
        }

        world.RunUntilDelivered(30 * Second);
    }

    [Test]
    public void A_client_that_vanishes_in_the_middle_of_an_update_floods_nothing()
    {
        var world = new World(Seeds.One(9), sites: 3);
        world.Run(3 * Second);
        world.FloodHalf(0, 300_000);
        world.Flood(0, 100);
        world.FloodHalf(0, 10);
        world.RunUntilDelivered(10 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(3));
    }

    [Test]
    public void Two_groups_joined_by_two_sites_keep_apart_and_survive_one_of_these()
    {
        var world = new World(Seeds.One(10), sites: 6, w =>
        {
            w.AddGroup("g", 0, 1, 2, 3);
            w.AddGroup("h", 2, 3, 4, 5);
        });
        world.Run(3 * Second);
        for (int i = 0; i < 40; i++)
        {
            world.Flood(i % 4, 1000, group: 0);
            world.Flood(2 + (i % 4), 1000, group: 1);
        }

        world.RunUntilDelivered(10 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(40 * 8));
        world.Crash(2);
        foreach (int site in (int[])[0, 1, 3])
        {
            world.Flood(site, 2000, group: 0);
        }

        foreach (int site in (int[])[3, 4, 5])
        {
            world.Flood(site, 2000, group: 1);
        }

        world.RunUntilDelivered(30 * Second);
    }

    [Test]
    public void The_same_seed_gives_the_same_trace()
    {
        ulong hash = Trace(11);
        Assert.That(Trace(11), Is.EqualTo(hash));
        Assert.That(Trace(12), Is.Not.EqualTo(hash));

        static ulong Trace(ulong seed)
        {
            var world = new World(seed, sites: 6);
            world.Run(Second);
            for (int i = 0; i < 50; i++)
            {
                world.Flood(i % 6, 100 * i);
                world.Run(TimeSpan.FromMilliseconds(100));
            }

            world.RunUntilDelivered(20 * Second);
            return world.Trace.Hash;
        }
    }
}

// Scenarios with one kind of fault each: partitions, crashes, cuts, the master's death, a topology that changes.
using Floodd.Core;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class FaultScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(5.0)]
    [TestCase(120.0)]
    public void Both_halves_of_a_partition_flood_and_are_equal_after_it_heals(double seconds)
    {
        var world = new World(Seeds.One(31), sites: 6);
        world.Run(5 * Second);
        world.Partition(0, 1, 2);
        Flooded left = world.Flood(0, 1000);
        Flooded right = world.Flood(5, 1000);
        Work(world, 40, seconds * Second);
        Assert.That((left.IsExportedAt(3), right.IsExportedAt(0)), Is.EqualTo((false, false)));
        if (seconds > 60)
        {
            Assert.That((left.IsExportedAt(2), right.IsExportedAt(3)), Is.EqualTo((true, true)), "each half goes on by itself");
        }

        world.Heal();
        world.RunUntilDelivered(60 * Second);
    }

    [Test]
    public void Two_sites_that_cannot_reach_each_other_get_everything_through_the_others()
    {
        var world = new World(Seeds.One(32), sites: 5);
        world.Run(3 * Second);
        world.Cut(0, 1);
        Work(world, 50, 30 * Second);
        world.RunUntilDelivered(30 * Second);
    }

    [Test]
    public void A_road_that_is_cut_one_way_loses_nothing()
    {
        var world = new World(Seeds.One(33), sites: 4);
        world.Run(3 * Second);
        world.CutOneWay(1, 0);
        world.CutOneWay(2, 3);
        Work(world, 50, 30 * Second);
        world.RunUntilDelivered(60 * Second);
    }

    [Test]
    public void Connections_that_are_reset_again_and_again_lose_and_repeat_nothing()
    {
        var world = new World(Seeds.One(34), sites: 4);
        world.Run(3 * Second);
        for (int i = 0; i < 60; i++)
        {
            world.Flood(i % 4, 50_000);
            world.Run(TimeSpan.FromMilliseconds(30));
            world.Sever(i % 4, (i + 1) % 4);
            world.Run(TimeSpan.FromMilliseconds(200));
        }

        world.RunUntilDelivered(60 * Second);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_site_that_crashes_in_mid_flood_neither_repeats_what_it_reported_nor_misses_anything(bool silently)
    {
        var world = new World(Seeds.One(35), sites: 5);
        world.Run(5 * Second);
        Work(world, 100, 20 * Second, 0, 1);
        List<Flooded> reported = [];
        foreach (Flooded flooded in world.Ledger.All)
        {
            if (flooded.IsExportedAt(2))
            {
                reported.Add(flooded);
            }
        }

        Assert.That(reported, Is.Not.Empty);
        Work(world, 60, 12 * Second, 0, 1);
        world.Crash(2, silently);
        Work(world, 60, 10 * Second, 0, 1);
        world.Restart(2);
        Work(world, 20, 5 * Second, 0, 1);
        world.RunUntilDelivered(60 * Second);
        Assert.That(reported.Where(f => f.LifeExportedAt(2) != 1), Is.Empty, "they were exported and reported in the life before");
    }

    [Test]
    public void An_origin_that_crashes_begins_a_new_incarnation_and_its_old_updates_are_not_repeated()
    {
        var world = new World(Seeds.One(36), sites: 4);
        world.Run(5 * Second);
        Work(world, 20, 4 * Second, 3);
        world.Crash(3);
        world.Run(2 * Second);
        world.Restart(3);
        world.Run(6 * Second);
        Work(world, 20, 4 * Second, 3);
        world.RunUntilDelivered(30 * Second);
        ulong[] incarnations = [world.Ledger[0].Key!.Value.Incarnation, world.Ledger[39].Key!.Value.Incarnation];
        Assert.That(incarnations[0], Is.Not.EqualTo(incarnations[1]));
    }

    [Test]
    public void A_site_that_crashes_every_five_seconds_harms_nobody()
    {
        var world = new World(Seeds.One(37), sites: 5);
        world.Run(5 * Second);
        for (int i = 0; i < 8; i++)
        {
            world.Crash(4);
            Work(world, 20, 5 * Second, 0, 1, 2, 3);
            world.Restart(4);
            Work(world, 20, 5 * Second, 0, 1, 2, 3);
        }

        world.RunUntilDelivered(60 * Second);
    }

    [Test]
    public void A_topology_that_changes_while_floods_are_in_flight_loses_and_repeats_nothing()
    {
        var world = new World(Seeds.One(38), sites: 10);
        world.Run(20 * Second);
        for (int i = 0; i < 8; i++)
        {
            for (int a = 0; a < 10; a++)
            {
                world.Delay(a, (a + 1 + i) % 10, TimeSpan.FromMilliseconds(1 + world.Work.Next(200)));
            }

            Work(world, 60, 6 * Second);
            world.Connect(0).Ask("replan g");
            Work(world, 20, Second);
        }

        world.RunUntilDelivered(60 * Second);
        Assert.That(world.Site(5).Notes.GetValueOrDefault(NoteKind.TopologyChanged), Is.GreaterThan(1));
    }

    [Test]
    public void The_masters_crash_stops_no_flood_and_the_topology_goes_on_from_where_it_was()
    {
        var world = new World(Seeds.One(39), sites: 6);
        world.Run(30 * Second);
        world.Crash(0);
        Work(world, 60, 60 * Second, 1, 2, 3, 4, 5);
        world.RunUntilDelivered(30 * Second);
        world.Restart(0);
        world.Run(60 * Second);
        string[] topologies = [.. world.Sites.Select(s => string.Join('\n', world.Ask(s.Index, "topology g").Lines.Order()))];
        Assert.That(topologies.Select(WithoutFigures).Distinct().Count(), Is.EqualTo(1), string.Join("\n---\n", topologies));
        Work(world, 12, Second);
        world.RunUntilDelivered(30 * Second);
    }

    [Test]
    public void A_large_update_is_carried_through_several_hops_that_break_under_it()
    {
        var world = new World(Seeds.One(40), sites: 8, w =>
        {
            w.Bandwidth = 2_000_000;
            w.Group = g => g with { Connectivity = 2, MaxDegree = 2 };
        });
        world.Run(10 * Second);
        for (int i = 0; i < 4; i++)
        {
            world.Flood(i, 1 << 20);
        }

        for (int i = 0; i < 12; i++)
        {
            world.Run(TimeSpan.FromMilliseconds(150));
            world.Sever(i % 8, (i + 1) % 8);
            world.Cut(i % 8, (i + 3) % 8);
        }

        world.Run(5 * Second);
        world.Heal();
        world.RunUntilDelivered(60 * Second);
        Assert.That(world.Exports.Count, Is.EqualTo(32));
    }

    [TestCase(4)]
    [TestCase(20)]
    public void What_only_a_member_behind_a_cut_still_holds_is_waited_for(int seconds)
    {
        var world = new World(Seeds.One(41), sites: 3, w => w.Group = g => g with { Connectivity = 2 });
        world.Run(5 * Second);
        world.Partition(2);
        Flooded flooded = world.Flood(1, 1000);
        world.Run(12 * Second);
        Assert.That(flooded.IsExportedAt(0));
        world.Crash(1);
        world.Restart(1);
        world.Run(2 * Second);
        world.Mend(1, 2);
        // The new life of the origin has exported it in the old one and holds it no more; only s01 does.
        world.Run(seconds * Second);
        world.Heal();
        world.RunUntilDelivered(40 * Second);
        Assert.That(flooded.IsExportedAt(2));
        Assert.That(world.Site(2).Notes.GetValueOrDefault(NoteKind.Gap), Is.Zero);
    }

    [Test]
    public void What_was_lost_to_one_site_does_not_hold_up_another_that_asks_it_later()
    {
        var world = new World(Seeds.One(42), sites: 4);
        world.Run(5 * Second);
        Flooded first = world.Flood(0, 1000);
        world.Run(2 * Second);
        world.Partition(2);
        world.Partition(3);
        Flooded lost = world.Flood(0, 1000);
        world.Run(15 * Second);
        // The new life of s02 begins behind the second update and has only the third to give; s01 alone still holds the second.
        world.Crash(1);
        world.Restart(1);
        world.Run(5 * Second);
        Flooded last = world.Flood(0, 1000);
        world.Run(2 * Second);
        world.Crash(0);
        world.Restart(0);
        world.Run(5 * Second);
        world.Mend(1, 2);
        world.RunUntil(() => last.IsExportedAt(2), 120 * Second);
        world.Mend(2, 3);
        world.RunUntilDelivered(60 * Second);
        Assert.That((first.ExportedCount, lost.ExportedCount, last.ExportedCount), Is.EqualTo((4, 2, 4)));
        Assert.That(world.Sites.Select(s => s.Notes.GetValueOrDefault(NoteKind.Gap)), Is.EqualTo(new[] { 0, 0, 1, 1 }));
    }

    /// <summary>Floods a number of updates of mixed sizes over a time, from the sites named or from all.</summary>
    internal static void Work(World world, int updates, TimeSpan over, params int[] from)
    {
        for (int i = 0; i < updates; i++)
        {
            int site = from.Length > 0 ? from[world.Work.Next(from.Length)] : world.Work.Next(world.Sites.Count);
            world.Flood(site, world.Work.Chance(0.1) ? world.Work.Next(200_000) : world.Work.Next(3000));
            world.Run(over / updates);
        }
    }

    /// <summary>Edges and editions without the estimates, which differ from site to site.</summary>
    private static string WithoutFigures(string topology) =>
        System.Text.RegularExpressions.Regex.Replace(topology, @" *\(:(rtt-ms|spread-ms|bandwidth|age|guessed)[^)]*\)", "");
}

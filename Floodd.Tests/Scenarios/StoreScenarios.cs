// Scenarios of stores that are too small: who waits, who is refused, what is given up, and that it all drains.
using Floodd.Core;
using Floodd.Tests.Mutants.Places;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class StoreScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_paused_site_holds_the_others_back_for_ten_seconds_at_most_and_catches_up_with_what_is_held()
    {
        var world = new World(Seeds.One(51), sites: 4, w => w.Store = 1 << 20);
        world.Echoes.Allowed = true;
        world.Run(5 * Second);
        world.Pause(3);
        world.Site(3).ExpectedFrom = long.MaxValue;
        List<Flooded> sent = [];
        for (int i = 0; i < 10 * 128; i++)
        {
            sent.Add(world.Flood(i % 3, 8 << 10));
        }

        world.RunUntil(() => sent.TrueForAll(f => f.RefusedWith > 0 || (f.IsExportedAt(0) && f.IsExportedAt(1) && f.IsExportedAt(2))), 25 * Second);
        Assert.That(sent.Count(f => f.IsAccepted), Is.GreaterThan(1200), "publishers are slowed, hardly ever refused");
        Assert.That(sent.Count(f => f.IsExportedAt(3)), Is.Zero);
        world.Resume(3);
        world.Run(20 * Second);
        Assert.That(sent.FindLast(f => f.IsAccepted)!.IsExportedAt(3), "the newest is still held");
        world.Site(3).ExpectedFrom = world.Now;
        Flooded after = world.Flood(3, 1000);
        world.RunUntilDelivered(20 * Second);
        Assert.That(after.ExportedCount, Is.EqualTo(4));
    }

    [TestCase(2)]
    [TestCase(4)]
    public void Who_takes_a_large_update_as_fast_as_its_way_allows_is_waited_for(int sites)
    {
        var world = new World(Seeds.One(59), sites, w =>
        {
            (w.Store, w.Bandwidth) = (16 << 20, 300_000);
            w.Group = g => g with { Connectivity = 1, MaxUpdateSize = 8 << 20 };
        });
        world.Run(5 * Second);

        // Twenty seconds each.
        List<Flooded> sent = [.. Enumerable.Range(0, 4).Select(_ => world.Flood(0, 6 << 20))];
        world.RunUntil(() => sent.TrueForAll(f => f.RefusedWith > 0 || f.ExportedCount == sites), 400 * Second);
        Assert.That(sent.Select(f => (f.IsAccepted, f.ExportedCount)), Has.All.EqualTo((true, sites)));
    }

    [Test]
    public void A_publisher_whose_store_is_full_is_told_452_and_what_was_accepted_is_exported_in_the_end()
    {
        bool stuck = true;
        var world = new World(Seeds.One(52), sites: 1, w =>
        {
            w.Store = 256 << 10;
            ExportPersonality takesAll = w.Export;
            w.Export = attempt => stuck ? new ExportVerdict(TimeSpan.MaxValue, new RunOutcome(RunEnd.TimedOut, 0, "")) : takesAll(attempt);
        });
        world.Run(Second);
        for (int i = 0; i < 100; i++)
        {
            world.Flood(0, 8 << 10);
        }

        world.RunUntil(() => world.Ledger.AllAnswered, 1200 * Second);
        int refused = 0;
        foreach (Flooded flooded in world.Ledger.All)
        {
            refused += flooded.RefusedWith == 452 ? 1 : 0;
            Assert.That(flooded.IsAccepted || flooded.RefusedWith == 452, $"{flooded} was answered {flooded.RefusedWith}");
        }

        Assert.That(refused, Is.GreaterThan(60));
        Assert.That(world.Ledger.AcceptedCount, Is.GreaterThan(10));
        stuck = false;
        world.RunUntilDelivered(400 * Second);
        Flooded later = world.Flood(0, 8 << 10);
        world.RunUntilDelivered(10 * Second);
        Assert.That(later.IsAccepted);
    }

    [Test]
    public void A_ring_of_full_stores_drains()
    {
        var world = new World(Seeds.One(53), sites: 4, w =>
        {
            w.Store = 256 << 10;
            w.Group = g => g with { Connectivity = 2, MaxDegree = 2 };
            w.Export = Personalities.Slow(200_000);
        });
        world.Echoes.Allowed = true;
        world.Run(10 * Second);
        for (int i = 0; i < 4 * 128; i++)
        {
            world.Flood(i % 4, 8 << 10);
        }

        world.RunUntilDelivered(120 * Second);
        Assert.That(world.Sites.Select(s => s.ChargedMost), Has.Some.GreaterThan(128 << 10), "the stores were in fact full");
        Assert.That(world.Ledger.AcceptedCount, Is.GreaterThan(400));
    }

    [Test]
    public void Updates_for_a_site_that_is_down_do_not_stop_the_others_when_the_store_is_full()
    {
        var world = new World(Seeds.One(54), sites: 3, w => w.Store = 512 << 10);
        world.Echoes.Allowed = true;
        world.Run(5 * Second);
        world.Crash(2);
        world.Run(30 * Second);
        for (int i = 0; i < 300; i++)
        {
            world.Flood(i % 2, 8 << 10);
        }

        world.RunUntilDelivered(20 * Second);
        Assert.That(world.Ledger.AcceptedCount, Is.EqualTo(300));
    }

    [Test]
    public void What_a_neighbor_dropped_while_the_store_was_closed_is_looked_for_elsewhere_before_it_counts_as_lost() =>
        // The export of what fills the store takes longer than a hunt does. In both seeds the origin held what was given up.
        Assert.Multiple(() =>
        {
            Assert.That(() => ForgetfulRelays.Run(83), Throws.Nothing);
            Assert.That(() => ForgetfulRelays.Run(107), Throws.Nothing);
        });
}

// Scenarios of floods that are asked for more than once under one key: at one site, at another, on both sides of a partition, around a restart.
using System.Globalization;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class KeyScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_client_whose_receipt_was_lost_asks_again_and_the_update_is_exported_once()
    {
        foreach (ulong seed in Seeds.Many(20))
        {
            World world = Begin(seed, 3);
            var wait = TimeSpan.FromTicks(world.Work.Next(2 * (int)TimeSpan.TicksPerMillisecond));
            Flooded lost = world.FloodAndVanish(0, 200_000, "K", wait);
            world.Run(wait);
            world.Run(TimeSpan.FromTicks(world.Work.Next((int)TimeSpan.TicksPerSecond / 5)));
            Flooded again = world.Flood((int)(seed % 3), 100_000, key: "K");
            world.RunUntilDelivered(20 * Second);
            Assert.That(again.IsAccepted || again.RepeatOf == lost, $"seed {seed}");
            Assert.That(world.Exports.Count, Is.EqualTo(3), $"seed {seed}");
        }
    }

    [Test]
    public void Where_the_first_has_come_a_repeat_gets_its_receipt_at_any_site()
    {
        World world = Begin(91, 4);
        Flooded first = world.Flood(0, 100_000, key: "K");
        world.RunUntilDelivered(10 * Second);
        Flooded[] again = [.. Enumerable.Range(0, 4).Select(i => world.Flood(i, 200_000 + i, key: "K"))];
        world.RunUntilDelivered(10 * Second);
        Assert.That(again.Select(f => f.RepeatOf), Is.All.SameAs(first));
        Assert.That(world.Exports.Count, Is.EqualTo(4));
        world.CheckStatistics();
    }

    [Test]
    public void A_key_flooded_on_both_sides_of_a_partition_is_exported_and_sent_to_subscribers_once_at_each_site()
    {
        World world = Begin(92, 5);
        Session[] subscribers = [.. Enumerable.Range(0, 5).Select(world.Connect)];
        Array.ForEach(subscribers, s => s.Ask("subscribe"));
        world.Partition(0, 1);
        world.Run(Second);
        Flooded here = world.Flood(0, 150_000, key: "K");
        world.Run(Second);
        Flooded there = world.Flood(3, 100, key: "K");
        world.Run(10 * Second);
        Assert.That((here.ExportedCount, there.ExportedCount), Is.EqualTo((2, 3)));
        world.Heal();
        world.Run(20 * Second);
        Flooded last = world.Flood(4, 10);
        world.RunUntilDelivered(20 * Second);
        Assert.That((here.ExportedCount, there.ExportedCount, last.ExportedCount), Is.EqualTo((2, 3, 5)));
        for (int site = 0; site < 5; site++)
        {
            Assert.That(subscribers[site].Updates.Select(u => u.Flooded), Is.EqualTo(new[] { site < 2 ? here : there, last }));
            foreach (Flooded flooded in new[] { here, there })
            {
                Assert.That(world.Ask(site, $"where {Id(world, flooded)}").Lines, Has.Count.EqualTo(5).And.All.Contains("(:state exported)"));
                Assert.That(world.Ask(site, $"wait {Id(world, flooded)} all 1").Code, Is.EqualTo(250));
            }

            // Either receipt is right, and asking once more changes nothing.
            Flooded again = world.Flood(site, 300 + site, key: "K");
            world.RunUntil(() => again.IsAnswered, Second);
            Assert.That(again.RepeatOf, Is.SameAs(site < 2 ? here : there));
        }

        world.CheckStatistics();
    }

    [Test]
    public void A_site_that_was_restarted_has_forgotten_its_keys_and_the_others_have_not()
    {
        World world = Begin(93, 4);
        Flooded first = world.Flood(0, 1000, key: "K");
        world.RunUntilDelivered(10 * Second);
        world.Crash(2);
        world.Run(Second);
        world.Restart(2);
        world.Run(10 * Second);

        Flooded elsewhere = world.Flood(1, 1001, key: "K");
        Flooded there = world.Flood(2, 1002, key: "K");
        world.RunUntilDelivered(20 * Second);
        Assert.That(elsewhere.RepeatOf, Is.SameAs(first));
        Assert.That(there.IsAccepted, "it does not know the first");
        Assert.That(Enumerable.Range(0, 4).Where(there.IsExportedAt), Is.EqualTo(new[] { 2 }), "and is the only one that exports it twice");
        world.CheckStatistics();
    }

    [Test]
    public void A_site_that_dies_between_a_repeat_and_the_export_of_the_first_still_gets_one_of_them()
    {
        // The first is flooded at site 1 alone, whose export hangs; site 0 floods the same key; site 1 learns of that and dies.
        World world = Begin(94, 3);
        world.Site(1).Export = Personalities.HangsAtFirst(100, world.Options.Export);
        world.Partition(1);
        Flooded lost = world.Flood(1, 1000, key: "K");
        world.Run(Second);
        Flooded kept = world.Flood(0, 1001, key: "K");
        world.RunUntil(() => kept.IsExportedAt(0) && kept.IsExportedAt(2), 5 * Second);
        world.Heal();
        world.Run(5 * Second);
        Assert.That(lost.ExportedCount, Is.Zero);
        world.Crash(1);
        world.Site(1).Export = world.Options.Export;
        world.Restart(1);
        world.RunUntilDelivered(20 * Second);
        Assert.That(kept.IsExportedAt(1) || lost.IsExportedAt(1));
    }

    private static World Begin(ulong seed, int sites)
    {
        var world = new World(Seeds.One(seed), sites);
        world.Run(10 * Second);
        return world;
    }

    private static string Id(World world, Flooded flooded) =>
        string.Create(CultureInfo.InvariantCulture, $"{world.Site(flooded.Origin).Name}/{flooded.Key!.Value.Incarnation:x}/{flooded.Key.Value.Sequence}");
}

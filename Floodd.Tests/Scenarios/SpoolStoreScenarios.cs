// Worlds of sites with disks in which the store or the disk is too small: what is still owed is not given up, and clients are told.
using Floodd.Core;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class SpoolStoreScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_store_made_smaller_over_a_restart_loses_nothing_that_is_still_to_be_exported()
    {
        var world = new World(Seeds.One(950), sites: 3, w =>
        {
            w.Spool = true;
            w.Store = 4 << 20;
        });
        world.Run(2 * Second);
        world.Partition(0);
        world.Site(0).Export = Personalities.HangsAtFirst(int.MaxValue, world.Options.Export);
        for (int i = 0; i < 60; i++)
        {
            world.Flood(0, 20_000);
        }

        world.Run(10 * Second);
        world.PowerCut(0);
        world.Site(0).Export = world.Options.Export;
        world.Site(0).Configuration = world.Site(0).Configuration with { Local = world.Site(0).Configuration.Local with { DataStorageMax = 256 << 10 } };
        world.Heal();
        world.Run(Second);
        world.Restart(0);
        world.RunUntil(() => world.Ledger.All.ToArray().All(f => !f.IsAccepted || f.IsExportedAt(0)), 60 * Second);
        Assert.That(world.Site(0).Notes[NoteKind.StoreFull], Is.GreaterThan(0));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void What_only_a_restarted_site_has_is_not_given_up_before_it_could_reach_anybody(int number)
    {
        var world = new World(Seeds.One(955 + (ulong)number), sites: 3, w =>
        {
            w.Spool = true;
            w.Store = 256 << 10;
        });
        world.Run(2 * Second);
        world.Partition(0);
        world.Run(10 * Second);
        List<Flooded> alone = [.. Enumerable.Range(0, 10).Select(_ => world.Flood(0, 10_000))];
        world.RunUntil(() => alone.TrueForAll(f => f.IsExportedAt(0)), 10 * Second);
        world.PowerCut(0);
        world.Heal();
        world.Run(Second);
        world.Restart(0);
        for (int i = 0; i < 40; i++)
        {
            world.Flood(0, 10_000);
        }

        world.RunUntilDelivered(60 * Second);
        Assert.That(alone.TrueForAll(f => f.ExportedCount == 3));
    }

    [Test]
    public void A_full_disk_refuses_clients_until_there_is_room_and_loses_nothing()
    {
        var world = new World(Seeds.One(960), sites: 3, w => w.Spool = true);
        world.Run(2 * Second);
        SimulatedDisk disk = world.Site(0).Spool!.Disk;
        disk.Capacity = 1 << 20;
        for (int i = 0; i < 100; i++)
        {
            world.Flood(0, 30_000);
            world.Run(Second / 20);
        }

        world.Run(5 * Second);
        Assert.That(world.Ledger.All.ToArray().Count(f => f.RefusedWith == 452), Is.GreaterThan(0));
        Flooded elsewhere = world.Flood(1, 1000);
        world.RunUntil(() => elsewhere.IsExportedAt(0), 10 * Second);
        disk.Capacity = 64 << 20;
        world.Run(5 * Second);
        Flooded again = world.Flood(0, 1000);
        world.RunUntilDelivered(60 * Second);
        Assert.That(again.IsAccepted, Is.True);
        world.PowerCut(0);
        world.Restart(0);
        world.RunUntilDelivered(60 * Second);
    }
}

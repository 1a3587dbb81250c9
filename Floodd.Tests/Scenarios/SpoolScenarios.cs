// Worlds of sites that keep what they hold on disks: what was accepted survives whatever the power does.
using Floodd.Core;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class SpoolScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void The_only_site_that_has_an_update_loses_power_and_still_floods_it()
    {
        var world = new World(Seeds.One(901), sites: 3, w => w.Spool = true);
        world.Run(3 * Second);
        world.Partition(0);
        Flooded alone = world.Flood(0, 5000);
        world.RunUntil(() => alone.IsAccepted, 5 * Second);
        world.PowerCut(0);
        world.Heal();
        world.Run(Second);
        world.Restart(0);
        world.RunUntilDelivered(60 * Second);
        Assert.That(alone.ExportedCount, Is.EqualTo(3));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void All_sites_lose_power_at_once_again_and_again(int number)
    {
        var world = new World(Seeds.One(910 + (ulong)number), sites: 4, w =>
        {
            w.Spool = true;
            w.SpoolFileBytes = 32 << 10;
        });
        world.Run(2 * Second);
        for (int i = 0; i < 6; i++)
        {
            Work(world, 30, Second);
            for (int site = 0; site < 4; site++)
            {
                world.PowerCut(site);
            }

            world.Run(Second / 10);
            for (int site = 0; site < 4; site++)
            {
                world.Restart(site);
            }

            world.Run(Second * world.Faults.NextDouble() * 3);
        }

        world.RunUntilDelivered(120 * Second);
        Assert.That(world.Ledger.AcceptedCount, Is.GreaterThan(30));
        Assert.That(world.Exports.RedeliveredCount, Is.GreaterThan(0));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void Sites_crash_and_lose_power_in_any_order(int number)
    {
        var world = new World(Seeds.One(920 + (ulong)number), sites: 5, w =>
        {
            w.Spool = true;
            w.SpoolFileBytes = 32 << 10;
            w.Store = 2 << 20;
        });
        world.Run(2 * Second);
        for (int i = 0; i < 25; i++)
        {
            int site = world.Faults.Next(5);
            if (world.Faults.Chance(0.5))
            {
                world.PowerCut(site);
            }
            else
            {
                world.Crash(site);
            }

            Work(world, 20, Second * (0.2 + world.Faults.NextDouble()));
            world.Restart(world.Faults.Next(5));
            world.Restart(site);
        }

        for (int site = 0; site < 5; site++)
        {
            world.Restart(site);
        }

        world.RunUntilDelivered(180 * Second);
    }

    [Test]
    public void Power_is_cut_at_every_write_and_sync_of_a_site()
    {
        int cuts = 0;
        for (int at = 0; ; at++)
        {
            var world = new World(Seeds.One(930), sites: 2, w =>
            {
                w.Spool = true;
                w.SpoolFileBytes = 4 << 10;
            });
            world.Run(Second);
            SimulatedDisk disk = world.Site(0).Spool!.Disk;
            int life = world.Site(0).Life;
            disk.CutAt = disk.Operations + at;
            for (int i = 0; i < 6; i++)
            {
                world.Flood(0, 100 + (i * 700), key: $"k{i}");
                world.Flood(1, 100 + (i * 300));
                world.Run(Second / 10);
            }

            world.Run(Second);
            bool wasCut = !world.Site(0).IsUp;
            world.Restart(0);
            world.RunUntilDelivered(60 * Second, Second);
            Assert.That(world.Site(0).Life, Is.EqualTo(wasCut ? life + 1 : life));
            if (!wasCut)
            {
                break;
            }

            cuts++;
        }

        Assert.That(cuts, Is.GreaterThan(20));
        TestContext.Out.WriteLine($"{cuts} cuts");
    }

    [Test]
    public void A_receipt_is_never_heard_of_what_is_not_synced()
    {
        var world = new World(Seeds.One(940), sites: 2, w =>
        {
            w.Spool = true;
            w.SyncMost = 20 * Second;
        });
        world.Run(Second);
        Flooded flooded = world.Flood(0, 1000);
        int syncs = world.Site(0).Spool!.Syncs;
        while (!flooded.IsAccepted)
        {
            Assert.That(flooded.IsExportedAt(1), Is.False);
            world.Run(Second / 100);
            Assert.That(flooded.IsAccepted && world.Site(0).Spool!.Syncs == syncs, Is.False);
        }

        world.RunUntilDelivered(120 * Second);
    }

    [Test]
    public void A_sync_that_fails_ends_the_site_and_no_receipt_follows()
    {
        var world = new World(Seeds.One(970), sites: 3, w => w.Spool = true);
        world.Run(2 * Second);
        Work(world, 20, Second);
        world.Site(0).Spool!.Disk.FailAfter = 0;
        Flooded unsure = world.Flood(0, 1000);
        world.RunUntil(() => !world.Site(0).IsUp, 10 * Second);
        Assert.That((unsure.IsAccepted, world.Site(0).Notes[NoteKind.SpoolFailed]), Is.EqualTo((false, 1)));
        world.Restart(0);
        world.RunUntilDelivered(60 * Second);
    }

    [Test]
    public void A_wiped_disk_is_another_incarnation_and_repeats_nothing_that_was_reported()
    {
        var world = new World(Seeds.One(980), sites: 3, w => w.Spool = true);
        world.Run(2 * Second);
        Work(world, 40, 2 * Second);
        world.RunUntilDelivered(30 * Second);
        world.PowerCut(0);
        world.WipeDisk(0);
        world.Run(Second);
        world.Restart(0);
        world.Run(5 * Second);
        Work(world, 40, 2 * Second);
        world.RunUntilDelivered(60 * Second);
        Assert.That(world.Exports.RepeatCount, Is.Zero);
    }

    [Test]
    public void A_disk_copied_back_gives_no_id_twice_and_believes_what_the_others_remember()
    {
        var world = new World(Seeds.One(990), sites: 3, w => w.Spool = true);
        world.Run(2 * Second);
        Work(world, 40, 2 * Second);
        world.RunUntilDelivered(30 * Second);
        SimulatedDisk copy = world.CopyDisk(0);
        Work(world, 40, 2 * Second);
        world.RunUntilDelivered(30 * Second);
        world.PowerCut(0);
        world.CopyDiskBack(0, copy);
        world.Run(Second);
        world.Restart(0);
        world.Run(5 * Second);
        Work(world, 40, 2 * Second);
        world.RunUntilDelivered(60 * Second);
        Assert.That(world.Exports.RepeatCount, Is.Zero, "the others' marks are believed");
    }

    [Test]
    public void A_key_is_known_after_a_restart()
    {
        var world = new World(Seeds.One(995), sites: 3, w => w.Spool = true);
        world.Run(2 * Second);
        Flooded first = world.Flood(0, 1000, key: "k");
        world.RunUntilDelivered(30 * Second);
        for (int site = 0; site < 3; site++)
        {
            world.PowerCut(site);
        }

        for (int site = 0; site < 3; site++)
        {
            world.Restart(site);
        }

        world.Run(5 * Second);
        Flooded repeat = world.Flood(1, 900, key: "k");
        world.RunUntil(() => repeat.IsAnswered, 10 * Second);
        Assert.That(repeat.RepeatOf, Is.EqualTo(first));
    }

    private static void Work(World world, int count, TimeSpan span)
    {
        for (int i = 0; i < count; i++)
        {
            world.Flood(world.Work.Next(world.Sites.Count), 1 + world.Work.Next(3000));
            world.Run(span / count);
        }
    }
}

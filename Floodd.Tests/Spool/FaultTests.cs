// The disk refuses: a sync that fails ends the spool for good, a full disk takes nothing of a call and has room again later.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Simulation;
using NUnit.Framework;
using static Floodd.Tests.Spool.SpoolSamples;

namespace Floodd.Tests.Spool;

internal sealed class FaultTests
{
    [Test]
    public void After_any_sync_or_write_that_failed_nothing_is_taken_and_what_was_synced_is_there([Values] bool sync)
    {
        int faults = 0;
        for (int after = 0; ; after++, faults++)
        {
            var disk = new SimulatedDisk(1);
            var life = new Life(new SpoolModel());
            SpoolLog log = SpoolLog.Open(disk, Small, 1, out _);
            (disk.FailsSync, disk.FailAfter) = (sync, after);
            if (!Lived(log, life))
            {
                break;
            }

            int done = disk.Operations;
            Assert.That(Assert.Throws<DiskException>(log.Sync)!.Fault, Is.EqualTo(DiskFault.Failed));
            Assert.That(Assert.Throws<DiskException>(() => log.Append([Held(1)]))!.Fault, Is.EqualTo(DiskFault.Failed));
            Assert.That(disk.Operations, Is.EqualTo(done), "a failed spool asks nothing of the disk");
            Assert.That(disk.List(), Does.Contain("suspect"));

            // The next life sees what may be in memory only; what it says it has must then be on the disk.
            disk.Kill();
            SpooledState state = Read(disk, 2);
            Assert.That(life.Prefixes(), Does.Contain(Text(state)), $"{after}");
            Assert.That(state.Incarnation, Is.EqualTo(2));
            Assert.That(state.Damage, Is.Not.Empty);
            Assert.That(disk.List(), Does.Not.Contain("suspect"));
            disk.Cut(new Prng((ulong)after));
            SpooledState again = Read(disk, 3);
            Assert.That(Text(again), Is.EqualTo(Text(state)), $"{after}");
            Assert.That(again.Damage, Is.Empty, $"{after}");
            Assert.That(again.Incarnation, Is.EqualTo(2), $"{after}");
            Life.CheckPayload(again, $"{after}");
        }

        Assert.That(faults, Is.GreaterThan(30));
    }

    [Test]
    public void A_full_disk_takes_nothing_of_a_call_and_all_of_it_when_there_is_room()
    {
        int refused = 0;
        var prng = new Prng(3);
        var disk = new SimulatedDisk(1) { CanReserve = false };
        var life = new Life(new SpoolModel());
        var log = SpoolLog.Open(disk, Small, 1, out _);
        for (int step = 0; step < 300; step++)
        {
            IReadOnlyList<SpoolEntry> entries = life.Draw(prng);
            for (int room = prng.Next(60); ; room += 1 + prng.Next(400))
            {
                disk.Capacity = long.MaxValue;
                disk.Capacity = long.MaxValue - disk.FreeBytes() + room;
                try
                {
                    log.Append(entries);
                    break;
                }
                catch (DiskException e)
                {
                    Assert.That(e.Fault, Is.EqualTo(DiskFault.Full));
                    refused++;
                }
            }

            disk.Capacity = long.MaxValue;
            log.Sync();
            life.Synced();
            if (step % 20 == 0)
            {
                disk.Kill();
                disk.Cut(new Prng(1));
                log = SpoolLog.Open(disk, Small, 2, out SpooledState state);
                Assert.That(life.Prefixes(), Does.Contain(Text(state)), $"{step}");
                Assert.That(state.Damage, Is.Empty, $"{step}");
                Assert.That(state.Incarnation, Is.EqualTo(1), $"{step}");
                Life.CheckPayload(state, $"{step}");
            }
        }

        Assert.That(refused, Is.GreaterThan(200));
    }

    [Test]
    public void What_is_on_its_way_to_a_disk_that_others_fill_finds_room_and_so_do_facts_long_after()
    {
        var options = new SpoolOptions(16 << 20, 0, 64 << 10);
        var disk = new SimulatedDisk(1);
        var log = SpoolLog.Open(disk, options, 1, out _);
        log.Append([Held(1, size: 500)]);
        log.Sync();
        disk.Capacity = disk.Capacity - disk.FreeBytes() + 100;
        int held = 1, facts = 0;
        while (TryAppend(log, Held(held + 1, size: 500)))
        {
            held++;
        }

        Assert.That(held, Is.InRange(100, 200), "64 KiB of them");
        log.Sync();
        Assert.That(log.IsShort, Is.True);
        while (TryAppend(log, new SpoolEntry.Handing(Mirror, Inferno, facts + 1)))
        {
            log.Sync();
            facts++;
        }

        Assert.That(facts, Is.InRange(300, 800), "32 KiB of them");
        disk.Capacity += 1 << 20;
        log.Sync();
        Assert.That(log.IsShort, Is.False);
        log.Append([Held(held + 1, size: 500), new SpoolEntry.Handing(Mirror, Inferno, facts + 1)]);
        log.Sync();
        disk.Cut(new Prng(1));
        SpooledState state = Read(disk, 2);
        Assert.That((state.Incarnation, state.Damage.Length, Numbers(state.Streams[0]).ToString(), state.Streams[0].Handing), Is.EqualTo((1, 0, $"1-{held + 1}", facts + 1)));
    }

    [Test]
    public void A_file_that_is_done_gives_back_the_room_that_it_did_not_need()
    {
        var options = new SpoolOptions(16 << 20, 0, 64 << 10);
        var disk = new SimulatedDisk(1) { Capacity = 1 << 20 };
        using var log = SpoolLog.Open(disk, options, 1, out _);
        for (int i = 1; log.BytesUsed < 800_000; i++)
        {
            log.Append([Held(i, size: 500)]);
            log.Sync();
            Assert.That(log.IsShort, Is.False);
        }

        Assert.That(log.BytesUsed + disk.FreeBytes(), Is.EqualTo(disk.Capacity).Within(110_000));
    }

    [Test]
    public void The_files_stay_within_their_bound_and_what_is_short_says_so()
    {
        var options = new SpoolOptions(256 << 10, 0, 8192);
        var disk = new SimulatedDisk(1);
        using var log = SpoolLog.Open(disk, options, 1, out _);
        long next = 1;
        bool wasShort = false;
        DiskException? full = null;
        for (; full is null && next < 5000; next++)
        {
            try
            {
                log.Append([Held(next, size: 500)]);
                log.Sync();
            }
            catch (DiskException e)
            {
                full = e;
                next--;
            }

            wasShort |= log.IsShort;
            Assert.That(full is null || wasShort, "it is short before it is full");
            Assert.That(log.BytesUsed, Is.LessThanOrEqualTo(options.BytesMax));
        }

        Assert.That(full?.Fault, Is.EqualTo(DiskFault.Full));

        // What says that payload goes is still taken, and makes room.
        log.Append([new SpoolEntry.Dropped(Mirror, Inferno, next / 2)]);
        log.Sync();
        for (int i = 0; i < 50; i++)
        {
            log.Append([Held(next++, size: 500)]);
            log.Sync();
        }

        Assert.That(log.IsShort, Is.False);
    }

    [Test]
    public void Scattered_garbage_is_cleaned_away_and_nothing_that_is_needed_with_it()
    {
        var options = new SpoolOptions(256 << 10, 0, 8192);
        var disk = new SimulatedDisk(1);
        long most = 0;
        using (var log = SpoolLog.Open(disk, options, 1, out _))
        {
            for (int i = 0; i < 4000; i++)
            {
                // One stream of which every hundredth update stays, among others that go at once.
                log.Append(i % 100 == 0 ? [Held(1 + (i / 100), stream: Paradise), SetAside(1 + i)] : [Held(1 + i, size: 200), new SpoolEntry.Dropped(Mirror, Inferno, i)]);
                log.Sync();
                most = Math.Max(most, log.BytesUsed);
            }
        }

        SpooledState state = Read(disk);
        Assert.Multiple(() =>
        {
            Assert.That(most, Is.LessThan(options.BytesMax));
            Assert.That(state.Damage, Is.Empty);
            Assert.That(Numbers(state.Streams[1]).ToString(), Is.EqualTo("1-40"));
            Assert.That(state.SetAside.Select(aside => aside.First), Is.EqualTo(Enumerable.Range(0, 40).Select(i => 1L + (100 * i))));
        });
        Life.CheckPayload(state with { Streams = [state.Streams[1]] }, "");
    }

    [Test]
    public void A_disk_that_cannot_be_read_opens_no_spool()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, 1, Held(1));
        disk.FailsReads = true;
        Assert.Throws<DiskException>(() => SpoolLog.Open(disk, Small, 2, out _));
    }

    private static bool TryAppend(SpoolLog log, SpoolEntry entry)
    {
        try
        {
            log.Append([entry]);
            return true;
        }
        catch (DiskException e)
        {
            Assert.That(e.Fault, Is.EqualTo(DiskFault.Full));
            return false;
        }
    }

    private static bool Lived(SpoolLog log, Life life)
    {
        var prng = new Prng(11);
        try
        {
            for (int step = 0; step < 120; step++)
            {
                log.Append(life.Draw(prng));
                log.Sync();
                life.Synced();
            }
        }
        catch (DiskException e)
        {
            Assert.That(e.Fault, Is.EqualTo(DiskFault.Failed));
            return true;
        }

        return false;
    }
}

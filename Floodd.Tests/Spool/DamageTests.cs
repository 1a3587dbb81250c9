// Bits flip, files shrink, vanish or come from elsewhere: at most what was hit is missing, that is told, and no byte is ever wrong.
using System.Diagnostics;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Simulation;
using Floodd.Wire;
using NUnit.Framework;
using static Floodd.Tests.Spool.SpoolSamples;

namespace Floodd.Tests.Spool;

internal sealed class DamageTests
{
    private static readonly SpoolOptions OneFile = new(1 << 24, 0, 1 << 20);

    [Test]
    public void No_flipped_bit_gives_a_wrong_byte_or_takes_more_than_a_record([Values(0, 1, 2, 3)] int part) => Sweep(part * 1009L, 4 * 1009);

    [Test]
    [Explicit("half a million recoveries")]
    [Category("Sweep")]
    public void Not_one_bit_of_a_spool_gives_a_wrong_byte_or_takes_more_than_a_record()
    {
        long began = Stopwatch.GetTimestamp();
        long flips = Sweep(0, 1);
        TestContext.Out.WriteLine($"{flips} flips in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        Assert.That(flips, Is.GreaterThanOrEqualTo(524_288));
    }

    [Test]
    public void A_file_cut_off_anywhere_keeps_all_that_is_before_the_cut()
    {
        SimulatedDisk whole = Spooled(6000, out string name, out _);
        byte[] bytes = whole.Contents(name);
        long before = 0;
        for (int length = 0; length <= bytes.Length; length += length < 3000 ? 1 : 7)
        {
            var disk = new SimulatedDisk(1);
            disk.Put(name, bytes[..length]);
            SpooledState state = Read(disk);
            Life.CheckPayload(state, $"cut at {length}");
            long held = state.Streams.Sum(stream => stream.Runs.Sum(run => (long)run.Count));
            Assert.That(held, Is.GreaterThanOrEqualTo(before), $"cut at {length}");
            before = held;
        }

        Assert.That(before, Is.GreaterThan(10));
    }

    [Test]
    public void A_file_that_was_put_back_from_a_copy_begins_a_new_incarnation()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, 42, Held(1, 3));
        SimulatedDisk copy = disk.Copy();
        Write(disk, 43, Held(4, 3));
        SpooledState state = Read(copy, 44);
        Assert.Multiple(() =>
        {
            Assert.That(state.Incarnation, Is.EqualTo(44));
            Assert.That(state.Damage, Has.Length.EqualTo(1).And.All.Contains("is a copy"));
            Assert.That(Numbers(state.Streams[0]).ToString(), Is.EqualTo("1-3"));
            Assert.That(Read(copy, 45).Incarnation, Is.EqualTo(44), "a copy is told once");
        });
    }

    [Test]
    public void A_missing_file_is_told_and_what_was_in_it_can_come_again()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, 42, Held(1, 3));
        string hit = disk.List()[^1];
        Write(disk, 43, Held(4, 3));
        Write(disk, 44, new SpoolEntry.Exported(Mirror, Inferno, 2));
        disk.Lose(hit);
        SpooledState state = Read(disk);
        Assert.Multiple(() =>
        {
            Assert.That(state.Incarnation, Is.EqualTo(99));
            Assert.That(state.Damage, Has.Some.Contains($"{hit} is missing"));
            Assert.That(Text(state), Is.EqualTo("mirror inferno/6740f2a1 received 1-2 4-6 lost  exported 2 handing 2 held 4-6"));
        });
    }

    [Test]
    public void The_newest_file_is_missed_too()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, 42, Held(1, 3));
        Write(disk, 43, Held(4, 3));
        string hit = disk.List()[^1];
        disk.Lose(hit);
        SpooledState state = Read(disk);
        Assert.That(state.Damage, Has.Length.EqualTo(1).And.All.Contains($"{hit} is missing"));
        Assert.That(state.Incarnation, Is.EqualTo(99));
    }

    [Test]
    public void Files_of_others_are_left_alone()
    {
        var disk = new SimulatedDisk(1);
        disk.Put("notes.txt", [1, 2, 3]);
        disk.Put("1.spool", [4]);
        disk.Put("0000000000000001.spool.bak", [5]);
        Write(disk, 42, Held(1, 3));
        SpooledState state = Read(disk);
        Assert.Multiple(() =>
        {
            Assert.That(state.Damage, Is.Empty);
            Assert.That(disk.Contents("notes.txt"), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(disk.Contents("1.spool"), Is.EqualTo(new byte[] { 4 }));
            Assert.That(disk.Contents("0000000000000001.spool.bak"), Is.EqualTo(new byte[] { 5 }));
        });
    }

    [Test]
    public void A_record_inside_an_update_is_not_taken_for_one_when_the_head_before_it_is_damaged()
    {
        // The attacker knows the format and everything but the salt: a sound record of another spool, at the very place.
        SimulatedDisk other = Spooled(400, out string name, out _);
        byte[] forged = other.Contents(name)[SpoolFormat.HeaderSize..];
        uint seed = SegmentRecord.SeedOf(Mirror, Inferno);
        byte[] record = new byte[forged.Length + 64];
        int size = SegmentRecord.Write(record, seed, 1, true, true, forged.Length, forged);
        for (int shift = 0; shift < 8; shift++)
        {
            var disk = new SimulatedDisk((ulong)shift + 5);
            Write(disk, 42, new SpoolEntry.Held(Mirror, Inferno, 1, 1, record.AsMemory(0, size), shift));
            string hit = disk.List()[^1];
            byte[] bytes = disk.Contents(hit);
            int at = bytes.AsSpan().IndexOf(forged);
            for (int i = SpoolFormat.HeaderSize; i < at; i += 8)
            {
                disk.Flip(hit, i * 8L);
            }

            SpooledState state = Read(disk);
            Assert.That(state.Streams, Is.Empty);
            Assert.That(state.Damage, Is.Not.Empty);
        }
    }

    private static SimulatedDisk Spooled(int size, out string name, out SpoolModel model)
    {
        var disk = new SimulatedDisk(1);
        model = new SpoolModel();
        var prng = new Prng(7);
        using var log = SpoolLog.Open(disk, OneFile, 1, out _);
        while (log.BytesUsed < size)
        {
            SpoolEntry entry = model.Draw(prng);
            model.Apply(entry);
            log.Append([entry]);
        }

        log.Sync();
        name = disk.List()[^1];
        return disk;
    }

    // Each record left out gives a text that may be there; a flip that takes nothing must leave the text as it was.
    private static long Sweep(long from, long step)
    {
        SimulatedDisk whole = Spooled(1 << 16, out string name, out SpoolModel model);
        byte[] bytes = whole.Contents(name);
        string undamaged = model.ToString();
        HashSet<string> possible = Without(bytes);
        long flips = 0;
        for (long bit = from; bit < bytes.Length * 8L; bit += step, flips++)
        {
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            var disk = new SimulatedDisk(1);
            disk.Put(name, bytes);
            SpoolRecovery recovery = SpoolRecovery.Read(disk, 99);
            string text = Text(recovery.State);
            if (text != undamaged || recovery.State.Damage.Length > 0)
            {
                Assert.That(possible, Does.Contain(text), $"bit {bit}");
                Assert.That(recovery.State.Damage, Is.Not.Empty, $"bit {bit}");
                Assert.That(recovery.State.Incarnation, Is.EqualTo(99), $"bit {bit}");
            }

            if (bit % 101 == 0)
            {
                Life.CheckPayload(recovery.State, $"bit {bit}");
            }

            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        }

        return flips;
    }

    private static HashSet<string> Without(byte[] bytes)
    {
        SpoolScan scan = SpoolScan.Of(bytes, 1);
        List<SpoolEntry> entries = [.. scan.Records.Where(record => !Checkpoint.Concerns(record.Kind)).Select(record => EntryRecord.Read(record.Kind, scan.BodyOf(record), out _)!)];
        HashSet<string> texts = [];
        for (int left = -1; left < entries.Count; left++)
        {
            var model = new SpoolModel();
            for (int i = 0; i < entries.Count; i++)
            {
                if (i != left)
                {
                    model.Apply(entries[i]);
                }
            }

            texts.Add(model.Settle().ToString());
        }

        return texts;
    }
}

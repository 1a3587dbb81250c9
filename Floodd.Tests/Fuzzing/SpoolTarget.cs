// What a spool's files come to after any damage: bits, holes, cuts, files lost, doubled and swapped, and lies under a right check. It writes no spool of its own but the samples.
using System.Buffers.Binary;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Spool;
using Floodd.Wire;

namespace Floodd.Tests.Fuzzing;

internal static class SpoolTarget
{
    private const int StepsMax = 6;
    private static readonly Lazy<SpoolSample[]> Samples = new(() => [.. Enumerable.Range(0, SpoolSample.Count).Select(i => new SpoolSample((ulong)i))]);

    /// <summary>
    /// Recovery reads any files without failing but by saying so, hands out nothing whose check does not hold and nothing else than was
    /// written, and all of what is held whose records were left alone.
    /// </summary>
    public static FuzzTarget Recovery() => new("spool", Make, () => Recover) { AllocationBase = 4 << 20, AllocationPerByte = 4096 };

    private static byte[] Make(Prng random)
    {
        byte[] bytes = new byte[1 + (6 * random.Next(StepsMax + 1))];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextUInt64();
        }

        return bytes;
    }

    // sample (what file place{2} value more){0..}
    private static bool Recover(byte[] input)
    {
        SpoolSample sample = Samples.Value[(input.Length > 0 ? input[0] : 0) % SpoolSample.Count];
        var disk = new HeldDisk(sample.Files);
        bool lies = false;
        SpooledState state;
        try
        {
            // A header may have become one of a newer version: then neither we nor the recovery read on.
            for (int at = 1; at + 6 <= input.Length; at += 6)
            {
                lies |= Damage(disk, input.AsSpan(at, 6));
            }

            state = SpoolRecovery.Read(disk, 99).State;
        }
        catch (DiskException)
        {
            return false;
        }

        foreach (SpooledStream stream in state.Streams)
        {
            uint seed = SegmentRecord.SeedOf(stream.Group, stream.Id);
            foreach (SpooledRun run in stream.Runs)
            {
                FuzzFailureException.Unless(EntryRecord.IsSound(run.Records.Span, seed, run.First, run.Count), "it hands out what is not sound");
                FuzzFailureException.Unless(stream.Received.Contains(run.First) && stream.Received.FirstMissing(run.First) >= run.First + run.Count, "held and not received");
            }
        }

        foreach (SpoolEntry.SetAside aside in state.SetAside)
        {
            FuzzFailureException.Unless(EntryRecord.IsSound(aside.Records.Span, SegmentRecord.SeedOf(aside.Group, aside.Stream), aside.First, aside.Count), "it hands out what is not sound");
        }

        if (!lies)
        {
            sample.Check(disk, state);
        }

        return state.Damage.IsEmpty;
    }

    // Whether it is more than damage: what is whole may then say anything.
    private static bool Damage(HeldDisk disk, ReadOnlySpan<byte> step)
    {
        string[] names = [.. disk.List()];
        if (names.Length == 0)
        {
            return false;
        }

        string name = names[step[1] % names.Length];
        byte[] bytes = disk.Own(name);
        int place = bytes.Length == 0 ? 0 : ((step[2] << 8) + step[3]) * 7 % bytes.Length;
        switch (step[0] % 16)
        {
            case < 4 when bytes.Length > 0:
                bytes[place] ^= (byte)(1 << (step[4] & 7));
                return false;
            case 4 when bytes.Length > 0:
                bytes[place] = step[4];
                return false;
            case 5:
                bytes.AsSpan(place & ~511, Math.Min(512, bytes.Length - (place & ~511))).Clear();
                return false;
            case 6:
                disk.Put(name, bytes[..place]);
                return false;
            case 7:
                disk.Delete(name);
                return false;
            case 8:
                disk.Put(name, [.. bytes[..place], .. new byte[1 + (step[4] % 24)], .. bytes[place..]]);
                return false;
            case 9:
                disk.Put(name, [.. bytes, .. bytes[Math.Max(0, place - step[4])..place]]);
                return false;
            case 10:
                disk.Put(SpoolFormat.NameOf(1 + (step[4] % 8)), bytes.ToArray());
                return true;
            case 11:
                SpoolSample other = Samples.Value[step[4] % SpoolSample.Count];
                disk.Put(name, other.Files[step[5] % other.Files.Count].Bytes.ToArray());
                return true;
            case 12:
                disk.Put(step[4] % 2 == 0 ? SpoolFormat.Suspect : "notes", bytes[..Math.Min(bytes.Length, (int)step[5])]);
                return false;
            case 13:
                byte[] moved = bytes[place..Math.Min(bytes.Length, place + step[4])];
                moved.CopyTo(bytes.AsSpan(step[5] * (bytes.Length - moved.Length) / 256));
                return false;
            default:
                return Lie(bytes, place, step);
        }
    }

    // Bends the body of a record, or the header, and gives it the check that it should have.
    private static bool Lie(byte[] bytes, int place, ReadOnlySpan<byte> step)
    {
        if (bytes.Length < SpoolFormat.HeaderSize || SpoolFormat.ReadHeader(bytes, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16))) is not { } header)
        {
            return false;
        }

        if (step[4] < 16)
        {
            bytes[24 + (place % 32)] ^= (byte)(1 << (step[5] & 7));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), Crc32C.Of(bytes.AsSpan(0, 60)));
            bytes.AsSpan(0, 64).CopyTo(bytes.AsSpan(512));
            return true;
        }

        SpoolScan scan = SpoolScan.Of(bytes, header.Number);
        if (scan.Records.Count == 0)
        {
            return false;
        }

        SpoolRecord record = scan.Records[place % scan.Records.Count];
        if (record.Length > 0)
        {
            bytes[record.BodyOffset + (step[4] % Math.Min(record.Length, 48))] = (step[5] & 3) == 0 ? (byte)0xff : step[5];
        }

        var kind = (step[4] & 7) == 0 ? (RecordKind)(step[5] % 21) : record.Kind;
        SpoolFormat.Seal(bytes.AsSpan(record.Offset, (int)(record.End - record.Offset)), kind, record.Length, record.Number, header.Salt, record.Offset);
        return true;
    }
}

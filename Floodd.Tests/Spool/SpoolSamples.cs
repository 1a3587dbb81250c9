// Entries for tests of the spool: streams of two groups, segments that are sound, everything from a seed.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Simulation;
using Floodd.Wire;

namespace Floodd.Tests.Spool;

/// <summary>What tests of the spool spool.</summary>
internal static class SpoolSamples
{
    public static readonly GroupName Mirror = new("mirror");
    public static readonly GroupName News = new("news");
    public static readonly StreamId Inferno = new(new SiteName("inferno"), 0x6740F2A1);
    public static readonly StreamId Paradise = new(new SiteName("paradise"), 7);

    public static readonly SpoolOptions Small = new(1 << 20, 0, 4096);

    /// <summary>Consecutive segments; the bytes of one are always the same.</summary>
    /// <param name="size">The bytes of each payload; below 0 it follows from the number.</param>
    public static byte[] Records(GroupName group, StreamId stream, long first, int count, int size = -1)
    {
        uint seed = SegmentRecord.SeedOf(group, stream);
        using var records = new MemoryStream();
        for (long number = first; number < first + count; number++)
        {
            var prng = new Prng(seed ^ (ulong)number);
            int drawn = prng.Next(300);
            byte[] payload = new byte[size < 0 ? drawn : size];
            for (int i = 0; i < payload.Length; i++)
            {
                payload[i] = (byte)prng.NextUInt64();
            }

            byte[] record = new byte[SegmentRecord.HeadMax(false) + payload.Length];
            records.Write(record.AsSpan(0, SegmentRecord.Write(record, seed, number, true, true, payload.Length, payload)));
        }

        return records.ToArray();
    }

    public static SpoolEntry.Held Held(long first, int count = 1, int size = -1, GroupName? group = null, StreamId? stream = null, long age = 0) =>
        new(group ?? Mirror, stream ?? Inferno, first, count, Records(group ?? Mirror, stream ?? Inferno, first, count, size), age);

    public static SpoolEntry.SetAside SetAside(long first, int count = 1, int size = -1, string why = "it ended with 1") =>
        new(Mirror, Inferno, first, count, Records(Mirror, Inferno, first, count, size), why);

    /// <summary>Opens, appends, syncs and leaves.</summary>
    public static SpooledState Write(SimulatedDisk disk, ulong fresh, params IReadOnlyList<SpoolEntry> entries)
    {
        using var log = SpoolLog.Open(disk, Small, fresh, out SpooledState state);
        log.Append(entries);
        log.Sync();
        return state;
    }

    /// <summary>Opens and leaves.</summary>
    public static SpooledState Read(SimulatedDisk disk, ulong fresh = 99)
    {
        SpoolLog.Open(disk, Small, fresh, out SpooledState state).Dispose();
        return state;
    }

    /// <summary>A state as text, payload as numbers, damage left out: for comparing.</summary>
    public static string Text(SpooledState state) => string.Join('\n',
        state.Streams.Select(stream => $"{stream.Group} {stream.Id} received {stream.Received} lost {stream.Lost} exported {stream.Exported} handing {Math.Max(stream.Handing, stream.Exported)} held {Numbers(stream)}")
            .Concat(state.SetAside.Select(aside => $"{aside.Group} {aside.Stream} aside {aside.First}+{aside.Count} {aside.Why}")));

    /// <summary>The numbers of what is held.</summary>
    public static SegmentSet Numbers(SpooledStream stream)
    {
        SegmentSet held = new();
        foreach (SpooledRun run in stream.Runs)
        {
            held.Add(run.First, run.First + run.Count - 1);
        }

        return held;
    }
}

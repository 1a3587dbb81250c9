// A spool as some lives left it, and what of it must be there again whatever else of it is damaged. Written once, never changed.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Simulation;
using Floodd.Tests.Spool;

namespace Floodd.Tests.Fuzzing;

/// <summary>Files of a spool, and where in them each held segment was written last.</summary>
internal sealed class SpoolSample
{
    public const int Count = 48;

    private readonly List<(GroupName Group, StreamId Stream, long Number, string File, int From, int To)> _held = [];
    private readonly Dictionary<(GroupName, StreamId, long), byte[]> _segments = [];

    /// <summary>Writes one.</summary>
    /// <param name="seed">What it follows from.</param>
    public SpoolSample(ulong seed)
    {
        var prng = new Prng(seed + 1000);
        var disk = new SimulatedDisk(seed);
        var model = new SpoolModel();
        for (int lives = 1 + (int)(seed % 3); lives > 0; lives--)
        {
            using var log = SpoolLog.Open(disk, SpoolSamples.Small, seed + (ulong)lives, out _);
            for (int entries = 3 + prng.Next(20); entries > 0; entries--)
            {
                SpoolEntry entry = model.Draw(prng);
                model.Apply(entry);
                log.Append([entry]);
                log.Sync();
            }
        }

        foreach (string name in disk.List())
        {
            using IDiskFile file = disk.Open(name);
            Files.Add((name, disk.Contents(name), file.Identity));
        }

        SpooledState state = SpoolRecovery.Read(new HeldDisk(Files), 99).State;
        FuzzFailureException.Unless(state.Damage.IsEmpty && SpoolSamples.Text(state) == model.ToString(), $"sample {seed} is not what was written");
        var last = new Dictionary<(GroupName, StreamId, long), (string, int, int)>();
        foreach ((string name, byte[] bytes, _) in Files.Where(f => SpoolFormat.NumberOf(f.Name) > 0))
        {
            SpoolScan scan = SpoolScan.Of(bytes, SpoolFormat.NumberOf(name));
            foreach (SpoolRecord record in scan.Records)
            {
                if (record.Kind == RecordKind.Held && EntryRecord.Read(record.Kind, scan.BodyOf(record), out _) is SpoolEntry.Held held)
                {
                    for (long n = held.First; n < held.First + held.Count; n++)
                    {
                        last[(held.Group, held.Stream, n)] = (name, record.Offset, (int)record.End);
                    }
                }
            }
        }

        foreach (SpooledStream stream in state.Streams)
        {
            foreach (SpooledRun run in stream.Runs)
            {
                for (long n = run.First; n < run.First + run.Count; n++)
                {
                    (string file, int from, int to) = last[(stream.Group, stream.Id, n)];
                    _held.Add((stream.Group, stream.Id, n, file, from, to));
                }
            }
        }
    }

    /// <summary>How many segments are held in it.</summary>
    public int Held => _held.Count;

    /// <summary>The files, in order of their names.</summary>
    public List<(string Name, byte[] Bytes, ulong Identity)> Files { get; } = [];

    /// <summary>What was handed out is what was written, and what lies untouched is handed out.</summary>
    public void Check(HeldDisk disk, SpooledState state)
    {
        foreach (SpooledStream stream in state.Streams)
        {
            foreach (SpooledRun run in stream.Runs)
            {
                ReadOnlySpan<byte> rest = run.Records.Span;
                for (long n = run.First; n < run.First + run.Count; n++)
                {
                    byte[] segment = Segment(stream.Group, stream.Id, n);
                    FuzzFailureException.Unless(rest.StartsWith(segment), "it hands out other bytes than were written");
                    rest = rest[segment.Length..];
                }

                FuzzFailureException.Unless(rest.IsEmpty, "it hands out other bytes than were written");
            }
        }

        foreach ((GroupName group, StreamId id, long number, string name, int from, int to) in _held)
        {
            if (IsUntouched(disk, name, from, to))
            {
                bool there = state.Streams.Any(s => s.Group == group && s.Id == id && s.Runs.Any(r => r.First <= number && number < r.First + r.Count));
                FuzzFailureException.Unless(there, $"segment {number} of {id} in {group} lies untouched in {name} at {from} and is not recovered");
            }
        }
    }

    private bool IsUntouched(HeldDisk disk, string name, int from, int to)
    {
        byte[] original = Files.First(f => f.Name == name).Bytes;
        return disk.Find(name) is { } now && now.Length >= to
            && (now.AsSpan(0, 64).SequenceEqual(original.AsSpan(0, 64)) || now.AsSpan(512, 64).SequenceEqual(original.AsSpan(512, 64)))
            && now.AsSpan(from, to - from).SequenceEqual(original.AsSpan(from, to - from));
    }

    private byte[] Segment(GroupName group, StreamId stream, long number)
    {
        if (!_segments.TryGetValue((group, stream, number), out byte[]? segment))
        {
            _segments[(group, stream, number)] = segment = SpoolSamples.Records(group, stream, number, 1);
        }

        return segment;
    }
}

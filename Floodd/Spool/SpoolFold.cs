// Reads the files of a spool from the first to the last and knows afterwards what they come to. Writes nothing.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>What one file turned out to be.</summary>
internal sealed class FoldedFile(SpoolFile file, SpoolScan scan, ulong identity)
{
    public SpoolFile Remembered { get; } = file;

    public SpoolHeader? Header { get; } = scan.Header;

    public IReadOnlyList<SpoolHole> Holes => scan.Holes;

    public bool EndsInRubbish => scan.EndsInRubbish;

    public ulong Identity { get; } = identity;

    /// <summary>The number of its last sound record.</summary>
    public long LastNumber => scan.LastNumber;

    /// <summary>The file that it says follows; 0 if it says nothing.</summary>
    public long Next { get; set; }

    /// <summary>Whether its checkpoint is whole.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Whether it has a sound record behind its checkpoint.</summary>
    public bool HasEntries { get; set; }
}

/// <summary>The files one after the other.</summary>
internal sealed class SpoolFold(IDisk disk)
{
    private readonly Dictionary<(GroupName, StreamId), uint> _seeds = [];
    private long _cached;

    public SpoolMirror Mirror { get; } = new();

    public List<FoldedFile> Files { get; } = [];

    /// <summary>Scans that were small enough to keep.</summary>
    public Dictionary<long, SpoolScan> Cache { get; } = [];

    /// <summary>The files that there must be, each with the sound records that it is known to have had; below 0 if nobody says.</summary>
    public Dictionary<long, long> Expected { get; private set; } = [];

    /// <summary>Takes in the next file.</summary>
    public void Add(long number)
    {
        var file = new SpoolFile(number);
        SpoolScan scan = Read(disk, file, out ulong identity);
        _cached += file.Length;
        if (_cached <= 32 << 20)
        {
            Cache[number] = scan;
        }

        var folded = new FoldedFile(file, scan, identity);
        Files.Add(folded);
        var checkpoint = new Checkpoint();
        bool applied = false;
        List<SpoolRecord> unsound = [];
        foreach (SpoolRecord record in scan.Records)
        {
            if (!Checkpoint.Concerns(record.Kind) && !applied)
            {
                Apply(checkpoint, folded);
                applied = true;
            }

            if (record.Kind == RecordKind.Next)
            {
                var fields = new FieldReader(scan.BodyOf(record).Span);
                folded.Next = fields.Number(long.MaxValue);
            }
            else if (Checkpoint.Concerns(record.Kind) ? checkpoint.TryTake(record.Kind, scan.BodyOf(record).Span) : TryApply(record, scan, folded))
            {
                file.Records++;
            }
            else
            {
                unsound.Add(record);
            }
        }

        if (!applied)
        {
            Apply(checkpoint, folded);
        }

        scan.Holes.AddRange(unsound.Select(record => new SpoolHole(record.Offset, record.End - record.Offset, record.Kind)));
    }

    /// <summary>Reads a whole file.</summary>
    public static SpoolScan Read(IDisk disk, SpoolFile file, out ulong identity)
    {
        using IDiskFile open = disk.Open(file.Name);
        identity = open.Identity;
        byte[] bytes = new byte[open.Length];
        file.Length = open.Read(0, bytes);
        return SpoolScan.Of(bytes.AsMemory(0, (int)file.Length), file.Number);
    }

    private void Apply(Checkpoint checkpoint, FoldedFile folded)
    {
        folded.IsWhole = checkpoint.IsWhole;
        checkpoint.ApplyTo(Mirror);
        Expected = checkpoint.Files ?? Expected;
        Expected[folded.Remembered.Number] = -1;
    }

    private bool TryApply(in SpoolRecord record, SpoolScan scan, FoldedFile folded)
    {
        SpoolEntry? entry = EntryRecord.Read(record.Kind, scan.BodyOf(record), out long order);
        bool sound = entry switch
        {
            null => false,
            SpoolEntry.Held held => EntryRecord.IsSound(held.Records.Span, SeedOf(entry), held.First, held.Count),
            SpoolEntry.SetAside aside => EntryRecord.IsSound(aside.Records.Span, SeedOf(entry), aside.First, aside.Count),
            _ => true,
        };
        if (sound)
        {
            Mirror.Apply(entry!, order, null, 0);
            folded.HasEntries = true;
        }

        return sound;
    }

    private uint SeedOf(SpoolEntry entry)
    {
        if (!_seeds.TryGetValue((entry.Group, entry.Stream), out uint seed))
        {
            seed = _seeds[(entry.Group, entry.Stream)] = SegmentRecord.SeedOf(entry.Group, entry.Stream);
        }

        return seed;
    }
}

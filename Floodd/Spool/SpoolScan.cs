// One file of the spool, read through once: which of its records are sound, and where others must have been. Changes nothing.
namespace Floodd.Spool;

/// <summary>Bytes in which a sound record was looked for and not found.</summary>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many.</param>
/// <param name="Kind">The kind of the record there if its head is sound, else 0.</param>
internal readonly record struct SpoolHole(long Offset, long Length, RecordKind Kind);

/// <summary>What is in a file.</summary>
internal sealed class SpoolScan
{
    private SpoolScan(ReadOnlyMemory<byte> bytes, SpoolHeader? header)
    {
        Bytes = bytes;
        Header = header;
    }

    /// <summary>All of the file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its header; without it no record can be told from rubbish.</summary>
    public SpoolHeader? Header { get; }

    /// <summary>The records whose checks are right, in order.</summary>
    public List<SpoolRecord> Records { get; } = [];

    /// <summary>Where others were.</summary>
    public List<SpoolHole> Holes { get; } = [];

    /// <summary>Whether the last hole goes to the end: what a power cut leaves, too.</summary>
    public bool EndsInRubbish { get; private set; }

    /// <summary>The number of the last sound record that is not <see cref="RecordKind.Next"/>; one less than the first one's if there is none.</summary>
    public long LastNumber { get; private set; }

    /// <summary>Reads a file through.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="number">Its number.</param>
    public static SpoolScan Of(ReadOnlyMemory<byte> bytes, long number)
    {
        var scan = new SpoolScan(bytes, SpoolFormat.ReadHeader(bytes.Span, number));
        if (scan.Header is { } header)
        {
            scan.Read(header);
        }
        else
        {
            scan.Holes.Add(new SpoolHole(0, bytes.Length, 0));
            scan.EndsInRubbish = true;
        }

        return scan;
    }

    /// <summary>A record's body.</summary>
    public ReadOnlyMemory<byte> BodyOf(in SpoolRecord record) => Bytes.Slice(record.BodyOffset, record.Length);

    private void Read(in SpoolHeader header)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        long last = header.FirstRecord - 1;
        LastNumber = last;
        int at = SpoolFormat.HeaderSize;
        while (at < bytes.Length)
        {
            int from = at;
            SpoolRecord record;

            // A head that is sound and lies is not to be expected; one from elsewhere or from before is.
            while (!SpoolFormat.TryReadHead(bytes, at, header.Salt, out record) || record.Number <= last)
            {
                at += 8;
                if (at >= bytes.Length)
                {
                    Holes.Add(new SpoolHole(from, bytes.Length - from, 0));
                    EndsInRubbish = true;
                    return;
                }
            }

            if (at > from || record.Number > last + 1)
            {
                Holes.Add(new SpoolHole(from, at - from, 0));
            }

            last = record.Number;
            if (SpoolFormat.IsSound(bytes, record, header.Salt))
            {
                Records.Add(record);
                LastNumber = record.Kind == RecordKind.Next ? LastNumber : last;
            }
            else
            {
                EndsInRubbish = record.End >= bytes.Length;
                Holes.Add(new SpoolHole(at, Math.Min(record.End, bytes.Length) - at, record.Kind));
            }

            at = (int)Math.Min(record.End, bytes.Length);
        }
    }
}

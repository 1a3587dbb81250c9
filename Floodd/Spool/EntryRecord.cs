// An entry as the body of a record, and back. Checks that it makes sense, not that its payload is sound.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>Fields as on the wire; payload, where there is some, is all that follows them.</summary>
internal static class EntryRecord
{
    private const int NameMax = NameRule.MaxLength;
    private const int WhyMax = 65_535;

    /// <summary>Writes the fields of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="order">For what is set aside: its place among the others.</param>
    /// <param name="fields">Where to.</param>
    /// <param name="payload">What is to follow them.</param>
    public static RecordKind Write(SpoolEntry entry, long order, FieldWriter fields, out ReadOnlyMemory<byte> payload)
    {
        WriteKey(fields, entry.Group, entry.Stream);
        payload = default;
        switch (entry)
        {
            case SpoolEntry.Held held:
                WriteNumbers(fields, held.First, held.Count, Math.Max(0, held.AgeSeconds));
                payload = held.Records;
                return RecordKind.Held;
            case SpoolEntry.SetAside aside:
                WriteNumbers(fields, aside.First, aside.Count, order);
                fields.Text(aside.Why.Length <= WhyMax / 3 ? aside.Why : aside.Why[..(WhyMax / 3)]);
                payload = aside.Records;
                return RecordKind.SetAside;
            case SpoolEntry.Lost lost:
                WriteNumbers(fields, lost.First, lost.Last);
                return RecordKind.Lost;
            case SpoolEntry.Forgotten forgotten:
                WriteNumbers(fields, forgotten.First, forgotten.Last);
                return RecordKind.Forgotten;
            case SpoolEntry.Dropped dropped:
                WriteNumbers(fields, dropped.Through);
                return RecordKind.Dropped;
            case SpoolEntry.Exported exported:
                WriteNumbers(fields, exported.Through);
                return RecordKind.Exported;
            case SpoolEntry.Handing handing:
                WriteNumbers(fields, handing.Through);
                return RecordKind.Handing;
            case SpoolEntry.Settled settled:
                WriteNumbers(fields, settled.First);
                return RecordKind.Settled;
            default:
                return RecordKind.Ended;
        }
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="body">Its body; payload is a slice of it.</param>
    /// <param name="order">For what is set aside: its place among the others.</param>
    /// <returns>Null if it makes no sense.</returns>
    public static SpoolEntry? Read(RecordKind kind, ReadOnlyMemory<byte> body, out long order)
    {
        order = 0;
        var fields = new FieldReader(body.Span);
        (GroupName group, StreamId stream) = ReadKey(ref fields);
        long a = kind == RecordKind.Ended ? 0 : fields.Number(long.MaxValue);
        long b = kind is RecordKind.Held or RecordKind.SetAside or RecordKind.Lost or RecordKind.Forgotten ? fields.Number(long.MaxValue) : 0;
        long c = kind is RecordKind.Held or RecordKind.SetAside ? fields.Number(long.MaxValue) : 0;
        string why = kind == RecordKind.SetAside ? fields.Text(WhyMax) : "";
        ReadOnlyMemory<byte> rest = body[(body.Length - fields.Remaining)..];
        if (fields.Failed || (kind is not (RecordKind.Held or RecordKind.SetAside) && !fields.AtEnd))
        {
            return null;
        }

        order = c;
        bool run = a >= 1 && b is >= 1 and <= int.MaxValue && a <= long.MaxValue - b;
        bool range = a >= 1 && b >= a && b < long.MaxValue;
        return kind switch
        {
            RecordKind.Held when run => new SpoolEntry.Held(group, stream, a, (int)b, rest, c),
            RecordKind.SetAside when run => new SpoolEntry.SetAside(group, stream, a, (int)b, rest, why),
            RecordKind.Lost when range => new SpoolEntry.Lost(group, stream, a, b),
            RecordKind.Forgotten when range => new SpoolEntry.Forgotten(group, stream, a, b),
            RecordKind.Dropped => new SpoolEntry.Dropped(group, stream, a),
            RecordKind.Exported => new SpoolEntry.Exported(group, stream, a),
            RecordKind.Handing => new SpoolEntry.Handing(group, stream, a),
            RecordKind.Settled => new SpoolEntry.Settled(group, stream, a),
            RecordKind.Ended => new SpoolEntry.Ended(group, stream),
            _ => null,
        };
    }

    /// <summary>Whether the payload is so many segments of a stream, each of them sound, and nothing else.</summary>
    public static bool IsSound(ReadOnlySpan<byte> records, uint seed, long first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!SegmentRecord.IsSound(records, seed, first + i, out uint word))
            {
                return false;
            }

            records = records[SegmentRecord.Size(word)..];
        }

        return records.IsEmpty;
    }

    /// <summary>Writes which stream it is about.</summary>
    public static void WriteKey(FieldWriter fields, GroupName group, StreamId stream)
    {
        fields.Text(group.Value);
        fields.Text(stream.Origin.Value);
        fields.Number(stream.Incarnation);
    }

    /// <summary>Reads which stream it is about.</summary>
    public static (GroupName Group, StreamId Stream) ReadKey(ref FieldReader fields)
    {
        string group = fields.Text(NameMax);
        string origin = fields.Text(NameMax);
        if (!NameRule.IsName(group) || !NameRule.IsName(origin))
        {
            fields.Refuse();
        }

        return (new GroupName(group), new StreamId(new SiteName(origin), fields.Number()));
    }

    private static void WriteNumbers(FieldWriter fields, params ReadOnlySpan<long> numbers)
    {
        foreach (long number in numbers)
        {
            fields.Number(number);
        }
    }
}

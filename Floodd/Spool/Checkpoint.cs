// What a file of the spool begins with: all that the files before it come to, but for the payload. Written twice, read from both.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>Writes checkpoints, and puts one together again from the records of it that are sound.</summary>
internal sealed class Checkpoint
{
    private readonly Dictionary<(GroupName, StreamId), StreamMirror> _streams = [];
    private readonly Dictionary<(GroupName, StreamId, long), AsideMirror> _asides = [];
    private (long Streams, long Asides)? _counts;

    /// <summary>The older files that were needed, each with its sound records; null if that cannot be read.</summary>
    public Dictionary<long, long>? Files { get; private set; }

    /// <summary>Whether nothing of it is missing.</summary>
    public bool IsWhole => Files is not null && _counts == (_streams.Count, _asides.Count);

    /// <summary>Whether a record is part of one.</summary>
    public static bool Concerns(RecordKind kind) => kind is RecordKind.Files or RecordKind.Stream or RecordKind.Aside or RecordKind.Whole;

    /// <summary>Writes one.</summary>
    /// <param name="records">Where to.</param>
    /// <param name="files">The older files.</param>
    /// <param name="mirror">What they come to.</param>
    public static void Write(RecordBuffer records, IEnumerable<SpoolFile> files, SpoolMirror mirror)
    {
        SpoolFile[] needed = [.. files];
        FieldWriter fields = records.Fields;
        for (int copy = 0; copy < 2; copy++)
        {
            fields.Number(needed.Length);
            foreach (SpoolFile file in needed)
            {
                fields.Number(file.Number);
                fields.Number(file.Records);
            }

            records.Add(RecordKind.Files, default);
            foreach (StreamMirror stream in mirror.Streams)
            {
                EntryRecord.WriteKey(fields, stream.Group, stream.Id);
                fields.Number(stream.Exported);
                fields.Number(stream.Handing);
                Write(fields, stream.Received);
                Write(fields, stream.Lost);
                Write(fields, stream.Held);
                records.Add(RecordKind.Stream, default);
            }

            foreach (AsideMirror aside in mirror.Asides)
            {
                EntryRecord.WriteKey(fields, aside.Group, aside.Stream);
                fields.Number(aside.First);
                fields.Number(aside.Order);
                records.Add(RecordKind.Aside, default);
            }

            fields.Number(mirror.StreamCount);
            fields.Number(mirror.AsideCount);
            records.Add(RecordKind.Whole, default);
        }
    }

    /// <summary>Takes in one of its records.</summary>
    /// <returns>Whether it makes sense.</returns>
    public bool TryTake(RecordKind kind, ReadOnlySpan<byte> body)
    {
        var fields = new FieldReader(body);
        switch (kind)
        {
            case RecordKind.Files:
                TakeFiles(ref fields);
                break;
            case RecordKind.Stream:
                TakeStream(ref fields);
                break;
            case RecordKind.Aside:
                (GroupName group, StreamId id) = EntryRecord.ReadKey(ref fields);
                long first = fields.Number(long.MaxValue);
                var aside = new AsideMirror(group, id, first, fields.Number(long.MaxValue));
                if (!fields.Failed)
                {
                    _asides[(group, id, first)] = aside;
                }

                break;
            default:
                (long, long) counts = (fields.Number(long.MaxValue), fields.Number(long.MaxValue));
                _counts = fields.Failed ? _counts : counts;
                break;
        }

        return !fields.Failed && fields.AtEnd;
    }

    /// <summary>Puts what it says in place of what older files said; what is missing of it is left as they said.</summary>
    public void ApplyTo(SpoolMirror mirror)
    {
        if (IsWhole)
        {
            mirror.Clear();
        }

        foreach (StreamMirror stream in _streams.Values)
        {
            mirror.Replace(stream);
        }

        foreach (AsideMirror aside in _asides.Values)
        {
            mirror.Replace(aside);
        }
    }

    private void TakeFiles(ref FieldReader fields)
    {
        Dictionary<long, long> files = [];
        for (long left = fields.Number(fields.Remaining); left > 0; left--)
        {
            files[fields.Number(long.MaxValue)] = fields.Number(long.MaxValue);
        }

        Files = fields.Failed ? Files : files;
    }

    private void TakeStream(ref FieldReader fields)
    {
        (GroupName group, StreamId id) = EntryRecord.ReadKey(ref fields);
        var stream = new StreamMirror(group, id) { Exported = fields.Number(long.MaxValue), Handing = fields.Number(long.MaxValue) };
        Read(ref fields, stream.Received);
        Read(ref fields, stream.Lost);
        Read(ref fields, stream.Held);
        if (!fields.Failed)
        {
            _streams[(group, id)] = stream;
        }
    }

    private static void Write(FieldWriter fields, SegmentSet set)
    {
        fields.Number(set.RangeCount);
        long before = 0;
        for (int i = 0; i < set.RangeCount; i++)
        {
            (long first, long last) = set[i];
            fields.Number(first - before);
            fields.Number(last - first);
            before = last;
        }
    }

    private static void Read(ref FieldReader fields, SegmentSet into)
    {
        long before = 0;
        for (long left = fields.Number(fields.Remaining); left > 0 && !fields.Failed; left--)
        {
            long first = before + fields.Number(long.MaxValue - before);
            long last = first + fields.Number(long.MaxValue - first);
            if (first <= before || last == long.MaxValue)
            {
                fields.Refuse();
            }

            if (!fields.Failed)
            {
                into.Add(first, last);
            }

            before = last;
        }
    }
}

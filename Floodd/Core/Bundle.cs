// The input of one export run: whole updates by reference, and how they are laid out. Read on another thread, so nothing in it ever changes.
using System.Text;
using Floodd.Config;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Bundle
{
    private readonly GroupName _group;
    private readonly ExportFormat _format;
    private readonly List<SegmentRun> _runs = [];

    private Bundle(GroupName group, ExportFormat format) => (_group, _format) = (group, format);

    /// <summary>How many updates.</summary>
    public int Count { get; private set; }

    /// <summary>Their bytes, without framing.</summary>
    public long PayloadBytes { get; private set; }

    public UpdateId First { get; private set; }

    public UpdateId Last { get; private set; }

    /// <summary>Whether an earlier life may have handed out these updates.</summary>
    public bool IsRedelivered { get; private init; }

    /// <summary>How far each stream is exported once the bundle is taken.</summary>
    public List<(SegmentStream Stream, long Through)> Ends { get; } = [];

    /// <summary>Takes whole updates from the streams in line, in turn, until the bundle is full; at least one, if they are not all repeats.</summary>
    public static Bundle Gather(Group group, Queue<SegmentStream> line, long payloadMax, ExportFormat format)
    {
        // What an earlier life may have handed out already goes first and by itself, so that nothing else is marked as it is.
        bool isRedelivered = line.Any(s => s.ExportNext <= s.RedeliverThrough && s.ExportNext <= s.Deliverable);
        var bundle = new Bundle(group.Name, format) { IsRedelivered = isRedelivered };
        if (isRedelivered)
        {
            for (int left = line.Count; left > 0; left--)
            {
                SegmentStream stream = line.Dequeue();
                if (stream.ExportNext > stream.RedeliverThrough || (bundle.Count > 0 && bundle.PayloadBytes >= payloadMax))
                {
                    line.Enqueue(stream);
                    continue;
                }

                bundle.Ends.Add((stream, bundle.Take(stream, payloadMax)));
            }

            if (bundle.Count > 0 || bundle.Ends.Exists(e => e.Through >= e.Stream.ExportNext))
            {
                return bundle;
            }

            // They are all repeats whose first is elsewhere: that one has to go before them.
            bundle.Ends.ForEach(e => line.Enqueue(e.Stream));
            bundle = new Bundle(group.Name, format);
        }

        while ((bundle.Count == 0 || bundle.PayloadBytes < payloadMax) && line.TryDequeue(out SegmentStream? stream))
        {
            // The stream takes its place in line again when the bundle has been taken.
            bundle.Ends.Add((stream, bundle.Take(stream, payloadMax)));
        }

        return bundle;
    }

    /// <summary>The bytes of the run's standard input.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        foreach (SegmentRun run in _runs)
        {
            for (int i = run.Index; i < run.Index + run.Count; i++)
            {
                ReadOnlyMemory<byte> record = run.Slab.Record(i);
                uint word = SegmentRecord.Word(record.Span);
                if (_format == ExportFormat.Framed && SegmentRecord.Begins(word))
                {
                    var id = new UpdateId(run.Stream.Id, run.Slab.First + i);
                    yield return Encoding.UTF8.GetBytes($"update {_group} {id} {SegmentRecord.UpdateLength(record.Span)}\n");
                }

                yield return record[SegmentRecord.PayloadOffset(word)..];
                if (_format == ExportFormat.Framed && SegmentRecord.Ends(word))
                {
                    yield return "\n"u8.ToArray();
                }
            }
        }
    }

    private long Take(SegmentStream stream, long payloadMax)
    {
        long next = stream.ExportNext;
        long through = next - 1;
        long most = IsRedelivered ? Math.Min(stream.Deliverable, stream.RedeliverThrough) : stream.Deliverable;
        while (next <= most && (Count == 0 || PayloadBytes < payloadMax))
        {
            if (stream.Lost.Contains(next))
            {
                through = Math.Min(stream.Deliverable, stream.Lost.FirstMissing(next) - 1);
                next = through + 1;
                continue;
            }

            bool found = stream.TryFind(next, out Slab slab, out int index);
            Invariant.Check(found && slab.First + index == next, "what is still to be exported is held");
            if (stream.IsRepeat(next, out UpdateId first))
            {
                if (first.Stream != stream.Id && !IsPast(stream.Group, first))
                {
                    break;
                }

                through = stream.LastOf(next);
                next = through + 1;
                continue;
            }

            if (Count > 0 && PayloadBytes + SegmentRecord.UpdateLength(slab.Record(index).Span) > payloadMax)
            {
                break;
            }

            next = TakeUpdate(stream, next);
            through = next - 1;
        }

        return through;
    }

    // A repeat counts as exported only with the first or after it: should this life end in between, the next one gets both again.
    private bool IsPast(Group group, UpdateId first) =>
        group.Find(first.Stream) is not { } other || first.Sequence < other.ExportNext || Ends.Exists(e => e.Stream == other && e.Through >= first.Sequence);

    private long TakeUpdate(SegmentStream stream, long number)
    {
        var id = new UpdateId(stream.Id, number);
        if (Count++ == 0)
        {
            First = id;
        }

        Last = id;
        while (true)
        {
            bool found = stream.TryFind(number, out Slab slab, out int index);
            Invariant.Check(found && slab.First + index == number, "what is still to be exported is held");
            uint word = slab.Word(index);
            PayloadBytes += SegmentRecord.PayloadLength(word);
            Add(new SegmentRun(stream, slab, index, 1));
            number++;
            if (SegmentRecord.Ends(word))
            {
                return number;
            }
        }
    }

    private void Add(SegmentRun run)
    {
        if (_runs.Count > 0 && _runs[^1] is { } last && last.Slab == run.Slab && last.Index + last.Count == run.Index)
        {
            _runs[^1] = last with { Count = last.Count + 1 };
            return;
        }

        _runs.Add(run);
    }
}

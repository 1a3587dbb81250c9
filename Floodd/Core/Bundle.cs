// What one export run is given: whole updates by reference. Its input is read on another thread, so nothing in it ever changes.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Config;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>What a bundle takes of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Through">How far it is handed out once the bundle is done.</param>
/// <param name="First">The first update taken; 0 if all that is passed are lost numbers and repeats.</param>
/// <param name="Count">How many updates are taken.</param>
/// <param name="Bytes">Their payload, in bytes.</param>
internal readonly record struct BundleEnd(SegmentStream Stream, long Through, long First, int Count, long Bytes);

internal sealed class Bundle
{
    private readonly GroupName _group;
    private readonly ExportFormat _format;
    private readonly List<RecordRun> _runs = [];

    private Bundle(GroupName group, ExportFormat format) => (_group, _format) = (group, format);

    /// <summary>How many updates.</summary>
    public int Count { get; private set; }

    /// <summary>Their bytes, without framing.</summary>
    public long PayloadBytes { get; private set; }

    public UpdateId First { get; private set; }

    public UpdateId Last { get; private set; }

    /// <summary>What it takes of each stream; nothing if it is an update that was set aside.</summary>
    public List<BundleEnd> Ends { get; } = [];

    /// <summary>The update that was set aside and is tried again, alone; null for a bundle of the streams.</summary>
    public SetAsideUpdate? Aside { get; private init; }

    /// <summary>Whether an earlier run may have taken some of it: one that ended badly, or one whose end nobody has seen (<see cref="SegmentStream.HandedThrough"/>).</summary>
    public bool MayHaveBeenTaken => Aside is not null || Ends.Exists(e => e.Count > 0 && e.First <= e.Stream.HandedThrough);

    /// <summary>Whether there is nothing to run for: it holds only lost numbers and repeats, or an earlier life has exported it all, as is known now.</summary>
    public bool IsSettled => Ends.Count > 0 && (Count == 0 || Ends.TrueForAll(e => e.Through < e.Stream.ExportNext));

    /// <summary>Takes whole updates from the streams in line, in turn, until the bundle is full; at least one, if they are not all repeats.</summary>
    public static Bundle Gather(Group group, Queue<SegmentStream> line, long payloadMax, ExportFormat format, int countMax = int.MaxValue)
    {
        // What may have been handed out already goes first and by itself, so that nothing else is told as if it were. If it is
        // all repeats whose first is elsewhere, that one has to go before them.
        if (line.Any(s => s.ExportNext <= Math.Min(s.HandedThrough, s.Deliverable))
            && Gather(group, line, s => Math.Min(s.HandedThrough, s.Deliverable), payloadMax, format, countMax) is { Ends.Count: > 0 } again)
        {
            return again;
        }

        return Gather(group, line, s => s.Deliverable, payloadMax, format, countMax);
    }

    /// <summary>An update that was set aside, alone.</summary>
    public static Bundle Of(SetAsideUpdate update, ExportFormat format)
    {
        var bundle = new Bundle(update.Group, format) { Aside = update, Count = 1, PayloadBytes = update.PayloadBytes, First = update.Id, Last = update.Id };
        bundle._runs.Add(new RecordRun(UpdateLine.StartOf(update.Group, update.Id.Stream), update.Records, 0, update.Records.Count));
        return bundle;
    }

    /// <summary>The first so many of its updates that are still to be handed out, in the same order.</summary>
    public Bundle FirstOf(Group group, int countMax, ExportFormat format)
    {
        var bundle = new Bundle(group.Name, format);
        foreach (BundleEnd end in Ends)
        {
            if (bundle.Count < countMax && end.Stream.ExportNext <= end.Through)
            {
                bundle.Take(end.Stream, end.Through, long.MaxValue, countMax);
            }
        }

        return bundle;
    }

    /// <summary>A copy of its records, which is all that is left of it when its slabs are given up. Only of a bundle of one update.</summary>
    public Slab Copy(Instant now)
    {
        Invariant.Check(Count == 1);
        var copy = new Slab(First.Sequence, _runs.Sum(r => r.Slab.Records(r.Index, r.Count).Length), now);
        foreach ((_, Slab slab, int index, int count) in _runs)
        {
            copy.Append(slab.Records(index, count).Span);
        }

        return copy;
    }

    /// <summary>What a copy of its records is charged, in bytes.</summary>
    public long CopyCharge => _runs.Sum(r => Slab.ChargeOf(r.Slab.Records(r.Index, r.Count).Length, r.Count));

    /// <summary>What its run is told of it.</summary>
    /// <param name="self">This site.</param>
    public ImmutableArray<KeyValuePair<string, string>> Environment(SiteName self)
    {
        string first = First.ToString();
        List<KeyValuePair<string, string>> environment =
        [
            new("FLOODD_SITE", self.Value),
            new("FLOODD_GROUP", _group.Value),
            new("FLOODD_COUNT", Count.ToString(CultureInfo.InvariantCulture)),
            new("FLOODD_FIRST_ID", first),
            new("FLOODD_LAST_ID", Count == 1 ? first : Last.ToString()),
            new("FLOODD_BYTES", PayloadBytes.ToString(CultureInfo.InvariantCulture)),
        ];
        if (Count == 1)
        {
            environment.Add(new("FLOODD_ID", first));
            environment.Add(new("FLOODD_ORIGIN", First.Stream.Origin.Value));
        }

        if (MayHaveBeenTaken)
        {
            environment.Add(new("FLOODD_REDELIVERED", "1"));
        }

        return [.. environment];
    }

    /// <summary>The bytes of the run's standard input; each piece stands until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces() => BundleInput.Pieces(_runs, Count, PayloadBytes, _format);

    private static Bundle Gather(Group group, Queue<SegmentStream> line, Func<SegmentStream, long> last, long payloadMax, ExportFormat format, int countMax)
    {
        var bundle = new Bundle(group.Name, format);
        var waiting = new List<SegmentStream>();
        while ((bundle.Count == 0 || bundle.PayloadBytes < payloadMax) && bundle.Count < countMax && line.TryDequeue(out SegmentStream? stream))
        {
            // The stream takes its place in line again when the bundle has been taken; now, if it waits for another.
            if (!bundle.Take(stream, last(stream), payloadMax, countMax))
            {
                waiting.Add(stream);
            }
        }

        waiting.ForEach(line.Enqueue);
        return bundle;
    }

    private bool Take(SegmentStream stream, long last, long payloadMax, int countMax)
    {
        long next = stream.ExportNext;
        long through = next - 1;
        long first = 0;
        (int countBefore, long bytesBefore) = (Count, PayloadBytes);
        while (next <= last && Count < countMax && (Count == 0 || PayloadBytes < payloadMax))
        {
            if (stream.Lost.Contains(next))
            {
                through = Math.Min(last, stream.Lost.FirstMissing(next) - 1);
                next = through + 1;
                continue;
            }

            bool found = stream.TryFind(next, out Slab slab, out int index);
            Invariant.Check(found && slab.First + index == next, "what is still to be exported is held");
            if (stream.IsRepeat(next, out UpdateId firstUnderKey))
            {
                if (firstUnderKey.Stream != stream.Id && !IsPast(stream.Group, firstUnderKey))
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

            first = first == 0 ? next : first;
            next = TakeUpdate(stream, next);
            through = next - 1;
        }

        if (through < stream.ExportNext)
        {
            return false;
        }

        Ends.Add(new BundleEnd(stream, through, first, Count - countBefore, PayloadBytes - bytesBefore));
        return true;
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
            Add(stream, slab, index);
            number++;
            if (SegmentRecord.Ends(word))
            {
                return number;
            }
        }
    }

    private void Add(SegmentStream stream, Slab slab, int index)
    {
        if (_runs.Count > 0 && _runs[^1] is var last && last.Slab == slab && last.Index + last.Count == index)
        {
            _runs[^1] = last with { Count = last.Count + 1 };
            return;
        }

        _runs.Add(new RecordRun(stream.LineStart, slab, index, 1));
    }
}

// The rule of flooding: what we hold and a neighbor has not is owed to it. New, caught up with, rerouted: all the same rule.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Flooding(SiteCore core)
{
    // What comes in at once takes this part of the store at most.
    private const int RunsPerStore = 8;

    // What a link says that nobody takes in is remembered all the same: not without end.
    private const int HolesMax = 65_536;

    private readonly SiteState _state = core.State;
    private SegmentStream? _growing;

    /// <summary>Who is spared a busy stream.</summary>
    public Sparing Sparing { get; } = new(core);

    /// <summary>A stream grows, and maybe goes on growing in this turn: <see cref="Grown"/> at the end of it.</summary>
    public void Grows(SegmentStream stream)
    {
        if (_growing != stream)
        {
            Flush();
            _growing = stream;
        }
    }

    /// <summary>At the end of a turn: what has grown is owed.</summary>
    public void Flush()
    {
        if (_growing is { } stream)
        {
            _growing = null;
            Grown(stream);
        }
    }

    /// <summary>A stream has grown: it is owed to every neighbor of its group that does not have it.</summary>
    public void Grown(SegmentStream stream)
    {
        foreach (Link link in _state.Links.Values)
        {
            if (link.Groups.TryGetValue(stream.Group.Name, out LinkGroup? group) && group.Active && group.DigestReceived)
            {
                group.PutInLine(stream);
            }
        }

        Sparing.Grown(stream);
        core.Exports.Grown(stream);
    }

    /// <summary>The next run that is owed on a link, one stream after the other, each a frame's worth in its turn.</summary>
    public bool NextRun(LinkGroup group, out SegmentRun run)
    {
        while (group.Active && !group.Closed && group.TakeFromLine() is { } owed)
        {
            if (!IsFromThere(group.Link, owed.Stream) && TryOwed(owed, out run) && !Sparing.Holds(group, owed, run.First))
            {
                owed.Has.Add(run.First, run.Last);
                group.PutInLine(owed.Stream);
                return true;
            }
        }

        run = default;
        return false;
    }

    /// <summary>Segments came in on a link.</summary>
    /// <returns>What is wrong with them; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        if (!RunHead.TryRead(payload, out RunHead head) || !link.TryResolve(head.Alias, out SegmentStream? stream))
        {
            return "a run that makes no sense";
        }

        // A stream that was forgotten meanwhile can live nowhere any more: its segments are nobody's.
        if (stream is null || !link.Groups.TryGetValue(stream.Group.Name, out LinkGroup? group))
        {
            return null;
        }

        // Nobody but we numbers our updates: if there are more of them than we know of, we are an older copy, or somebody makes them up.
        if (stream.Id == stream.Group.OwnId && head.Last > stream.Received.Highest)
        {
            core.Spooling?.Renumber(stream.Group);
            if (stream.Id == stream.Group.OwnId)
            {
                _state.Counters.SegmentsReceived += head.Count;
                _state.Counters.SegmentsRefused += head.Count;
                return null;
            }
        }

        Owed owed = group.Of(stream);
        owed.Has.Add(head.First, head.Last);
        if (owed.Has.RangeCount > HolesMax)
        {
            return "a stream in more pieces than anybody has of it";
        }

        ReadOnlySpan<byte> records = payload[RunHead.Size..];
        _state.Counters.SegmentsReceived += head.Count;
        _state.Counters.SegmentBytesReceived += records.Length;
        if (stream.Received.FirstMissing(head.First) > head.Last)
        {
            _state.Counters.SegmentsDuplicate += head.Count;
            _state.Counters.SegmentBytesDuplicate += records.Length;
            Sparing.Came(group, owed, head.Alias, 0, records.Length);
            return null;
        }

        (long repeated, long refused) = (_state.Counters.SegmentBytesDuplicate, _state.Counters.SegmentsRefused);
        Instant born = new(_state.Now.Ticks - (TimeSpan.TicksPerSecond * head.AgeSeconds));
        string? fault = TakeNew(stream, head, records, born, out bool grown, out long unread);
        if (fault is not null)
        {
            // What was not taken in is refused: all that was received is accounted for.
            _state.Counters.SegmentsRefused += unread;
        }

        repeated = _state.Counters.SegmentBytesDuplicate - repeated;
        Sparing.Came(group, owed, head.Alias, grown ? records.Length - repeated : 0, repeated);
        if (grown)
        {
            // Also when the run turned out damaged behind it: what was taken in is not to lie until the stream grows again.
            Grown(stream);
        }

        HeldBack.Came(group, owed, head, isRefused: refused < _state.Counters.SegmentsRefused);
        return fault;
    }

    // The new ones among the records, in stretches that follow each other; the rest are duplicates.
    private string? TakeNew(SegmentStream stream, RunHead head, ReadOnlySpan<byte> records, Instant born, out bool grown, out long unread)
    {
        int at = 0, stretchStart = 0;
        long stretchFirst = 0;
        unread = head.Count;
        grown = false;
        bool allNew = head.First > stream.Received.Highest;
        for (long number = head.First; number <= head.Last; number++)
        {
            unread = head.Last - (stretchFirst == 0 ? number : stretchFirst) + 1;
            if (records.Length - at < SegmentRecord.HeadSize)
            {
                return "a run shorter than it says";
            }

            bool isNew = allNew || !stream.Received.Contains(number);
            uint word = SegmentRecord.Word(records[at..]);
            if (isNew && !SegmentRecord.IsSound(records[at..], stream.Seed, number, out word))
            {
                return $"damaged segment {stream.Id}/{number}";
            }

            if (isNew && stretchFirst == 0)
            {
                (stretchFirst, stretchStart) = (number, at);
            }
            else if (!isNew)
            {
                grown |= Take(stream, ref stretchFirst, number, records[stretchStart..at], born);
                _state.Counters.SegmentsDuplicate++;
                _state.Counters.SegmentBytesDuplicate += SegmentRecord.Size(word);
            }

            at += SegmentRecord.Size(word);
            if (at > records.Length)
            {
                unread = head.Last - (isNew ? stretchFirst : number + 1) + 1;
                return "a run shorter than it says";
            }
        }

        unread = 0;
        grown |= Take(stream, ref stretchFirst, head.Last + 1, records[stretchStart..at], born);
        return null;
    }

    private bool Take(SegmentStream stream, ref long first, long end, ReadOnlySpan<byte> records, Instant born)
    {
        if (first == 0)
        {
            return false;
        }

        long from = first;
        first = 0;
        return Take(stream, from, (int)(end - from), records, born);
    }

    private bool Take(SegmentStream stream, long first, int count, ReadOnlySpan<byte> records, Instant born)
    {
        long charge = Slab.ChargeOf(records.Length, count);
        if (count > 1 && charge > _state.Store.Max / RunsPerStore)
        {
            // What there may never be room for at once is taken one part after the other.
            int half = count / 2;
            int at = 0;
            for (int i = 0; i < half; i++)
            {
                at += SegmentRecord.Size(SegmentRecord.Word(records[at..]));
            }

            return Take(stream, first, half, records[..at], born) | Take(stream, first + half, count - half, records[at..], born);
        }

        bool isNext = first == stream.Received.Watermark + 1;
        if (!(isNext ? _state.Store.AdmitNext(stream, charge) : !stream.Group.Closed && _state.Store.AdmitSpare(charge)))
        {
            _state.Counters.SegmentsRefused += count;
            stream.Refused(first + count - 1);
            if (isNext)
            {
                core.CatchUp.CloseGroup(stream.Group);
            }
            else if (!stream.Group.Closed)
            {
                stream.HoldBack(_state.Now);
            }

            return false;
        }

        _state.Store.Charge(stream.Append(first, count, records, born, _state.Now, _state.Store.SlabBounds));
        return true;
    }

    // Whoever numbers a stream in this very life has all of it. One that goes on with an earlier life's numbers may have been given an older spool.
    private static bool IsFromThere(Link link, SegmentStream stream) => link.Incarnation == stream.Id.Incarnation && link.Site!.Name == stream.Id.Origin;

    private static bool TryOwed(Owed owed, out SegmentRun run)
    {
        long number = owed.Has.FirstMissing(1);
        while (owed.Stream.TryFind(number, out Slab slab, out int index))
        {
            long held = slab.First + index;
            if (held > owed.Stream.Durable || (owed.InOrder && held > number))
            {
                break;
            }

            number = owed.Has.FirstMissing(held);
            if (number != held)
            {
                continue;
            }

            long limit = Math.Min(Math.Min(slab.Last, owed.Stream.Durable), owed.Has.FirstPresent(number) - 1);
            int count = slab.CountWithin(index, (int)(limit - number + 1), WireLimits.FrameAim);
            run = new SegmentRun(owed.Stream, slab, index, count);
            return true;
        }

        run = default;
        return false;
    }
}

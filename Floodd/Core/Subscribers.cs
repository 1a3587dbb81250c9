// Gives subscribers each whole update once, in the order of each origin, as fast as each one reads.
using Floodd.Client.Protocol;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Subscribers(SiteCore core)
{
    private const int ByReference = 32 * 1024;

    // For one session in one turn, in bytes: with one update more it still fits into borrowed room.
    private const int CopiedAtOnce = 31 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SiteState _state = core.State;
    private readonly List<Subscription> _all = [];

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    /// <summary>How many streams they name that are not known here.</summary>
    public int NamedCount => _all.Sum(s => s.NamedCount);

    /// <summary>Begins a subscription.</summary>
    /// <returns>The position it begins at, or null if the text is none.</returns>
    public string? Begin(Session session, Group group, ReadOnlySpan<byte> position)
    {
        var reader = new PositionReader(position);
        var subscription = new Subscription(session, group);
        switch (reader.Kind)
        {
            case PositionKind.Wrong:
                return null;
            case PositionKind.Now:
                foreach (SegmentStream stream in group.Streams)
                {
                    subscription.PlaceIn(stream).StartBehind(stream.Deliverable);
                }

                break;
            case PositionKind.Listed:
                while (reader.Next(out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence))
                {
                    var id = new StreamId(new SiteName(System.Text.Encoding.ASCII.GetString(origin)), incarnation);
                    if (sequence > 0)
                    {
                        subscription.Name(id, sequence);
                    }
                }

                foreach (SegmentStream stream in group.Streams)
                {
                    Settle(stream, subscription.PlaceIn(stream));
                }

                break;
            default:
                break;
        }

        _all.Add(subscription);
        session.Subscriptions.Add(subscription);
        core.Desk.HasOutput(session);
        string told = string.Join(',', group.Streams.Where(s => subscription.Through(s) > 0).Select(s => new UpdateId(s.Id, subscription.Through(s))).Concat(subscription.Unheard));
        return told.Length > 0 ? told : "start";
    }

    public void End(Session session)
    {
        foreach (Subscription subscription in session.Subscriptions)
        {
            _all.Remove(subscription);
            ReleaseAgain(subscription.Group);
        }

        session.Subscriptions.Clear();
    }

    /// <summary>A group has more to hand out.</summary>
    public void Grown(Group group)
    {
        foreach (Subscription subscription in _all)
        {
            if (subscription.Group == group)
            {
                subscription.Due = true;
                core.Desk.HasOutput(subscription.Session);
            }
        }
    }

    /// <summary>A group forgets a stream.</summary>
    public void Forget(SegmentStream stream) => _all.FindAll(s => s.Group == stream.Group).ForEach(s => s.Forget(stream));

    /// <summary>No subscriber that counts waits for anything up to this segment.</summary>
    public long ReleasedThrough(SegmentStream stream)
    {
        long through = long.MaxValue;
        foreach (Subscription subscription in _all)
        {
            if (subscription.Holds && subscription.Group == stream.Group)
            {
                through = Math.Min(through, subscription.Through(stream));
            }
        }

        return through;
    }

    /// <summary>Writes what is due to a session, as far as its window goes.</summary>
    public void Write(Session session)
    {
        long through = session.Out.Position + CopiedAtOnce;
        foreach (Subscription subscription in session.Subscriptions)
        {
            if (subscription.Due && HasRoom(session, through))
            {
                Write(subscription, through);
            }
        }
    }

    /// <summary>Looks which subscribers keep up.</summary>
    public void CheckProgress()
    {
        foreach (Subscription subscription in _all)
        {
            Session session = subscription.Session;
            long lag = subscription.Group.Streams.Sum(s => s.ChargeAbove(subscription.Through(s)));
            bool stuck = session.InFlight > 0 && _state.Now - session.LastWritten > Patience;
            if (lag <= _state.Store.Max / 4)
            {
                subscription.LaggingSince = Instant.Never;
            }
            else if (subscription.LaggingSince == Instant.Never)
            {
                subscription.LaggingSince = _state.Now;
            }

            bool holds = !stuck && (subscription.LaggingSince == Instant.Never || _state.Now - subscription.LaggingSince < Patience);
            if (holds != subscription.Holds)
            {
                subscription.Holds = holds;
                ReleaseAgain(subscription.Group);
            }
        }
    }

    private void ReleaseAgain(Group group)
    {
        foreach (SegmentStream stream in group.Streams)
        {
            core.Delivery.Advance(stream, stream.Exported, ReleasedThrough(stream));
        }
    }

    // What has been written asks for the next turn when the shell has it off its hands.
    private bool HasRoom(Session session, long through) => session.InFlight + session.Out.Count < core.Limits.Window && session.Out.Position < through;

    private void Write(Subscription subscription, long through)
    {
        List<SegmentStream> streams = subscription.Group.Streams;
        int idle = 0;
        while (idle < streams.Count)
        {
            SegmentStream stream = streams[subscription.Turn % streams.Count];
            subscription.Turn = (subscription.Turn + 1) % streams.Count;
            idle++;
            Subscription.Place place = subscription.PlaceIn(stream);
            long before = place.Next;
            int wrote = 0;
            while (place.Next <= stream.Deliverable && wrote < WireLimits.FrameAim && (wrote == 0 || subscription.Session.Out.Position < through) && WriteNext(subscription, stream, place, ref wrote))
            {
                idle = 0;
            }

            if (place.Next != before)
            {
                core.Delivery.Advance(stream, stream.Exported, ReleasedThrough(stream));
            }

            if (!HasRoom(subscription.Session, through))
            {
                return;
            }
        }

        subscription.Due = false;
    }

    // update GROUP ID SIZE LF payload LF
    private bool WriteNext(Subscription subscription, SegmentStream stream, Subscription.Place place, ref int wrote)
    {
        Settle(stream, place);
        long number = Math.Min(NextUpdate(stream, place.Next), stream.Deliverable + 1);
        ReplyBuffer output = subscription.Session.Out;
        if (number > place.Next)
        {
            if (place.Anchored)
            {
                output.Text($"gap {stream.Group.Name} {new UpdateId(stream.Id, place.Next)} {number - 1}\n");
            }

            place.Miss(number - 1);
        }

        if (number > stream.Deliverable)
        {
            return false;
        }

        stream.TryFind(number, out Slab slab, out int index);
        place.Anchored = true;
        if (stream.SharesKey(number) && subscription.IsPastAnother(SegmentRecord.KeyOf(slab.Record(index).Span), new UpdateId(stream.Id, number)))
        {
            place.Next = stream.LastOf(number) + 1;
            return true;
        }

        ReadOnlySpan<byte> first = slab.Record(index).Span;
        output.Put("update "u8);
        output.Put(stream.Group.NameBytes);
        output.Put(" "u8);
        output.Put(stream.IdBytes);
        output.Number(number);
        output.Put(" "u8);
        output.Number(SegmentRecord.UpdateLength(first));
        output.Put("\n"u8);
        bool ends = false;
        while (!ends)
        {
            stream.TryFind(number, out slab, out index);
            ReadOnlyMemory<byte> record = slab.Record(index);
            uint word = SegmentRecord.Word(record.Span);
            ReadOnlyMemory<byte> payload = record[SegmentRecord.PayloadOffset(word)..];
            wrote += payload.Length + 64;
            if (payload.Length >= ByReference)
            {
                core.Desk.SendByReference(subscription.Session, payload);
            }
            else
            {
                output.Put(payload.Span);
            }

            ends = SegmentRecord.Ends(word);
            number++;
        }

        output.Put("\n"u8);
        place.Next = number;
        return true;
    }

    // The first whole update at or above a number that is still held; past the end if there is none.
    private static long NextUpdate(SegmentStream stream, long number)
    {
        while (number <= stream.Deliverable)
        {
            if (stream.Lost.Contains(number))
            {
                number = stream.Lost.FirstMissing(number);
            }
            else if (!stream.TryFind(number, out Slab slab, out int index))
            {
                return long.MaxValue;
            }
            else if (slab.First + index != number)
            {
                number = slab.First + index;
            }
            else if (SegmentRecord.Begins(slab.Word(index)))
            {
                return number;
            }
            else
            {
                number++;
            }
        }

        return long.MaxValue;
    }

    // A position names updates by their first segment: the place is behind the update's last, once that is here.
    private static void Settle(SegmentStream stream, Subscription.Place place)
    {
        if (place.Seen == 0 || place.Seen > stream.Deliverable)
        {
            return;
        }

        place.Next = stream.LastOf(place.Seen) + 1;
        place.Seen = 0;
    }
}

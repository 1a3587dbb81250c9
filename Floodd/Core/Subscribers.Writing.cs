// How updates are written to a subscriber, and what lies between them. Which subscriber is due, and how much, is said in Subscribers.cs.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed partial class Subscribers
{
    private const int ByReference = 32 * 1024;

    // Updates of one segment that lie one behind the other, as small ones mostly do. All that is rare is left to WriteNext.
    private static bool WriteShort(ReplyBuffer output, SegmentStream stream, Subscription.Place place, long through, ref int wrote)
    {
        long first = place.Next;
        if (place.Seen > 0 || stream.SharesKeys || !stream.TryFind(first, out Slab slab, out int index) || slab.First + index != first)
        {
            return false;
        }

        ReadOnlySpan<byte> head = stream.LineStart;
        long last = Math.Min(Math.Min(slab.Last, stream.Deliverable), stream.Lost.FirstPresent(first) - 1);
        long number = first;
        for (; number <= last && wrote < WireLimits.FrameAim && (number == first || output.Position < through); number++)
        {
            ReadOnlySpan<byte> record = slab.Bytes(index++);
            uint word = SegmentRecord.Word(record);
            ReadOnlySpan<byte> payload = record[SegmentRecord.PayloadOffset(word)..];
            if (!SegmentRecord.IsWhole(word) || payload.Length >= ByReference)
            {
                break;
            }

            Span<byte> room = output.GetSpan(head.Length + payload.Length + UpdateLine.RestMax);
            int at = UpdateLine.Write(room, head, number, payload.Length);
            payload.CopyTo(room[at..]);
            room[at += payload.Length] = (byte)'\n';
            output.Advance(at + 1);
            wrote += payload.Length + 64;
        }

        place.Next = number;
        place.Anchored |= number > first;
        return number > first;
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
        output.Put(stream.LineStart);
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

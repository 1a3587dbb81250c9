// What a site has of the streams of a group: the question and the answer of catching up.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// digest = group:text closed:flag last:flag asks:flag entry*       (to the end of the frame)
/// entry  = stream inorder:flag floor:n ranges:n (gap:n length:n){ranges}
/// </code>
/// The ranges are those that the sender has received, each told as the distance from the end of the one before and its length.
/// <c>floor</c> is the first segment that the sender still holds at or above the first that the receiver lacked by its last digest, or
/// one past its last when there is none. <c>inorder</c>: send nothing of the stream behind a gap that you cannot fill. <c>closed</c>: send no segments until a digest says otherwise. <c>asks</c>: answer
/// with a digest of these streams, as what you hold may have changed. <c>last</c>: streams in none of the digests since the link came
/// up are unknown to the sender.
/// </summary>
public static class Digest
{
    /// <summary>The most ranges of a stream that are told; what stands above them is sent again.</summary>
    public const int RangesMax = 1024;

    /// <summary>Begins a frame; entries follow.</summary>
    public static void Begin(FieldWriter writer, GroupName group, bool closed, bool last, bool asks)
    {
        writer.BeginFrame();
        writer.Text(group.Value);
        writer.Flag(closed);
        writer.Flag(last);
        writer.Flag(asks);
    }

    /// <summary>Writes one stream.</summary>
    public static void Entry(FieldWriter writer, in DigestEntry entry)
    {
        SegmentSet received = entry.Received;
        writer.Stream(entry.Stream);
        writer.Flag(entry.InOrder);
        writer.Number(entry.Floor);
        int count = Math.Min(received.RangeCount, RangesMax);
        writer.Number((long)count);
        long end = 0;
        for (int i = 0; i < count; i++)
        {
            (long first, long last) = received[i];
            writer.Number(first - end - 1);
            writer.Number(last - first + 1);
            end = last;
        }
    }

    /// <summary>Reads one entry.</summary>
    /// <returns>False at the end or when malformed; the reader tells which.</returns>
    public static bool ReadEntry(ref FieldReader reader, out DigestEntry entry)
    {
        entry = default;
        if (reader.AtEnd)
        {
            return false;
        }

        // The floor is one past the last number there may be, when that is known to have been and is not held.
        var received = new SegmentSet();
        entry = new DigestEntry(reader.Stream(), reader.Flag(), reader.Number(WireLimits.NumberMax + 1), received);
        long end = 0;
        for (long n = reader.Number(RangesMax); n > 0 && !reader.Failed; n--)
        {
            long first = end + 1 + reader.Number(WireLimits.NumberMax);
            end = first + reader.Number(WireLimits.NumberMax) - 1;
            if (end < first || end > WireLimits.NumberMax)
            {
                reader.Refuse();
                break;
            }

            received.Add(first, end);
        }

        return !reader.Failed;
    }
}

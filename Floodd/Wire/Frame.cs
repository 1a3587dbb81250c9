// The frame: its head, its check, and taking frames out of a byte stream. Knows no payload but how much of it the check covers.
using System.Buffers.Binary;

namespace Floodd.Wire;

/// <summary>What came of looking for a frame.</summary>
public enum FrameStatus
{
    /// <summary>A whole, undamaged frame.</summary>
    Whole,

    /// <summary>Only the beginning of one is there.</summary>
    NeedMore,

    /// <summary>What is there can never become a frame.</summary>
    Broken,
}

/// <summary>
/// <code>frame = length:u32 kind:u8 zero:u24 check:u32 payload</code>
/// All numbers little-endian; <c>length</c> counts the payload; <c>check</c> is the CRC-32C of the first eight bytes and the
/// payload, of a Segments frame only the run's head, as each record carries a check of its own.
/// </summary>
public static class Frame
{
    /// <summary>The size of a frame's head, in bytes.</summary>
    public const int HeadSize = 12;

    /// <summary>How many bytes of what has come in now belong to the frame that had begun before.</summary>
    /// <param name="begun">The frame's beginning.</param>
    /// <param name="next">What came in behind it.</param>
    /// <returns>A number that may be larger than there are; 0 if nothing had begun, it is whole, its length is not known yet or forbidden.</returns>
    public static int Missing(ReadOnlySpan<byte> begun, ReadOnlySpan<byte> next)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        if (begun.IsEmpty || begun.Length + next.Length < length.Length)
        {
            return 0;
        }

        int known = Math.Min(begun.Length, length.Length);
        begun[..known].CopyTo(length);
        next[..(length.Length - known)].CopyTo(length[known..]);
        uint payload = BinaryPrimitives.ReadUInt32LittleEndian(length);
        return payload <= WireLimits.FrameMax ? Math.Max(0, HeadSize + (int)payload - begun.Length) : 0;
    }

    /// <summary>Looks at the beginning of <paramref name="input"/>.</summary>
    /// <param name="input">Unread bytes.</param>
    /// <param name="kind">The frame's kind, when whole.</param>
    /// <param name="payload">Its payload, when whole: a slice of the input.</param>
    /// <param name="consumed">The bytes that the frame takes, when whole.</param>
    /// <param name="fault">What is wrong, when broken.</param>
    public static FrameStatus Read(ReadOnlySpan<byte> input, out FrameKind kind, out ReadOnlySpan<byte> payload, out int consumed, out string fault)
    {
        kind = default;
        payload = default;
        consumed = 0;
        fault = "";
        if (input.Length < HeadSize)
        {
            return FrameStatus.NeedMore;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(input);
        uint kindAndZero = BinaryPrimitives.ReadUInt32LittleEndian(input[4..]);
        if (length > WireLimits.FrameMax)
        {
            fault = $"frame of {length} bytes, at most {WireLimits.FrameMax} expected";
            return FrameStatus.Broken;
        }

        if (kindAndZero is 0 or > byte.MaxValue)
        {
            fault = "not a frame of this protocol";
            return FrameStatus.Broken;
        }

        if (input.Length < HeadSize + (int)length)
        {
            return FrameStatus.NeedMore;
        }

        kind = (FrameKind)kindAndZero;
        payload = input.Slice(HeadSize, (int)length);
        if (kind == FrameKind.Segments && length < RunHead.Size)
        {
            fault = $"run of {length} bytes, at least {RunHead.Size} expected";
            return FrameStatus.Broken;
        }

        if (Check(input, Covered(kind, payload)) != BinaryPrimitives.ReadUInt32LittleEndian(input[8..]))
        {
            fault = $"damaged frame (kind {(int)kind}, {length} bytes)";
            return FrameStatus.Broken;
        }

        consumed = HeadSize + (int)length;
        return FrameStatus.Whole;
    }

    /// <summary>Fills in the head of a frame whose payload stands behind it, or for Segments follows with the records.</summary>
    /// <param name="frame">Room for the head, then the payload (for Segments at least the run's head).</param>
    /// <param name="kind">The kind.</param>
    /// <param name="payloadLength">The length of the whole payload.</param>
    public static void Seal(Span<byte> frame, FrameKind kind, int payloadLength)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)payloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)kind);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Check(frame, Covered(kind, frame[HeadSize..])));
    }

    private static ReadOnlySpan<byte> Covered(FrameKind kind, ReadOnlySpan<byte> payload) =>
        kind == FrameKind.Segments ? payload[..RunHead.Size] : payload;

    private static uint Check(ReadOnlySpan<byte> head, ReadOnlySpan<byte> covered) =>
        ~Crc32C.Append(Crc32C.Append(uint.MaxValue, head[..8]), covered);
}

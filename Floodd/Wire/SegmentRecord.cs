// A segment as it is stored and sent: head, check, payload. Written once by its origin, copied unchanged ever after.
using System.Buffers.Binary;
using System.Text;
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>record = word:u32 check:u32 [updateLength:u32] [key:u8{16}] payload</code>
/// <c>word</c>: bits 0-16 the payload's length, bit 29 the update has a key, bit 30 begins an update, bit 31 ends one.
/// <c>updateLength</c> is there when the segment begins an update that it does not end, <c>key</c> (a <see cref="FloodKey"/>) when
/// it begins one that has a key. <c>check</c> is the CRC-32C of the stream's seed, the segment's number, the word, and all that
/// follows the check: a segment under a wrong number or in a wrong stream fails it.
/// </summary>
public static class SegmentRecord
{
    /// <summary>The size of a record without its payload, update length and key, in bytes.</summary>
    public const int HeadSize = 8;

    /// <summary>The most bytes that a record takes.</summary>
    public const int SizeMax = HeadSize + LengthSize + FloodKey.Size + WireLimits.SegmentMax;

    private const int LengthSize = 4;
    private const uint Keyed = 1u << 29;
    private const uint Begin = 1u << 30;
    private const uint End = 1u << 31;
    private const uint LengthMask = (1u << 17) - 1;

    /// <summary>The state that the checks of a stream's records start from.</summary>
    public static uint SeedOf(GroupName group, StreamId stream) =>
        Crc32C.Append(Crc32C.Append(uint.MaxValue, Encoding.UTF8.GetBytes($"{group.Value}\n{stream.Origin.Value}\n")), stream.Incarnation);

    /// <summary>Whether the record begins an update.</summary>
    public static bool Begins(uint word) => (word & Begin) != 0;

    /// <summary>Whether the record ends an update.</summary>
    public static bool Ends(uint word) => (word & End) != 0;

    /// <summary>Whether the record is an update by itself.</summary>
    public static bool IsWhole(uint word) => (word & (Begin | End)) == (Begin | End);

    /// <summary>Whether the record begins an update that has a key.</summary>
    public static bool HasKey(uint word) => (word & Keyed) != 0;

    /// <summary>The payload's length, in bytes.</summary>
    public static int PayloadLength(uint word) => (int)(word & LengthMask);

    /// <summary>The bytes of the record before its payload.</summary>
    public static int PayloadOffset(uint word) => KeyOffset(word) + (HasKey(word) ? FloodKey.Size : 0);

    /// <summary>The bytes of the whole record.</summary>
    public static int Size(uint word) => PayloadOffset(word) + PayloadLength(word);

    /// <summary>The most bytes that a record has before its payload.</summary>
    public static int HeadMax(bool hasKey) => HeadSize + LengthSize + (hasKey ? FloodKey.Size : 0);

    /// <summary>The first four bytes of a record.</summary>
    public static uint Word(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    /// <summary>The length of the update that a record begins, in bytes.</summary>
    public static long UpdateLength(ReadOnlySpan<byte> record)
    {
        uint word = Word(record);
        return KeyOffset(word) == HeadSize ? PayloadLength(word) : BinaryPrimitives.ReadUInt32LittleEndian(record[HeadSize..]);
    }

    /// <summary>The key of the update that a record begins, if <see cref="HasKey"/>.</summary>
    public static FloodKey KeyOf(ReadOnlySpan<byte> record) => FloodKey.Read(record[KeyOffset(Word(record))..]);

    /// <summary>Checks the record at the beginning of <paramref name="input"/>.</summary>
    /// <param name="input">Records.</param>
    /// <param name="seed">From <see cref="SeedOf"/>.</param>
    /// <param name="number">The segment's number.</param>
    /// <param name="word">The record's first word, if it is whole.</param>
    /// <returns>Whether it is whole and undamaged.</returns>
    public static bool IsSound(ReadOnlySpan<byte> input, uint seed, long number, out uint word)
    {
        word = 0;
        if (input.Length < HeadSize)
        {
            return false;
        }

        word = Word(input);
        int size = Size(word);
        return (word & ~(LengthMask | Keyed | Begin | End)) == 0
            && (word & (Keyed | Begin)) != Keyed
            && PayloadLength(word) <= WireLimits.SegmentMax
            && size <= input.Length
            && CheckOf(input[..size], seed, number, word) == BinaryPrimitives.ReadUInt32LittleEndian(input[4..]);
    }

    /// <summary>Writes the record of one segment.</summary>
    /// <param name="destination">Room for it.</param>
    /// <param name="seed">From <see cref="SeedOf"/>.</param>
    /// <param name="number">The segment's number.</param>
    /// <param name="begins">Whether it begins an update.</param>
    /// <param name="ends">Whether it ends one.</param>
    /// <param name="updateLength">The whole update's length, in bytes.</param>
    /// <param name="payload">At most <see cref="WireLimits.SegmentMax"/> bytes.</param>
    /// <param name="key">The whole update's key, if it has one; only the record that begins the update carries it.</param>
    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> destination, uint seed, long number, bool begins, bool ends, long updateLength, ReadOnlySpan<byte> payload, FloodKey? key = null)
    {
        int offset = PayloadOffset(FlagsOf(begins, ends, key));
        payload.CopyTo(destination[offset..]);
        WriteHead(destination[..(offset + payload.Length)], seed, number, begins, ends, updateLength, key);
        return offset + payload.Length;
    }

    /// <summary>Writes the head of a record whose payload stands in its place already.</summary>
    /// <param name="record">The whole record.</param>
    /// <param name="seed">From <see cref="SeedOf"/>.</param>
    /// <param name="number">The segment's number.</param>
    /// <param name="begins">Whether it begins an update.</param>
    /// <param name="ends">Whether it ends one.</param>
    /// <param name="updateLength">The whole update's length, in bytes.</param>
    /// <param name="key">The whole update's key, if it has one.</param>
    public static void WriteHead(Span<byte> record, uint seed, long number, bool begins, bool ends, long updateLength, FloodKey? key)
    {
        uint flags = FlagsOf(begins, ends, key);
        uint word = flags | (uint)(record.Length - PayloadOffset(flags));
        BinaryPrimitives.WriteUInt32LittleEndian(record, word);
        int offset = KeyOffset(word);
        if (offset > HeadSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record[HeadSize..], (uint)updateLength);
        }

        if (HasKey(word))
        {
            key!.Value.Write(record[offset..]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], CheckOf(record, seed, number, word));
    }

    private static uint FlagsOf(bool begins, bool ends, FloodKey? key) => (begins && key is not null ? Keyed : 0) | (begins ? Begin : 0) | (ends ? End : 0);

    private static int KeyOffset(uint word) => (word & (Begin | End)) == Begin ? HeadSize + LengthSize : HeadSize;

    private static uint CheckOf(ReadOnlySpan<byte> record, uint seed, long number, uint word) =>
        ~Crc32C.Append(Crc32C.Append(Crc32C.Append(seed, (ulong)number), word), record[HeadSize..]);
}

// The head of a run: which stream, which segments, how old. The records that follow are the same bytes at every site.
using System.Buffers.Binary;

namespace Floodd.Wire;

/// <summary>
/// <code>run = alias:u32 first:u64 count:u32 age:u32 record{count}</code>
/// </summary>
/// <param name="Alias">The stream, as named by a Stream frame in this direction.</param>
/// <param name="First">The number of the first segment, from 1.</param>
/// <param name="Count">How many consecutive segments follow, from 1.</param>
/// <param name="AgeSeconds">The time since the oldest of them was accepted from its client, in seconds.</param>
public readonly record struct RunHead(uint Alias, long First, int Count, uint AgeSeconds)
{
    /// <summary>Its size, in bytes.</summary>
    public const int Size = 20;

    /// <summary>The number of the last segment.</summary>
    public long Last => First + Count - 1;

    /// <summary>Reads a run's head; the frame's check has held.</summary>
    /// <returns>Whether the numbers make sense.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RunHead head)
    {
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(payload[4..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(payload[12..]);
        head = new RunHead(BinaryPrimitives.ReadUInt32LittleEndian(payload), (long)first, (int)count, BinaryPrimitives.ReadUInt32LittleEndian(payload[16..]));
        return count >= 1 && count <= (payload.Length - Size) / SegmentRecord.HeadSize && first >= 1 && first <= WireLimits.NumberMax && head.Last <= WireLimits.NumberMax;
    }

    /// <summary>Writes a whole frame's beginning: the frame's head and this; <paramref name="recordBytes"/> of records are to follow.</summary>
    public void WriteFrameStart(Span<byte> destination, int recordBytes)
    {
        Span<byte> run = destination[Frame.HeadSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(run, Alias);
        BinaryPrimitives.WriteUInt64LittleEndian(run[4..], (ulong)First);
        BinaryPrimitives.WriteUInt32LittleEndian(run[12..], (uint)Count);
        BinaryPrimitives.WriteUInt32LittleEndian(run[16..], AgeSeconds);
        Frame.Seal(destination, FrameKind.Segments, Size + recordBytes);
    }
}

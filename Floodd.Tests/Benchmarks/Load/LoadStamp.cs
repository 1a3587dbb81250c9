// The first bytes of each update of a measurement: from whom, which, and when. The rest is filling.
using System.Buffers.Binary;
using System.Diagnostics;

namespace Floodd.Tests.Benchmarks.Load;

/// <summary>What is read off an update when it arrives.</summary>
/// <param name="Publisher">The site that flooded it, from 0.</param>
/// <param name="Number">Its number there, from 0.</param>
/// <param name="Sent">When, in ticks of <see cref="Stopwatch"/>, whose clock all threads share.</param>
internal readonly record struct LoadStamp(int Publisher, int Number, long Sent)
{
    /// <summary>How many bytes it takes.</summary>
    public const int Size = 16;

    /// <summary>Reads one.</summary>
    public static LoadStamp Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Publisher);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Sent);
    }
}

// CRC-32C over spans: what proves that a segment or a frame is what was sent. Detects damage, not malice.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Floodd.Wire;

/// <summary>The Castagnoli CRC (RFC 3720, appendix B.4), by the processor's instruction where it has one.</summary>
public static class Crc32C
{
    /// <summary>The CRC of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Goes on from a running state (start with all ones, end with the complement).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            state = BitOperations.Crc32C(state, b);
        }

        return state;
    }

    /// <summary>Goes on with eight bytes, little-endian.</summary>
    public static uint Append(uint state, ulong value) => BitOperations.Crc32C(state, value);

    /// <summary>Goes on with four bytes, little-endian.</summary>
    public static uint Append(uint state, uint value) => BitOperations.Crc32C(state, value);
}

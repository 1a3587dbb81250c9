// CRC-32C over spans: what proves that a segment or a frame is what was sent. Detects damage, not malice.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Floodd.Wire;

/// <summary>The Castagnoli CRC (RFC 3720, appendix B.4), by the processor's instruction where it has one.</summary>
public static class Crc32C
{
    /// <summary>What each of three that lie abreast goes over, in bytes: of a page little is left, and putting them together costs little.</summary>
    private const int Third = 336;

    private static readonly uint[] Zeros = OverZeros();

    /// <summary>The CRC of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Goes on from a running state (start with all ones, end with the complement).</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 3 * Third)
        {
            state = AppendThirds(state, bytes);
            bytes = bytes[(3 * Third)..];
        }

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

    // The instruction gives its result after three cycles and can begin in each: three lie abreast. As a CRC is linear, the state behind two
    // pieces is the state behind the first, moved over as many zeros as the second is long, and what the second alone makes of nothing
    // (Gopal et al., Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction, Intel 2011).
    private static uint AppendThirds(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(bytes[..Third]);
        ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(Third, Third))[..first.Length];
        ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * Third, Third))[..first.Length];
        uint behindSecond = 0, behindThird = 0;
        for (int i = 0; i < first.Length; i++)
        {
            state = BitOperations.Crc32C(state, LittleEndian(first[i]));
            behindSecond = BitOperations.Crc32C(behindSecond, LittleEndian(second[i]));
            behindThird = BitOperations.Crc32C(behindThird, LittleEndian(third[i]));
        }

        return Moved(Moved(state) ^ behindSecond) ^ behindThird;
    }

    private static ulong LittleEndian(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    // The state over a third of zeros, from its four bytes.
    private static uint Moved(uint state) =>
        Zeros[state & 0xFF] ^ Zeros[256 + ((state >> 8) & 0xFF)] ^ Zeros[512 + ((state >> 16) & 0xFF)] ^ Zeros[768 + (state >> 24)];

    private static uint[] OverZeros()
    {
        uint[] zeros = new uint[4 * 256];
        for (int bit = 0; bit < 32; bit++)
        {
            uint state = 1u << bit;
            for (int i = 0; i < Third; i += 8)
            {
                state = BitOperations.Crc32C(state, 0UL);
            }

            for (int value = 0; value < 256; value++)
            {
                zeros[(bit / 8 * 256) + value] ^= (value & (1 << (bit % 8))) != 0 ? state : 0;
            }
        }

        return zeros;
    }
}

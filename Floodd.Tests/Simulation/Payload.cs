// Updates that tell what they are: number, length, checksum at every 64 KiB; never shorter than asked for.
using System.Buffers.Binary;
using System.Numerics;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The bytes of simulated updates. A mark is: magic (8), number and part (8), length of the whole (4), checksum of these (4).</summary>
internal static class Payload
{
    /// <summary>The length of a mark, and of the shortest update that can carry one.</summary>
    public const int MarkLength = 24;

    /// <summary>A mark stands at each multiple of this: where the segments of an update begin.</summary>
    public const int PartLength = 64 << 10;

    private const ulong Magic = 0x9C_F1_00_DD_E5_0B_A7_3E;

    /// <summary>The first bytes of each mark, to search for.</summary>
    public static ReadOnlySpan<byte> MagicBytes => [0x3E, 0xA7, 0x0B, 0xE5, 0xDD, 0x00, 0xF1, 0x9C];

    /// <summary>Makes the bytes of an update.</summary>
    /// <param name="number">Its number in the world.</param>
    /// <param name="length">How many bytes; below <see cref="MarkLength"/> it tells nothing of itself.</param>
    public static byte[] Make(long number, int length)
    {
        byte[] bytes = new byte[length];
        var filling = new Prng((ulong)number);
        Span<byte> rest = bytes;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, filling.NextUInt64());
        }

        for (int i = 0; i < rest.Length; i++)
        {
            rest[i] = (byte)filling.NextUInt64();
        }

        for (int part = 0; length - ((long)part * PartLength) >= MarkLength; part++)
        {
            WriteMark(bytes.AsSpan(part * PartLength), ((ulong)number << 16) | (uint)part, length);
        }

        return bytes;
    }

    /// <summary>Reads the mark that the bytes begin with.</summary>
    /// <param name="bytes">Bytes that may begin with a mark.</param>
    /// <param name="key">Number (upper 48 bits) and part (lower 16).</param>
    /// <param name="length">The length of the whole update.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryReadMark(ReadOnlySpan<byte> bytes, out ulong key, out int length)
    {
        (key, length) = (0, 0);
        if (bytes.Length < MarkLength || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
        {
            return false;
        }

        key = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) == CheckOf(key, length);
    }

    /// <summary>How much of the update stands behind a mark before the next one.</summary>
    public static int PartLengthOf(ulong key, int length) => Math.Min(PartLength, length - ((int)(key & 0xFFFF) * PartLength));

    private static void WriteMark(Span<byte> to, ulong key, int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], key);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[20..], CheckOf(key, length));
    }

    private static uint CheckOf(ulong key, int length) => BitOperations.Crc32C(BitOperations.Crc32C(0, key), (uint)length);
}

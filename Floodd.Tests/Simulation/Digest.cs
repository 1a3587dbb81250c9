// Checksums that are the same on every machine and run; never used against an adversary.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Floodd.Tests.Simulation;

/// <summary>Fast checksums of bytes and texts.</summary>
internal static class Digest
{
    /// <summary>64 bits for a whole piece.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong digest = (ulong)bytes.Length + 1;
        while (bytes.Length >= 8)
        {
            digest = Mix(digest, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong rest = 0;
        foreach (byte b in bytes)
        {
            rest = (rest << 8) | b;
        }

        return Mix(digest, rest);
    }

    /// <summary>64 bits for a text.</summary>
    public static ulong Of(string text) => Of(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Stirs a value into a digest, so that order counts.</summary>
    public static ulong Mix(ulong digest, ulong value)
    {
        digest = (digest ^ value) * 0x9E3779B97F4A7C15;
        return digest ^ (digest >> 29);
    }
}

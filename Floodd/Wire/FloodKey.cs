// What sites know a client's KEY by: a digest of it, of one size, whatever the client wrote. Never tells the text.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Floodd.Wire;

/// <summary>The first 16 bytes of the SHA-256 (FIPS 180-4) of a KEY's bytes.</summary>
/// <param name="Digest">Those bytes, the first one lowest.</param>
public readonly record struct FloodKey(UInt128 Digest)
{
    /// <summary>Its size on the wire, in bytes.</summary>
    public const int Size = 16;

    /// <summary>The digest of a KEY as the client wrote it.</summary>
    public static FloodKey Of(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return Read(hash);
    }

    /// <summary>Reads one from the beginning of <paramref name="bytes"/>.</summary>
    public static FloodKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128LittleEndian(bytes));

    /// <summary>Writes it to the beginning of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128LittleEndian(destination, Digest);
}

// An update as it was flooded or exported, for comparing: its id and a digest of its bytes. A value; holds no bytes.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Floodd.Client;

namespace Floodd.Commands.Demo;

/// <summary>What is remembered of an update.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Its size, in bytes.</param>
/// <param name="Digest">128 bits of SHA-256 over its id and its bytes. Their sum over many updates does not depend on their order.</param>
internal readonly record struct ExportedUpdate(FloodId Id, long Bytes, UInt128 Digest)
{
    /// <summary>Remembers an update.</summary>
    public static ExportedUpdate Of(FloodId id, ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"{id}\n"));
        hash.AppendData(bytes);
        return new(id, bytes.Length, BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset()));
    }
}

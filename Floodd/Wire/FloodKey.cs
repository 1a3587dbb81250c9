// What sites know a client's KEY by: a digest of it, of one size, whatever the client wrote. Never tells the text.
using System.Buffers.Binary;
using System.Numerics;

namespace Floodd.Wire;

/// <summary>
/// The 128-bit SipHash-2-4 of a KEY's bytes, under a key of zeros. All sites make the same digest of a KEY, and KEYs that nobody chose to
/// collide do not. No secret is needed: who chooses two KEYs with one digest loses the second of his own floods, and to hit the KEY of another he
/// would have to know it before it is flooded, and could then use it as it is.
/// </summary>
/// <param name="Low">Its first 8 bytes, the first one lowest.</param>
/// <param name="High">The others.</param>
public readonly record struct FloodKey(ulong Low, ulong High)
{
    /// <summary>Its size on the wire, in bytes.</summary>
    public const int Size = 16;

    /// <summary>The digest of a KEY as the client wrote it.</summary>
    public static FloodKey Of(ReadOnlySpan<byte> text) => Of(text, 0, 0);

    /// <summary>The same under another key than zeros, for comparison with published values.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="k0">The first half of the key.</param>
    /// <param name="k1">The other half.</param>
    internal static FloodKey Of(ReadOnlySpan<byte> text, ulong k0, ulong k1)
    {
        ulong v0 = k0 ^ 0x736F_6D65_7073_6575, v1 = k1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE, v2 = k0 ^ 0x6C79_6765_6E65_7261, v3 = k1 ^ 0x7465_6462_7974_6573;
        ulong last = (ulong)text.Length << 56;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(text);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        for (int i = 0; i < text.Length; i++)
        {
            last |= (ulong)text[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xEE;
        ulong low = Finish(ref v0, ref v1, ref v2, ref v3);
        v1 ^= 0xDD;
        return new FloodKey(low, Finish(ref v0, ref v1, ref v2, ref v3));
    }

    /// <summary>Reads one from the beginning of <paramref name="bytes"/>.</summary>
    public static FloodKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]));

    /// <summary>Writes it to the beginning of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[sizeof(ulong)..], High);
    }

    private static ulong Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}

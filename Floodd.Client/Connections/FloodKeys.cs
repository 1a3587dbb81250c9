// Names for floods that nobody else uses. Never gives one twice.
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Floodd.Client.Connections;

/// <summary>Keys of one client: 64 random bits in base 32, a dot, a counter.</summary>
internal sealed class FloodKeys
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private readonly string client = Base32(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long count;

    /// <summary>The next key.</summary>
    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{client}.{Interlocked.Increment(ref count)}");

    private static string Base32(byte[] bytes)
    {
        ulong rest = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return string.Create(13, rest, static (text, left) =>
        {
            for (int i = text.Length - 1; i >= 0; i--)
            {
                text[i] = Digits[(int)(left & 31)];
                left >>= 5;
            }
        });
    }
}

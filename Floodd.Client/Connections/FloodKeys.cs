// Names for floods that nobody else uses. Never gives one twice.
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Floodd.Client.Connections;

/// <summary>Keys of one client: 64 random bits in base 32, a dot, a counter.</summary>
internal sealed class FloodKeys
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private readonly string _client = Base32(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _count;

    /// <summary>The most bytes that a key has.</summary>
    public const int SizeMax = 13 + 1 + 20;

    /// <summary>Writes the next key.</summary>
    /// <param name="to">Room for it.</param>
    /// <returns>How many bytes it has.</returns>
    public int Next(Span<byte> to)
    {
        int size = Encoding.ASCII.GetBytes(_client, to);
        to[size++] = (byte)'.';
        Interlocked.Increment(ref _count).TryFormat(to[size..], out int digits, default, CultureInfo.InvariantCulture);
        return size + digits;
    }

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

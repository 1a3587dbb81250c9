// Makes inputs out of others: bits, numbers, words, splices, repetitions, truncations. It knows no grammar.
using System.Text;
using Floodd.Model;

namespace Floodd.Tests.Fuzzing;

/// <summary>Bends the inputs of a corpus.</summary>
/// <param name="corpus">Inputs that mean something.</param>
/// <param name="words">What stands in such inputs.</param>
/// <param name="lengthMax">The longest input, in bytes.</param>
internal sealed class Mutator(byte[][] corpus, byte[][] words, int lengthMax = 2048)
{
    private static readonly byte[][] Edges =
    [
        .. new[] { "0", "1", "-1", "+5", "0x10", "1e9", "127", "128", "255", "256", "32767", "32768", "65535", "65536", "2147483591", "2147483647", "2147483648",
            "4294967295", "4294967296", "9999999999", "99999999999", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "281474976710656", "NaN", "Infinity", "1.5", ".", "00", "ffffffffffffffff", "10000000000000000" }.Select(Encoding.ASCII.GetBytes),
        [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80], [0x80, 0x80, 0x80, 0x80, 0x10], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ];

    /// <summary>From texts.</summary>
    public static Mutator OfTexts(string[] corpus, string[] words, int lengthMax = 2048) =>
        new([.. corpus.Select(Encoding.UTF8.GetBytes)], [.. words.Select(Encoding.UTF8.GetBytes)], lengthMax);

    /// <summary>The next input; now and then one of the corpus as it is.</summary>
    public byte[] Next(Prng random)
    {
        var bytes = new List<byte>(corpus[random.Next(corpus.Length)]);
        for (int steps = random.Next(6); steps > 0; steps--)
        {
            Bend(bytes, random);
        }

        if (bytes.Count > lengthMax)
        {
            bytes.RemoveRange(lengthMax, bytes.Count - lengthMax);
        }

        return [.. bytes];
    }

    /// <summary>Bends one input in one way.</summary>
    public void Bend(List<byte> bytes, Prng random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(4) == 0 ? 64 : 4));
        switch (random.Next(11))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.NextUInt64();
                break;
            case 2:
                bytes.InsertRange(at, words[random.Next(words.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, words[random.Next(words.Length)]);
                break;
            case 4:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Edges[random.Next(Edges.Length)]);
                break;
            case 5:
                bytes.RemoveRange(at, length);
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 7:
                byte[] other = corpus[random.Next(corpus.Length)];
                int from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, random.Next(other.Length - from + 1)));
                break;
            case 8 when length > 0:
                byte[] piece = [.. bytes.GetRange(at, length)];
                for (int times = random.Next(20); times > 0 && bytes.Count < lengthMax; times--)
                {
                    bytes.InsertRange(at, piece);
                }

                break;
            case 9 when at < bytes.Count:
                bytes[at] = (byte)(bytes[at] + (random.Next(2) == 0 ? 1 : -1));
                break;
            default:
                bytes.Insert(at, (byte)random.NextUInt64());
                break;
        }
    }
}

// Holds the CRC to the vectors of RFC 3720, appendix B.4. Knows nothing of frames.
using System.Text;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class Crc32CTests
{
    [Test]
    public void Thirty_two_zeros_ones_and_counts_have_the_sums_of_the_RFC()
    {
        byte[] up = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Assert.Multiple(() =>
        {
            Assert.That(Crc32C.Of(new byte[32]), Is.EqualTo(0x8A9136AA));
            Assert.That(Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]), Is.EqualTo(0x62A8AB43));
            Assert.That(Crc32C.Of(up), Is.EqualTo(0x46DD794E));
            Assert.That(Crc32C.Of([.. up.Reverse()]), Is.EqualTo(0x113FDB5C));
        });
    }

    [Test]
    public void The_RFC_s_read_command_has_its_sum()
    {
        byte[] command = Convert.FromHexString("01C00000000000000000000000000000140000000000040000000014000000182800000000000000" + "0200000000000000");
        Assert.That(Crc32C.Of(command), Is.EqualTo(0xD9963A56));
    }

    [Test]
    public void Digits_have_the_check_value_of_the_catalog() =>
        Assert.That(Crc32C.Of(Encoding.ASCII.GetBytes("123456789")), Is.EqualTo(0xE3069283));

    [Test]
    public void Going_on_from_any_place_gives_the_sum_of_the_whole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 41).Select(i => (byte)(i * 37))];
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            uint state = Crc32C.Append(Crc32C.Append(uint.MaxValue, bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
            Assert.That(~state, Is.EqualTo(Crc32C.Of(bytes)), $"cut at {cut}");
        }
    }

    [Test]
    public void Long_ones_have_the_sum_that_byte_by_byte_gives()
    {
        byte[] bytes = new byte[6000];
        new Random(1).NextBytes(bytes);
        for (int start = 0; start < 3; start++)
        {
            uint state = uint.MaxValue;
            for (int length = 0; start + length < bytes.Length; length++)
            {
                Assert.That(Crc32C.Of(bytes.AsSpan(start, length)), Is.EqualTo(~state), $"{length} bytes");
                state = Slow(state, bytes[start + length]);
            }
        }
    }

    [Test]
    public void Numbers_count_as_their_bytes_little_endian()
    {
        uint state = Crc32C.Append(Crc32C.Append(uint.MaxValue, 0x0807060504030201UL), 0x0C0B0A09U);
        Assert.That(~state, Is.EqualTo(Crc32C.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])));
    }

    // The polynomial, reflected, bit by bit.
    private static uint Slow(uint state, byte value)
    {
        state ^= value;
        for (int bit = 0; bit < 8; bit++)
        {
            state = (state >> 1) ^ ((state & 1) * 0x82F63B78);
        }

        return state;
    }
}

// Segments as they stand in the store and on the wire, and the head of a run of them: sound only as written, where it was written.
using System.Buffers.Binary;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class SegmentRecordTests
{
    private static readonly FloodKey Key = FloodKey.Of("K"u8);
    private static readonly uint Seed = SegmentRecord.SeedOf(Samples.Mirror, Samples.Stream);

    [Test]
    public void A_record_is_sound_and_tells_what_was_written([Values] bool begins, [Values] bool ends, [Values] bool keyed, [Values(0, 1, 7, 65_536)] int size)
    {
        byte[] record = Write(begins, ends, size, number: 42, updateLength: 100_000, keyed);
        bool sound = SegmentRecord.IsSound(record, Seed, 42, out uint word);
        Assert.Multiple(() =>
        {
            Assert.That(sound);
            Assert.That(SegmentRecord.Begins(word), Is.EqualTo(begins));
            Assert.That(SegmentRecord.Ends(word), Is.EqualTo(ends));
            Assert.That(SegmentRecord.HasKey(word), Is.EqualTo(begins && keyed));
            Assert.That(SegmentRecord.HasKey(word) ? SegmentRecord.KeyOf(record) : Key, Is.EqualTo(Key));
            Assert.That(SegmentRecord.PayloadLength(word), Is.EqualTo(size));
            Assert.That(record[SegmentRecord.PayloadOffset(word)..], Is.EqualTo(PayloadOf(size)));
            Assert.That(SegmentRecord.Size(word), Is.EqualTo(record.Length));
            Assert.That(record.Length, Is.LessThanOrEqualTo(SegmentRecord.SizeMax));
            Assert.That(SegmentRecord.UpdateLength(record), Is.EqualTo(begins && !ends ? 100_000 : size));
        });
    }

    [Test]
    public void A_record_cut_anywhere_is_not_sound([Values] bool ends, [Values] bool keyed)
    {
        byte[] record = Write(true, ends, 40, 1, 80, keyed);
        for (int length = 0; length < record.Length; length++)
        {
            Assert.That(SegmentRecord.IsSound(record.AsSpan(0, length), Seed, 1, out _), Is.False, $"cut at {length}");
        }
    }

    [Test]
    public void A_bit_flipped_anywhere_makes_a_record_unsound([Values] bool ends, [Values] bool keyed)
    {
        byte[] record = Write(true, ends, 40, 1, 80, keyed);
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            // With room behind it, so that a length that grew is not found out by the end alone.
            byte[] bent = [.. record, .. new byte[WireLimits.SegmentMax]];
            bent[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(SegmentRecord.IsSound(bent, Seed, 1, out _), Is.False, $"bit {bit}");
        }
    }

    [Test]
    public void A_record_under_another_number_or_in_another_stream_is_not_sound()
    {
        byte[] record = Write(true, true, 40, 5, 40);
        Assert.That(SegmentRecord.IsSound(record, Seed, 6, out _), Is.False);
        foreach (uint other in new[]
        {
            SegmentRecord.SeedOf(new GroupName("mirror-2"), Samples.Stream),
            SegmentRecord.SeedOf(Samples.Mirror, Samples.Stream with { Origin = Samples.Master }),
            SegmentRecord.SeedOf(Samples.Mirror, Samples.Stream with { Incarnation = 1 }),
        })
        {
            Assert.That(SegmentRecord.IsSound(record, other, 5, out _), Is.False);
        }
    }

    [Test]
    public void A_payload_over_the_limit_is_not_sound_even_with_a_right_check()
    {
        byte[] record = new byte[SegmentRecord.HeadSize + WireLimits.SegmentMax + 1];
        SegmentRecord.Write(record, Seed, 1, true, true, 0, record.AsSpan(SegmentRecord.HeadSize).ToArray());
        Assert.That(SegmentRecord.IsSound(record, Seed, 1, out _), Is.False);
    }

    [Test]
    public void A_key_in_the_middle_of_an_update_is_not_sound_even_with_a_right_check([Values] bool ends)
    {
        uint word = 7 | (1u << 29) | (ends ? 1u << 31 : 0);
        byte[] record = new byte[SegmentRecord.Size(word)];
        BinaryPrimitives.WriteUInt32LittleEndian(record, word);
        uint check = ~Crc32C.Append(Crc32C.Append(Crc32C.Append(Seed, 1UL), word), record.AsSpan(SegmentRecord.HeadSize));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), check);
        Assert.That(SegmentRecord.IsSound(record, Seed, 1, out _), Is.False);
    }

    [TestCase(0, "a3817f04ba25a8e66df67214c7550293")]
    [TestCase(1, "da87c1d86b99af44347659119b22fc45")]
    [TestCase(2, "8177228da4a45dc7fca38bdef60affe4")]
    [TestCase(15, "5493e99933b0a8117e08ec0f97cfc3d9")]
    public void The_digest_is_the_SipHash_that_was_published(int length, string digest)
    {
        // The vectors of its authors: bytes that count from 0, under a key that does so too.
        byte[] bytes = [.. Enumerable.Range(0, Math.Max(FloodKey.Size, length)).Select(i => (byte)i)];
        byte[] written = new byte[FloodKey.Size];
        FloodKey.Of(bytes.AsSpan(0, length), BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes, 8)).Write(written);
        Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(digest));
    }

    [Test]
    public void A_key_is_the_digest_of_what_the_client_wrote()
    {
        byte[] bytes = new byte[FloodKey.Size];
        FloodKey.Of("K"u8).Write(bytes);
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo("7ada08cd51bdf678d869e8f7aaa4d571"), "as the document of the protocol says");
        Assert.That(FloodKey.Read(bytes), Is.EqualTo(FloodKey.Of("K"u8)));
    }

    [Test]
    public void Made_up_records_are_not_sound_and_do_not_throw()
    {
        var random = new Prng(1);
        byte[] input = new byte[64];
        for (int round = 0; round < 100_000; round++)
        {
            FrameTests.Fill(random, input);
            if (random.Chance(0.8))
            {
                BinaryPrimitives.WriteUInt32LittleEndian(input, (uint)random.Next(64) | ((uint)random.Next(8) << 29));
            }

            Assert.That(SegmentRecord.IsSound(input.AsSpan(0, random.Next(65)), Seed, random.Next(9), out _), Is.False, $"round {round}");
        }
    }

    [Test]
    public void The_head_of_a_run_is_read_as_written()
    {
        var head = new RunHead(7, WireLimits.NumberMax - 2, 3, uint.MaxValue);
        byte[] frame = new byte[Frame.HeadSize + RunHead.Size + 24];
        head.WriteFrameStart(frame, 24);
        Assert.That(Frame.Read(frame, out _, out ReadOnlySpan<byte> payload, out _, out _), Is.EqualTo(FrameStatus.Whole));
        Assert.That(RunHead.TryRead(payload, out RunHead read), Is.True);
        Assert.That(read, Is.EqualTo(head));
    }

    [TestCase(0UL, 1u, TestName = "A_run_that_begins_with_nothing_makes_no_sense")]
    [TestCase(1UL, 0u, TestName = "A_run_of_nothing_makes_no_sense")]
    [TestCase(1UL, 4u, TestName = "A_run_of_more_than_fit_into_it_makes_no_sense")]
    [TestCase(1UL, uint.MaxValue, TestName = "A_run_of_four_thousand_million_makes_no_sense")]
    [TestCase(ulong.MaxValue, 1u, TestName = "A_run_that_begins_below_nothing_makes_no_sense")]
    [TestCase((ulong)long.MaxValue, 2u, TestName = "A_run_beyond_the_last_number_makes_no_sense")]
    [TestCase(1UL << 63, 1u, TestName = "A_run_that_begins_where_numbers_end_makes_no_sense")]
    public void A_run_s_head_makes_no_sense(ulong first, uint count)
    {
        byte[] payload = new byte[RunHead.Size + (3 * SegmentRecord.HeadSize)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(4), first);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(12), count);
        Assert.That(RunHead.TryRead(payload, out _), Is.False);
    }

    private static byte[] PayloadOf(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];

    private static byte[] Write(bool begins, bool ends, int size, long number, long updateLength, bool keyed = false)
    {
        byte[] record = new byte[SegmentRecord.SizeMax];
        return record[..SegmentRecord.Write(record, Seed, number, begins, ends, updateLength, PayloadOf(size), keyed ? Key : null)];
    }
}

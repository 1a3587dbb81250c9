// The fields that frames are made of: what is written is read, and what is too long, cut or no text fails without a throw.
using System.Text;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class FieldTests
{
    [Test]
    public void Numbers_of_every_length_are_read_as_written_and_cut_they_fail()
    {
        for (int bits = 0; bits <= 64; bits++)
        {
            ulong value = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
            var writer = new FieldWriter();
            writer.Number(value);
            var reader = new FieldReader(writer.Written.Span);
            Assert.That(reader.Number(), Is.EqualTo(value));
            Assert.That(reader.AtEnd && !reader.Failed);
            for (int length = 0; length < writer.Length; length++)
            {
                reader = new FieldReader(writer.Written.Span[..length]);
                reader.Number();
                Assert.That(reader.Failed, $"{bits} bits cut at {length}");
            }
        }
    }

    [TestCase("FFFFFFFFFFFFFFFFFF02")]
    [TestCase("FFFFFFFFFFFFFFFFFF7F")]
    [TestCase("80808080808080808080" + "01")]
    [TestCase("FFFFFFFFFFFFFFFFFFFF" + "FFFF")]
    [TestCase("")]
    public void A_number_of_more_than_64_bits_fails(string hex)
    {
        var reader = new FieldReader(Convert.FromHexString(hex));
        Assert.That(reader.Number(), Is.Zero);
        Assert.That(reader.Failed);
    }

    [Test]
    public void A_number_over_its_bound_fails()
    {
        var reader = new FieldReader([5, 6]);
        Assert.That(reader.Number(5), Is.EqualTo(5));
        Assert.That(reader.Number(5), Is.Zero);
        Assert.That(reader.Failed);
    }

    [Test]
    public void No_number_is_within_a_bound_below_nothing()
    {
        var reader = new FieldReader([0]);
        reader.Number(-1);
        Assert.That(reader.Failed);
    }

    [Test]
    public void A_flag_is_0_or_1()
    {
        var reader = new FieldReader([0, 1, 2]);
        Assert.That(reader.Flag(), Is.False);
        Assert.That(reader.Flag(), Is.True);
        Assert.That(reader.Flag(), Is.False);
        Assert.That(reader.Failed);
    }

    [TestCase("")]
    [TestCase("inferno")]
    [TestCase("Größe ☃ 🜂")]
    public void A_text_is_read_as_written(string text)
    {
        var writer = new FieldWriter();
        writer.Text(text);
        var reader = new FieldReader(writer.Written.Span);
        Assert.That(reader.Text(64), Is.EqualTo(text));
        Assert.That(reader.AtEnd && !reader.Failed);
    }

    [Test]
    public void A_text_longer_than_allowed_or_than_what_is_there_fails()
    {
        var reader = new FieldReader("\u0005abcde"u8);
        Assert.That(reader.Text(4), Is.Empty);
        Assert.That(reader.Failed);
        reader = new FieldReader("\u0006abcde"u8);
        Assert.That(reader.Text(64), Is.Empty);
        Assert.That(reader.Failed);
    }

    [TestCase("C0AF", TestName = "An_overlong_form_is_no_text")]
    [TestCase("EDA080", TestName = "Half_a_surrogate_pair_is_no_text")]
    [TestCase("F4908080", TestName = "A_character_beyond_the_last_is_no_text")]
    [TestCase("E282", TestName = "A_cut_character_is_no_text")]
    [TestCase("80", TestName = "A_continuation_alone_is_no_text")]
    public void Bytes_that_are_not_UTF_8_fail(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var reader = new FieldReader([(byte)bytes.Length, .. bytes]);
        Assert.That(reader.Text(64), Is.Empty);
        Assert.That(reader.Failed);
    }

    [TestCase("", false)]
    [TestCase("a", true)]
    [TestCase("-a", false)]
    [TestCase("a b", false)]
    [TestCase("a\n", false)]
    [TestCase("ä", false)]
    public void A_name_that_is_none_fails(string text, bool isName)
    {
        var writer = new FieldWriter();
        writer.Text(text);
        var reader = new FieldReader(writer.Written.Span);
        reader.Site();
        Assert.That(reader.Failed, Is.Not.EqualTo(isName));
        reader = new FieldReader(writer.Written.Span);
        reader.Group();
        Assert.That(reader.Failed, Is.Not.EqualTo(isName));
    }

    [Test]
    public void A_name_of_65_letters_fails_and_of_64_does_not([Values(64, 65)] int length)
    {
        var writer = new FieldWriter();
        writer.Text(new string('x', length));
        var reader = new FieldReader(writer.Written.Span);
        reader.Site();
        Assert.That(reader.Failed, Is.EqualTo(length > NameRule.MaxLength));
    }

    [Test]
    public void After_a_failure_every_field_is_empty()
    {
        var reader = new FieldReader([2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        reader.Flag();
        Assert.That(reader.Number(), Is.Zero);
        Assert.That(reader.Text(9), Is.Empty);
        Assert.That(reader.Bytes(9).Length, Is.Zero);
        Assert.That(reader.Real(), Is.NaN);
        Assert.That(reader.Time(), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Times_are_read_to_the_millisecond_and_ten_years_are_the_longest()
    {
        var writer = new FieldWriter();
        writer.Time(TimeSpan.FromMilliseconds(12_345));
        writer.Time(TimeSpan.FromDays(3660));
        writer.Time(TimeSpan.FromDays(3661));
        var reader = new FieldReader(writer.Written.Span);
        Assert.That(reader.Time(), Is.EqualTo(TimeSpan.FromMilliseconds(12_345)));
        Assert.That(reader.Time(), Is.EqualTo(TimeSpan.FromDays(3660)));
        reader.Time();
        Assert.That(reader.Failed);
    }

    [Test]
    public void A_writer_that_was_cleared_writes_the_same_frame_again()
    {
        var writer = new FieldWriter();
        writer.Bytes(new byte[5000]);
        writer.Clear();
        SmallFrames.WriteStamp(writer, FrameKind.Ping, 7);
        byte[] again = writer.Written.ToArray();
        writer = new FieldWriter();
        SmallFrames.WriteStamp(writer, FrameKind.Ping, 7);
        Assert.That(again, Is.EqualTo(writer.Written.ToArray()));
    }

    [Test]
    public void Frames_stand_one_behind_the_other()
    {
        var writer = new FieldWriter();
        var expected = new List<byte>();
        for (int i = 0; i < 300; i++)
        {
            SmallFrames.WriteGoodbye(writer, GoodbyeReason.Broken, new string('x', i));
            var one = new FieldWriter();
            SmallFrames.WriteGoodbye(one, GoodbyeReason.Broken, new string('x', i));
            Assert.That(writer.FrameLength, Is.EqualTo(one.Length));
            expected.AddRange(one.Written.Span);
        }

        Assert.That(writer.Written.ToArray(), Is.EqualTo(expected));
        Assert.That(Encoding.UTF8.GetString(expected.ToArray()), Does.Contain("xxx"));
    }
}

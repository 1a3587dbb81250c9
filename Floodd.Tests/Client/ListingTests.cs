// Listings: what a DotWriter writes and ListingLine reads, and the positions of subscribers. No sockets.
using System.Buffers;
using System.Text;
using Floodd.Client.Protocol;
using NUnit.Framework;

namespace Floodd.Tests.Client;

internal sealed class ListingTests
{
    [Test]
    public void Lines_are_stuffed_and_ended()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new DotWriter(output);
        writer.Begin(ReplyCode.Help, "help");
        writer.Write(".");
        writer.Write("..x");
        writer.Write("a\r\n.b\n");
        writer.Write("");
        writer.End();
        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo("100 help follows\n..\n...x\na\n..b\n\n.\n"));
    }

    [Test]
    public void A_line_is_read_as_name_words_and_fields()
    {
        ListingLine? line = ListingLine.Parse("(:link a b (:rtt-ms 12.5) (:note\"x \\\"y\\\"\")(:site s1)(:site s2) (:new (:deep 1) 2) (:flag))");
        Assert.That(line, Is.Not.Null);
        Assert.That(line!.Name, Is.EqualTo("link"));
        Assert.That(line.Words, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(line.Number("rtt-ms"), Is.EqualTo(12.5));
        Assert.That(line["note"], Is.EqualTo("x \"y\""));
        Assert.That(line.All("site"), Is.EqualTo(new[] { "s1", "s2" }));
        Assert.That(line["new"], Is.EqualTo("2"));
        Assert.That(line["flag"], Is.Null);
        Assert.That(line.Whole("none", -1), Is.EqualTo(-1));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("(")]
    [TestCase(")")]
    [TestCase("()")]
    [TestCase("(:a")]
    [TestCase("(:a) x")]
    [TestCase("(:a \"x)")]
    [TestCase("((((((:a))))))")]
    public void What_is_no_listing_line_is_null(string text) => Assert.That(ListingLine.Parse(text), Is.Null);

    [TestCase("", "Now")]
    [TestCase("now", "Now")]
    [TestCase("START", "Start")]
    [TestCase("a/1f/2", "Listed a:1f:2")]
    [TestCase("a/1/0,b.c/ffffffffffffffff/9223372036854775807", "Listed a:1:0 b.c:ffffffffffffffff:9223372036854775807")]
    [TestCase("a", "Wrong")]
    [TestCase("a/1", "Wrong")]
    [TestCase("a/1/2,", "Wrong")]
    [TestCase(",a/1/2", "Wrong")]
    [TestCase(",", "Wrong")]
    [TestCase("a/1/2,,b/1/2", "Wrong")]
    [TestCase("a/1/-2", "Wrong")]
    [TestCase("a/g/2", "Wrong")]
    [TestCase("a//2", "Wrong")]
    [TestCase("a/1/", "Wrong")]
    [TestCase("/1/2", "Wrong")]
    [TestCase("-a/1/2", "Wrong")]
    [TestCase("a/1/2/3", "Wrong")]
    [TestCase("a/10000000000000000/2", "Wrong")]
    [TestCase("a/1/9223372036854775808", "Wrong")]
    public void A_position_is_read(string text, string expected)
    {
        var reader = new PositionReader(Encoding.ASCII.GetBytes(text));
        var seen = new StringBuilder(reader.Kind.ToString());
        while (reader.Kind == PositionKind.Listed && reader.Next(out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence))
        {
            seen.Append(FormattableString.Invariant($" {Encoding.ASCII.GetString(origin)}:{incarnation:x}:{sequence}"));
        }

        Assert.That(seen.ToString(), Is.EqualTo(expected));
    }
}

// Holds the buffer of replies to keeping what was not taken, whatever its size.
using Floodd.Core;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class ReplyBufferTests
{
    [TestCase(10)]
    [TestCase(1000)]
    [TestCase(1_000_000)]
    public void A_buffer_of_any_size_begins_anew(int size)
    {
        var buffer = new ReplyBuffer();
        buffer.Put(new byte[size]);
        Assert.That(buffer.Take().Length, Is.EqualTo(size));
        buffer.Clear();
        buffer.Put("250 pong\n"u8);
        Assert.That(buffer.Take().ToArray(), Is.EqualTo("250 pong\n"u8.ToArray()));
    }

    [Test]
    public void What_is_lent_stays_when_it_goes_on_elsewhere()
    {
        var spare = new SpareRoom();
        var buffer = new ReplyBuffer(spare);
        var lent = new List<ReadOnlyMemory<byte>>();
        for (byte i = 0; i < 4; i++)
        {
            buffer.Put(Enumerable.Repeat(i, 20_000).ToArray());
            lent.Add(buffer.Take());
            buffer.GoOnElsewhere();
        }

        Assert.That(lent.Select((one, i) => one.Length == 20_000 && one.Span.IndexOfAnyExcept((byte)i) < 0), Has.All.True);
        Assert.That(buffer.Position, Is.EqualTo(80_000));
        buffer.Clear();
        Assert.That(new[] { spare.Take(), spare.Take(), spare.Take() }, Is.Unique);
    }

    [TestCase(10)]
    [TestCase(1_000_000)]
    public void What_was_not_taken_stays(int size)
    {
        var buffer = new ReplyBuffer();
        buffer.Put(new byte[size]);
        buffer.Take();
        buffer.Put("250 pong\n"u8);
        buffer.Clear();
        Assert.That(buffer.Take().ToArray(), Is.EqualTo("250 pong\n"u8.ToArray()));
    }
}

// The small parts that every connection and timer stands on: carried bytes, replies on their way, deadlines.
using System.Text;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class BufferTests
{
    [Test]
    public void What_is_carried_and_what_comes_are_one_input([Range(1, 10)] int seed)
    {
        var random = new Prng((ulong)seed);
        byte[] all = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i * 31 >> 3))];
        var carried = new CarriedBytes();
        int at = 0, read = 0;
        while (at < all.Length)
        {
            int count = Math.Min(random.Next(random.Chance(0.1) ? 9000 : 50), all.Length - at);
            ReadOnlySpan<byte> input = carried.With(all.AsSpan(at, count));
            at += count;
            Assert.That(input.SequenceEqual(all.AsSpan(read, at - read)), $"at {at}");
            int taken = random.Next(input.Length + 1);
            read += taken;
            carried.Keep(input[taken..]);
            Assert.That(carried.Count, Is.EqualTo(at - read));
        }
    }

    [Test]
    public void Where_nothing_is_carried_nothing_is_copied()
    {
        var carried = new CarriedBytes();
        byte[] input = [1, 2, 3];
        Assert.That(carried.With(input).Overlaps(input));
        carried.Keep(input.AsSpan(1));
        Assert.That(carried.Span.Overlaps(input), Is.False);
        carried.Add([4]);
        Assert.That(carried.Span.ToArray(), Is.EqualTo(new byte[] { 2, 3, 4 }));
    }

    [Test]
    public void A_reply_s_slices_stay_as_they_are_while_it_grows()
    {
        var buffer = new ReplyBuffer();
        var slices = new List<ReadOnlyMemory<byte>>();
        var expected = new StringBuilder();
        for (int i = 0; i < 500; i++)
        {
            buffer.Line(200 + i, $"grüße {i}");
            expected.Append(null, $"{200 + i} grüße {i}\n");
            if (i % 7 == 0)
            {
                slices.Add(buffer.Take());
                Assert.That(buffer.Count, Is.Zero);
            }
        }

        slices.Add(buffer.Take());
        Assert.That(string.Concat(slices.Select(s => Encoding.UTF8.GetString(s.Span))), Is.EqualTo(expected.ToString()));
    }

    [Test]
    public void What_was_not_taken_survives_a_new_beginning()
    {
        var buffer = new ReplyBuffer();
        buffer.Text("taken ");
        buffer.Take();
        buffer.Text("left");
        buffer.Clear();
        buffer.Put(" and new"u8);
        buffer.Number(-42);
        Assert.That(Encoding.UTF8.GetString(buffer.Take().Span), Is.EqualTo("left and new-42"));
        Assert.That(buffer.Count, Is.Zero);
    }

    [Test]
    public void A_buffer_that_was_large_begins_small_again_and_still_works()
    {
        var buffer = new ReplyBuffer();
        buffer.Put(new byte[1 << 20]);
        buffer.Take();
        buffer.Clear();
        buffer.Clear();
        buffer.Text("small");
        Assert.That(Encoding.UTF8.GetString(buffer.Take().Span), Is.EqualTo("small"));
        buffer.Number(long.MinValue);
        Assert.That(Encoding.UTF8.GetString(buffer.Take().Span), Is.EqualTo("-9223372036854775808"));
    }

    [Test]
    public void Deadlines_of_one_time_run_in_the_order_in_which_they_were_asked_for()
    {
        var deadlines = new Deadlines();
        var random = new Prng(1);
        var expected = new List<(long Due, int Order)>();
        var done = new List<(long Due, int Order)>();
        for (int i = 0; i < 2000; i++)
        {
            (long Due, int Order) entry = (random.Next(20), i);
            expected.Add(entry);
            deadlines.At(new Instant(entry.Due), () => done.Add(entry));
        }

        for (long now = 0; now < 20; now++)
        {
            Assert.That(deadlines.Next, Is.EqualTo(new Instant(now)));
            deadlines.Run(new Instant(now));
        }

        Assert.That(done, Is.EqualTo(expected.Order()));
        Assert.That(deadlines.Next, Is.EqualTo(Instant.Never));
    }

    [Test]
    public void A_deadline_that_was_moved_or_taken_back_wakes_nobody_for_what_it_was()
    {
        var deadlines = new Deadlines();
        int passed = 0;
        var deadline = new Deadline(deadlines, () => passed++);
        Assert.That(deadlines.Next, Is.EqualTo(Instant.Never));
        deadline.Move(new Instant(5));
        deadline.MoveUp(new Instant(7));
        Assert.That(deadlines.Next, Is.EqualTo(new Instant(5)));
        deadline.Move(new Instant(9));
        Assert.That(deadlines.Next, Is.EqualTo(new Instant(9)));
        deadline.MoveUp(new Instant(8));
        Assert.That((deadlines.Next, deadlines.Run(new Instant(7)), passed), Is.EqualTo((new Instant(8), false, 0)));
        Assert.That((deadlines.Run(new Instant(8)), passed, deadline.Due, deadlines.Next), Is.EqualTo((true, 1, Instant.Never, Instant.Never)));
        deadline.Move(new Instant(10));
        deadline.Clear();
        Assert.That(deadlines.Next, Is.EqualTo(Instant.Never));
        deadline.Move(new Instant(10));
        Assert.That((deadlines.Run(new Instant(20)), passed), Is.EqualTo((true, 2)), "once, though it was set to that time twice");
    }

    [Test]
    public void What_a_deadline_asks_for_by_now_is_done_now_and_the_rest_later()
    {
        var deadlines = new Deadlines();
        var done = new List<string>();
        deadlines.At(new Instant(5), () =>
        {
            done.Add("first");
            deadlines.At(new Instant(5), () => done.Add("third"));
            deadlines.At(new Instant(6), () => done.Add("fourth"));
        });
        deadlines.At(new Instant(5), () => done.Add("second"));
        deadlines.Run(new Instant(4));
        Assert.That(done, Is.Empty);
        deadlines.Run(new Instant(5));
        Assert.That(done, Is.EqualTo(new[] { "first", "second", "third" }));
        Assert.That(deadlines.Next, Is.EqualTo(new Instant(6)));
    }
}

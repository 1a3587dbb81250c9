// Records in one array: what is put in, how much of it fits somewhere, and what is left when the end is cut off.
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class SlabTests
{
    private static readonly StreamId Stream = new(new SiteName("a"), 1);

    [Test]
    public void Records_are_given_back_as_they_were_put_in()
    {
        byte[] records = Piece.Records(Rig.Mirror, Stream, 10, Piece.Begin("one"), Piece.End(""), Piece.Whole("three"));
        var slab = new Slab(10, 100, Instant.Zero);
        slab.Append(records);
        Assert.Multiple(() =>
        {
            Assert.That((slab.First, slab.Last, slab.Count), Is.EqualTo((10L, 12L, 3)));
            Assert.That(slab.Records(0, 3).ToArray(), Is.EqualTo(records));
            Assert.That(slab.Record(1).ToArray(), Is.EqualTo(records[15..23]));
            Assert.That(slab.Records(1, 2).ToArray(), Is.EqualTo(records[15..]));
            Assert.That(slab.Charge, Is.EqualTo(Slab.ChargeOf(records.Length, 3)));
            Assert.That(slab.Room, Is.EqualTo(100 - records.Length));
        });
    }

    [Test]
    public void As_many_fit_as_fit_but_at_least_one()
    {
        var slab = new Slab(1, 1000, Instant.Zero);
        int[] ends = [9, 19, 30, 42, 55];
        slab.Append(Piece.Records(Rig.Mirror, Stream, 1, [.. Enumerable.Range(1, 5).Select(n => Piece.Whole(new string('x', n)))]));
        for (int index = 0; index < 5; index++)
        {
            for (int most = 1; most <= 5 - index; most++)
            {
                for (int bytes = 0; bytes < 70; bytes++)
                {
                    int start = index == 0 ? 0 : ends[index - 1];
                    int fit = Math.Max(1, Enumerable.Range(1, most).Count(n => ends[index + n - 1] - start <= bytes));
                    Assert.That(slab.CountWithin(index, most, bytes), Is.EqualTo(fit), $"from {index} at most {most} in {bytes}");
                }
            }
        }
    }

    [Test]
    public void A_slab_that_was_cut_short_takes_nothing_more()
    {
        var slab = new Slab(5, 100, Instant.Zero);
        slab.Append(Piece.Records(Rig.Mirror, Stream, 5, Piece.Whole("a"), Piece.Whole("bb"), Piece.Whole("ccc")));
        long before = slab.Charge;
        long back = slab.Truncate(5);
        Assert.That((slab.Last, slab.Count, slab.Room), Is.EqualTo((5L, 1, 0)));
        Assert.That(back, Is.EqualTo(before - slab.Charge).And.EqualTo(10 + 11 + (2 * Slab.ChargePerSegment)));
        slab.Truncate(4);
        Assert.That((slab.Count, slab.Charge), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void Very_many_empty_records_fit()
    {
        var slab = new Slab(1, 80_000, Instant.Zero);
        byte[] records = Piece.Records(Rig.Mirror, Stream, 1, [.. Enumerable.Repeat(Piece.Whole(""), 10_000)]);
        slab.Append(records);
        Assert.That((slab.Count, slab.Room), Is.EqualTo((10_000, 0)));
        Assert.That(slab.Records(9_999, 1).ToArray(), Is.EqualTo(records[^8..]));
    }
}

// One stream: taking in out of order, what can be handed out, what is lost, and what is given up and comes again.
using System.Globalization;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SegmentStreamTests
{
    private readonly StreamRig _rig = new();

    private SegmentStream Stream => _rig.Stream;

    [Test]
    public void Only_whole_updates_can_be_handed_out()
    {
        _rig.Put(1, Piece.Begin("a"));
        Assert.That(Stream.Deliverable, Is.Zero);
        _rig.Put(2, Piece.Middle("b"));
        Assert.That(Stream.Deliverable, Is.Zero);
        _rig.Put(3, Piece.End("c"), Piece.Whole("d"), Piece.Begin("e"));
        Assert.That(Stream.Deliverable, Is.EqualTo(4));
        Assert.That(Stream.HoldsUndeliverable);
        Assert.That(Stream.NextNumber, Is.EqualTo(6));
    }

    [Test]
    public void Segments_in_any_order_make_the_same_stream([Range(1, 20)] int seed)
    {
        var random = new Prng((ulong)seed);
        var rig = new StreamRig(slabMax: 256);
        List<int> left = [.. Enumerable.Range(1, 60)];
        while (left.Count > 0)
        {
            int number = left[random.Next(left.Count)];
            int count = 1;
            while (left.Contains(number + count) && random.Chance(0.6))
            {
                count++;
            }

            left.RemoveAll(n => n >= number && n < number + count);
            rig.Put(number, [.. Enumerable.Range(number, count).Select(Third)]);
            long end = rig.Stream.Received.Watermark / 3 * 3;
            Assert.That(rig.Stream.Deliverable, Is.EqualTo(end));
            for (int n = 1; n <= 60; n++)
            {
                Assert.That(rig.PayloadOf(n), Is.EqualTo(left.Contains(n) ? null : Text(n)), $"number {n}");
            }
        }

        Assert.That(rig.Charged, Is.EqualTo(rig.Stream.ChargeAbove(0)));
        Assert.That(rig.Stream.Lost.RangeCount, Is.Zero);
    }

    [Test]
    public void The_first_held_at_or_above_a_number_is_found()
    {
        var rig = new StreamRig(slabMax: 1);
        rig.Put(3, Piece.Whole("3"));
        rig.Put(5, Piece.Whole("5"), Piece.Whole("6"));
        rig.Put(9, Piece.Whole("9"));
        long[] found = [.. Enumerable.Range(0, 12).Select(n => rig.Stream.TryFind(n, out Slab slab, out int index) ? slab.First + index : -1)];
        Assert.That(found, Is.EqualTo(new long[] { 3, 3, 3, 3, 5, 5, 6, 9, 9, 9, -1, -1 }));
        Assert.That(rig.Stream.FirstHeld(1), Is.EqualTo(3));
    }

    [Test]
    public void A_stream_that_starts_behind_a_number_has_nothing_up_to_it_and_lacks_nothing()
    {
        Stream.StartBehind(5);
        Assert.That((Stream.Deliverable, Stream.ExportNext, Stream.Received.Watermark, Stream.FirstHeld(1)), Is.EqualTo((5L, 6L, 5L, 6L)));
        Stream.StartBehind(9);
        Assert.That(Stream.Deliverable, Is.EqualTo(5), "only once");
        _rig.Put(6, Piece.Whole("f"));
        Assert.That(Stream.Deliverable, Is.EqualTo(6));
    }

    [Test]
    public void A_stream_that_starts_in_the_middle_of_an_update_skips_its_rest()
    {
        Stream.StartBehind(5);
        _rig.Put(6, Piece.Middle("x"), Piece.End("y"), Piece.Whole("z"));
        Assert.That(Stream.Deliverable, Is.EqualTo(8));
        Assert.That(Stream.Lost.ToString(), Is.EqualTo("1-7"));
    }

    [Test]
    public void A_loss_in_the_middle_of_an_update_loses_all_of_it_and_no_more()
    {
        _rig.Put(1, Piece.Whole("a"), Piece.Begin("b"), Piece.Middle("c"));
        _rig.Put(5, Piece.Middle("e"), Piece.End("f"), Piece.Whole("g"));
        Assert.That(Stream.Deliverable, Is.EqualTo(1));
        Stream.DeclareLost(4, 4);
        Assert.That(Stream.Deliverable, Is.EqualTo(7));
        Assert.That(Stream.Lost.ToString(), Is.EqualTo("2-6"));
    }

    [Test]
    public void A_loss_of_an_update_s_end_loses_it_from_its_beginning()
    {
        _rig.Put(1, Piece.Begin("a"), Piece.Middle("b"));
        Stream.DeclareLost(3, 4);
        Assert.That(Stream.Deliverable, Is.EqualTo(4));
        _rig.Put(5, Piece.Whole("e"));
        Assert.That(Stream.Deliverable, Is.EqualTo(5));
        Assert.That(Stream.Lost.ToString(), Is.EqualTo("1-4"));
    }

    [Test]
    public void An_update_that_begins_before_another_ended_is_the_only_one_of_the_two()
    {
        _rig.Put(1, Piece.Begin("cut off"), Piece.Whole("b"));
        Assert.That(Stream.Deliverable, Is.EqualTo(2));
        Assert.That(Stream.Lost.ToString(), Is.EqualTo("1-1"));
    }

    [Test]
    public void What_cannot_be_handed_out_is_given_up_as_if_it_had_never_come()
    {
        _rig.Put(1, Piece.Whole("a"), Piece.Begin("b"), Piece.Middle("c"));
        _rig.Put(6, Piece.Whole("f"));
        long before = Stream.ChargeAbove(0);
        long charge = Stream.GiveUpUndeliverable();
        Assert.Multiple(() =>
        {
            Assert.That(Stream.Received.ToString(), Is.EqualTo("1-1"));
            Assert.That(Stream.HoldsUndeliverable, Is.False);
            Assert.That(charge, Is.EqualTo(before - Stream.ChargeAbove(0)).And.Positive);
            Assert.That(_rig.PayloadOf(1), Is.EqualTo("a"));
            Assert.That(_rig.PayloadOf(2), Is.Null);
        });
        _rig.Put(2, Piece.Begin("b", length: 2), Piece.End("c"), Piece.Whole("d"));
        Assert.That(Stream.Deliverable, Is.EqualTo(4));
        Assert.That(_rig.PayloadOf(2), Is.EqualTo("b"));
        Assert.That(Stream.Lost.RangeCount, Is.Zero);
    }

    [Test]
    public void What_was_handed_out_never_changes_when_what_stands_behind_it_is_given_up()
    {
        _rig.Put(1, Piece.Whole("a"), Piece.Begin("bbbb"));
        Stream.TryFind(1, out Slab slab, out _);
        ReadOnlyMemory<byte> both = slab.Records(0, 2);
        byte[] copy = both.ToArray();
        Stream.GiveUpUndeliverable();
        _rig.Put(2, Piece.Whole("cccc"));
        Assert.That(both.ToArray(), Is.EqualTo(copy));
        Assert.That(_rig.PayloadOf(2), Is.EqualTo("cccc"));
    }

    [Test]
    public void The_oldest_slab_goes_first_and_is_not_new_when_it_comes_again()
    {
        var rig = new StreamRig(slabMax: 1);
        rig.Put(1, Piece.Whole(new string('a', 2000)));
        rig.Put(2, Piece.Whole("b"));
        Assert.That(rig.Stream.DropOldest(), Is.GreaterThan(2000));
        Assert.That(rig.Stream.FirstHeld(1), Is.EqualTo(2));
        Assert.That(rig.Stream.Received.Contains(1));
        Assert.That(rig.Stream.Deliverable, Is.EqualTo(2));
    }

    [Test]
    public void What_a_site_originates_is_numbered_and_sound()
    {
        Stream.Originate("first"u8, null, Instant.Zero, new SlabBounds(4096, TimeSpan.MaxValue));
        Stream.Originate("last"u8, null, Instant.Zero, new SlabBounds(4096, TimeSpan.MaxValue));
        Assert.That(Stream.Deliverable, Is.EqualTo(2));
        Assert.That(_rig.PayloadOf(1) + _rig.PayloadOf(2), Is.EqualTo("firstlast"));
    }

    [Test]
    public void Slabs_waste_no_room_on_updates_of_several_segments()
    {
        // As they come over a link: two long segments in each run.
        var rig = new StreamRig(4 * SegmentRecord.SizeMax);
        string full = new('a', WireLimits.SegmentMax), tail = new('z', 3000);
        for (long number = 1; number < 40; number += 4)
        {
            rig.Put(number, Piece.Begin(full, (3 * full.Length) + tail.Length), Piece.Middle(full));
            rig.Put(number + 2, Piece.Middle(full), Piece.End(tail));
        }

        long room = 0;
        for (long number = 1; rig.Stream.TryFind(number, out Slab slab, out _); number = slab.Last + 1)
        {
            room += slab.Room;
        }

        Assert.That(room, Is.LessThan(rig.Charged / 20), "until slabs have grown long some is wasted");
    }

    [Test]
    public void A_run_fills_the_room_that_there_is_before_it_gets_a_slab()
    {
        var rig = new StreamRig(slabMax: 4096);
        rig.Put(1, Piece.Whole(new string('a', 600)));
        rig.Put(2, [.. Enumerable.Repeat(Piece.Whole(new string('b', 200)), 30)]);
        Assert.That(rig.Stream.TryFind(1, out Slab slab, out _));
        Assert.That(slab.Room, Is.LessThan(250));
        Assert.That(rig.Stream.Deliverable, Is.EqualTo(31));
        Assert.That(rig.PayloadOf(31), Is.EqualTo(new string('b', 200)));
    }

    private static string Text(int number) => number.ToString("0000000000", CultureInfo.InvariantCulture);

    // Every update has three segments.
    private static Piece Third(int number) => (number % 3) switch { 1 => Piece.Begin(Text(number), 30), 2 => Piece.Middle(Text(number)), _ => Piece.End(Text(number)) };
}

// A stream that is wanted in order only, as what lies behind a gap finds no room: who says so and when, and what is sent to who did.
using Floodd.Core;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class InOrderTests
{
    private readonly GapRig _gap = new(l => l with { DataStorageMax = 8192, Export = l.Export with { BundleMax = 8192 } });

    private int _ended;

    private SegmentStream Stream => _gap.Rig.Group.Find(_gap.A.Stream)!;

    [TestCase(false, ExpectedResult = "1, 3", TestName = "What_lies_behind_a_gap_is_sent_to_who_wants_it")]
    [TestCase(true, ExpectedResult = "1", TestName = "What_lies_behind_a_gap_is_not_sent_to_who_wants_the_stream_in_order")]
    public string Behind_a_gap(bool inOrder)
    {
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.A.Run(3, Piece.Whole("3"));
        LinkEnd c = Linked();
        _gap.Tell(c, floor: 1, asks: false, inOrder);
        return Sent(c);
    }

    [Test]
    public void Who_wants_a_stream_in_order_is_sent_the_rest_when_the_gap_is_filled()
    {
        _gap.A.Run(2, Piece.Whole("2"), Piece.Whole("3"));
        LinkEnd c = Linked();
        _gap.Tell(c, floor: 1, asks: false, inOrder: true);
        Assert.That(Sent(c), Is.Empty);
        _gap.A.Run(1, Piece.Whole("1"));
        Assert.That(Sent(c), Is.EqualTo("1, 2, 3"));
    }

    [Test]
    public void Who_fills_the_gap_itself_is_sent_the_rest()
    {
        _gap.A.Run(2, Piece.Whole("2"), Piece.Whole("3"));
        LinkEnd c = Linked();
        _gap.Tell(c, floor: 1, asks: false, inOrder: true, (1, 1));
        Assert.That(Sent(c), Is.EqualTo("2, 3"));
    }

    [Test]
    public void Who_sent_what_found_no_room_behind_a_gap_is_told_and_the_group_is_not_closed()
    {
        LinkEnd c = Linked();
        Overfill();
        Assert.That(Told(), Is.EqualTo($"in order, has {Stream.Received}"));
        Assert.That(_gap.Entry(c), Is.Null, "it has sent nothing");
        Assert.That(_gap.Rig.Group.Closed, Is.False);
        _gap.A.Run(30, Piece.Whole(new string('x', 500)));
        Assert.That(Told(), Is.Empty, "it was told");
    }

    [Test]
    public void When_nothing_is_missing_any_more_who_was_told_is_told_so()
    {
        Overfill();
        Told();
        for (int sent = 0; sent < 30; sent++)
        {
            Continue();
        }

        _gap.Rig.Pass(1);
        Assert.That(Told(), Is.EqualTo("has 1-30"));
        _gap.Rig.Pass(1);
        Assert.That(Told(), Is.Empty, "once is enough");
    }

    [TestCase(true, TestName = "Who_was_told_hears_each_second_how_far_it_has_come_and_soon_that_all_is_wanted_again")]
    [TestCase(false, TestName = "Who_brings_what_is_missing_itself_is_told_nothing_before_all_is_wanted_again")]
    public void Who_was_told(bool isByAnother)
    {
        Overfill();
        LinkEnd c = _gap.Rig.Link(Rig.C);
        Assert.That(_gap.Entry(c)?.InOrder, Is.True, "who links anew is told at once");
        c.Send(w => SmallFrames.WriteStream(w, 2, Rig.Mirror, _gap.A.Stream));
        Told();
        var told = new List<string>();
        for (int second = 0; second < 15; second++)
        {
            Continue(isByAnother ? c : _gap.A);
            Pass();
            told.Add(Told());
        }

        int held = told.FindIndex(t => t.StartsWith("has", StringComparison.Ordinal));
        Assert.That(held, Is.InRange(9, 11));
        Assert.That(told.Take(held), Is.EqualTo(Enumerable.Range(1, held).Select(n => isByAnother || n == 1 ? $"in order, has 1-{n}" : "")), "of what was refused, all are told");
        Assert.That(told[held], Is.EqualTo($"has 1-{held + 1}"));
        Assert.That(told[(held + 1)..], Is.All.Empty);
    }

    [Test]
    public void What_was_refused_is_missing_though_nobody_tells_of_it()
    {
        int number = 0;
        while (_gap.Rig.Core.ChargedBytes + 600 < 8192)
        {
            _gap.A.Run(++number, Piece.Whole(new string('x', 500)));
        }

        Told();
        _gap.A.Run(number + 10, Piece.Whole(new string('x', 600)));
        Assert.That(Told(), Is.EqualTo($"in order, has 1-{number}"));
        _gap.A.Run(number + 11, Piece.Whole(new string('x', 600)));
        Assert.That(Told(), Is.Empty, "it was told");
        _gap.Rig.Pass(1);
        Assert.That(Told(), Is.EqualTo($"in order, has 1-{number}"), "it believes that the second one was taken");
        Assert.That(_gap.UntilAsked(_gap.A)[0], Is.Positive, "and is asked for what is missing before");
    }

    [Test]
    public void When_there_is_room_all_is_wanted_again_though_the_gap_stays()
    {
        LinkEnd c = Linked();
        for (int number = 1; number <= 12; number++)
        {
            c.Run(number, Piece.Whole(new string('c', 500)));
        }

        Overfill();
        Told();
        _gap.Rig.EndRun(_gap.Rig.Exports[0]);
        _gap.Rig.EndRun(_gap.Rig.Exports[1]);
        var told = new List<string>();
        for (int second = 0; second < 12; second++)
        {
            Pass();
            told.Add(Told());
        }

        Assert.That(told, Has.Some.StartsWith("has"));
    }

    // Much more than there is room for comes behind a gap.
    private void Overfill()
    {
        _gap.Tell(_gap.A, floor: 1, asks: false, (1, 30));
        for (int number = 2; number <= 30; number++)
        {
            _gap.A.Run(number, Piece.Whole(new string('x', 500)));
        }

        Assert.That(Stream.Received.Highest, Is.InRange(2, 20));
    }

    // The first segment that is missing comes, if any is, and all is exported that can be.
    private void Continue(LinkEnd? from = null)
    {
        byte[] run = Piece.Run(Rig.Mirror, _gap.A.Stream, from is null || from == _gap.A ? 1u : 2u, Stream.Received.FirstMissing(1), Piece.Whole(new string('x', 500)));
        (from ?? _gap.A).End.Say(run);
        for (; _ended < _gap.Rig.Exports.Count; _ended++)
        {
            _gap.Rig.EndRun(_gap.Rig.Exports[_ended]);
        }
    }

    // A second, in which the origin shows that it lives.
    private void Pass()
    {
        _gap.A.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 1));
        _gap.Rig.Pass(1);
    }

    private LinkEnd Linked()
    {
        LinkEnd c = _gap.Rig.Link(Rig.C);
        c.Take();
        return c;
    }

    private string Told() => _gap.Entry(_gap.A) is { } entry ? $"{(entry.InOrder ? "in order, " : "")}has {entry.Received}" : "";

    private static string Sent(LinkEnd link) => string.Join(", ", link.Take().Where(f => f.Kind == FrameKind.Segments)
        .Select(f => RunHead.TryRead(f.Payload, out RunHead head) ? head : default).SelectMany(h => Enumerable.Range((int)h.First, (int)h.Count)));
}

// What is missing and does not come: which neighbors are asked, who is believed, and what is given up.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GapTests
{
    private readonly GapRig _gap = new();

    [Test]
    public void Who_asks_for_what_was_declared_lost_here_is_told_that_it_is_not_held()
    {
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.A.Run(3, Piece.Whole("3"));
        _gap.Pass(90, _gap.A);
        Assert.That(_gap.Rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1));
        LinkEnd c = _gap.Rig.Link(Rig.C);
        Assert.That(_gap.Told(c), Is.EqualTo((1, "1-3")), "nobody knows yet what is missing there");
        _gap.Tell(c, floor: 1, asks: true, (1, 1), (3, 3));
        Assert.That(_gap.Told(c), Is.EqualTo((3, "1-3")));
        _gap.Tell(c, floor: 1, asks: true, (3, 3));
        Assert.That(_gap.Told(c), Is.EqualTo((1, "1-3")));
        _gap.Tell(c, floor: 1, asks: true, (1, 3));
        Assert.That(_gap.Told(c), Is.EqualTo((4, "1-3")));
    }

    [Test]
    public void What_was_only_sent_to_a_neighbor_may_have_been_refused_there_and_is_told_as_held()
    {
        _gap.A.Run(1, Piece.Whole("1"));
        LinkEnd c = _gap.Rig.Link(Rig.C);
        _gap.Tell(c, floor: 1, asks: false);
        Assert.That(c.Take().Select(f => f.Kind), Has.Member(FrameKind.Segments));
        GapRig.AskForAll(c);
        Assert.That(_gap.Told(c), Is.EqualTo((1, "1-1")));
        _gap.Tell(c, floor: 1, asks: false, (1, 1));
        GapRig.AskForAll(c);
        Assert.That(_gap.Told(c), Is.EqualTo((2, "1-1")), "it has said that it has it");
    }

    [Test]
    public void A_neighbor_that_claims_too_much_is_asked_and_then_believed()
    {
        _gap.Tell(_gap.A, floor: 1, asks: false, (1, 3));
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.A.Run(3, Piece.Whole("3"));
        _gap.Pass(4, _gap.A);
        Assert.That(_gap.Rig.NoteKinds, Has.No.Member(NoteKind.Gap));
        _gap.Tell(_gap.A, floor: 3, asks: false, (1, 3));
        _gap.Pass(90, _gap.A);
        Assert.That(_gap.Rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1));
        _gap.Rig.EndRun(_gap.Rig.Exports[0]);
        _gap.Pass(1, _gap.A);
        Assert.That(_gap.Rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "1", "3" }));
    }

    [Test]
    public void When_a_neighbor_says_that_it_has_it_no_more_the_next_is_asked_at_once()
    {
        LinkEnd c = _gap.Rig.Link(Rig.C);
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.A.Run(3, Piece.Whole("3"));
        _gap.Tell(_gap.A, floor: 1, asks: false, (1, 3));
        _gap.Tell(c, floor: 1, asks: false, (1, 3));
        Assert.That(_gap.AsksWithin(4, _gap.A, c), Is.EqualTo(new[] { 1, 1 }), "both have said that they hold it, which may be long ago");
        _gap.Tell(_gap.A, floor: 1, asks: false, (1, 3));
        _gap.Tell(c, floor: 1, asks: false, (1, 3));
        Assert.That(_gap.AsksWithin(4, _gap.A, c), Is.EqualTo(new[] { 1, 0 }), "still they do, and it did not come: one of them will do");
        _gap.Tell(_gap.A, floor: 3, asks: false, (1, 3));
        Assert.That(_gap.AsksWithin(1, _gap.A, c), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(_gap.AsksWithin(4, _gap.A, c), Is.EqualTo(new[] { 0, 0 }), "it may take its time");
    }

    [Test]
    public void A_neighbor_that_has_not_answered_yet_is_waited_for_whatever_it_held_before()
    {
        _gap.Tell(_gap.A, floor: 4, asks: false, (1, 3));
        _gap.A.Run(3, Piece.Whole("3"));
        _gap.Pass(120, _gap.A);
        Assert.That(_gap.Rig.NoteKinds, Has.No.Member(NoteKind.Gap));
        _gap.A.Run(1, Piece.Whole("1"), Piece.Whole("2"));
        Assert.That(_gap.Rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "123" }));
    }

    [Test]
    public void A_neighbor_that_has_not_come_to_the_question_has_time_to_answer()
    {
        var stream = new StreamId(Rig.C, 1);
        _gap.A.Send(w => _gap.A.Marks(w, last: false, stream, new NamedMark(Rig.A, 3, 3, false)));
        for (int i = 1; i <= 120; i++)
        {
            _gap.A.Run(i, Piece.Whole("x"));
            _gap.Rig.Pass(1);
        }

        Assert.That(_gap.Rig.NoteKinds, Has.No.Member(NoteKind.Gap));
        _gap.Pass(10, _gap.A);
        Assert.That(_gap.Rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1), "it has read what came behind the question, and has not answered");
    }

    [Test]
    public void What_is_flooded_after_the_neighbors_were_asked_is_a_hole_of_its_own()
    {
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.Exported(3);
        Assert.That(_gap.AsksWithin(4, _gap.A).Sum(), Is.EqualTo(1));
        _gap.Tell(_gap.A, floor: 4, asks: false, (1, 3));
        _gap.UntilAsked(_gap.A);

        _gap.Exported(5);
        _gap.Tell(_gap.A, floor: 4, asks: false, (1, 3));
        _gap.Pass(90, _gap.A);
        Assert.That(_gap.Gaps(), Is.EqualTo(new[] { "2 to 3", "4 to 5" }));
    }

    [Test]
    public void A_neighbor_that_was_given_it_since_it_was_asked_is_asked_once_more()
    {
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.Exported(2);
        Assert.That(_gap.AsksWithin(4, _gap.A).Sum(), Is.EqualTo(1));
        _gap.Tell(_gap.A, floor: 3, asks: false, (1, 2));
        _gap.UntilAsked(_gap.A);

        _gap.Tell(_gap.A, floor: 2, asks: false, (1, 2));
        _gap.Pass(90, _gap.A);
        Assert.That(_gap.Gaps(), Is.Empty);
    }
}

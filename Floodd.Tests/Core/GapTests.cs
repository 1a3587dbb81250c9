// What is missing and does not come: who is asked, who is believed, and when it is given up.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class GapTests
{
    private Rig _rig = null!;
    private LinkEnd _a = null!;

    [SetUp]
    public void LinkToTheOrigin()
    {
        _rig = new Rig();
        _a = _rig.Link(Rig.A);
    }

    [Test]
    public void Who_asks_for_what_was_declared_lost_here_is_told_that_it_is_not_held()
    {
        _a.Run(1, Piece.Whole("1"));
        _a.Run(3, Piece.Whole("3"));
        Pass(90, _a);
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1));
        LinkEnd c = _rig.Link(Rig.C);
        Assert.That(Told(c), Is.EqualTo((1, "1-3")), "nobody knows yet what is missing there");
        Tell(c, floor: 1, asks: true, (1, 1), (3, 3));
        Assert.That(Told(c), Is.EqualTo((3, "1-3")));
        Tell(c, floor: 1, asks: true, (3, 3));
        Assert.That(Told(c), Is.EqualTo((1, "1-3")));
        Tell(c, floor: 1, asks: true, (1, 3));
        Assert.That(Told(c), Is.EqualTo((4, "1-3")));
    }

    [Test]
    public void What_was_only_sent_to_a_neighbor_may_have_been_refused_there_and_is_told_as_held()
    {
        _a.Run(1, Piece.Whole("1"));
        LinkEnd c = _rig.Link(Rig.C);
        Tell(c, floor: 1, asks: false);
        Assert.That(c.Take().Select(f => f.Kind), Has.Member(FrameKind.Segments));
        AskForAll(c);
        Assert.That(Told(c), Is.EqualTo((1, "1-1")));
        Tell(c, floor: 1, asks: false, (1, 1));
        AskForAll(c);
        Assert.That(Told(c), Is.EqualTo((2, "1-1")), "it has said that it has it");
    }

    [Test]
    public void A_neighbor_that_claims_too_much_is_asked_and_then_believed()
    {
        Tell(_a, floor: 1, asks: false, (1, 3));
        _a.Run(1, Piece.Whole("1"));
        _a.Run(3, Piece.Whole("3"));
        Pass(4, _a);
        Assert.That(_rig.NoteKinds, Has.No.Member(NoteKind.Gap));
        Tell(_a, floor: 3, asks: false, (1, 3));
        Pass(90, _a);
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1));
        _rig.EndRun(_rig.Exports[0]);
        Pass(1, _a);
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "1", "3" }));
    }

    [Test]
    public void When_a_neighbor_says_that_it_has_it_no_more_the_next_is_asked_at_once()
    {
        LinkEnd c = _rig.Link(Rig.C);
        _a.Run(1, Piece.Whole("1"));
        _a.Run(3, Piece.Whole("3"));
        Tell(_a, floor: 1, asks: false, (1, 3));
        Tell(c, floor: 1, asks: false, (1, 3));
        Assert.That(AsksWithin(4, _a, c), Is.EqualTo(new[] { 1, 1 }), "both have said that they hold it, which may be long ago");
        Tell(_a, floor: 1, asks: false, (1, 3));
        Tell(c, floor: 1, asks: false, (1, 3));
        Assert.That(AsksWithin(4, _a, c), Is.EqualTo(new[] { 1, 0 }), "still they do, and it did not come: one of them will do");
        Tell(_a, floor: 3, asks: false, (1, 3));
        Assert.That(AsksWithin(1, _a, c), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(AsksWithin(4, _a, c), Is.EqualTo(new[] { 0, 0 }), "it may take its time");
    }

    [Test]
    public void A_neighbor_that_has_not_answered_yet_is_waited_for_whatever_it_held_before()
    {
        Tell(_a, floor: 4, asks: false, (1, 3));
        _a.Run(3, Piece.Whole("3"));
        Pass(120, _a);
        Assert.That(_rig.NoteKinds, Has.No.Member(NoteKind.Gap));
        _a.Run(1, Piece.Whole("1"), Piece.Whole("2"));
        Assert.That(_rig.Exports.Select(Rig.InputOf), Is.EqualTo(new[] { "123" }));
    }

    [Test]
    public void A_neighbor_that_has_not_come_to_the_question_has_time_to_answer()
    {
        var stream = new StreamId(Rig.C, 1);
        _a.Send(w => LinkEnd.Marks(w, last: false, stream, new DeliveryMark(Rig.A, 3, 3, false)));
        for (int i = 1; i <= 120; i++)
        {
            _a.Run(i, Piece.Whole("x"));
            _rig.Pass(1);
        }

        Assert.That(_rig.NoteKinds, Has.No.Member(NoteKind.Gap));
        Pass(10, _a);
        Assert.That(_rig.NoteKinds.Count(k => k == NoteKind.Gap), Is.EqualTo(1), "it has read what came behind the question, and has not answered");
    }

    [Test]
    public void What_is_flooded_after_the_neighbors_were_asked_is_a_hole_of_its_own()
    {
        _a.Run(1, Piece.Whole("1"));
        Exported(3);
        Assert.That(AsksWithin(4, _a).Sum(), Is.EqualTo(1));
        Tell(_a, floor: 4, asks: false, (1, 3));
        for (int last = 0; last == 0;)
        {
            last = AsksWithin(1, _a).Sum();
        }

        Exported(5);
        Tell(_a, floor: 4, asks: false, (1, 3));
        Pass(90, _a);
        Assert.That(Gaps(), Is.EqualTo(new[] { "2 to 3", "4 to 5" }));
    }

    [Test]
    public void A_neighbor_that_was_given_it_since_it_was_asked_is_asked_once_more()
    {
        _a.Run(1, Piece.Whole("1"));
        Exported(2);
        Assert.That(AsksWithin(4, _a).Sum(), Is.EqualTo(1));
        Tell(_a, floor: 3, asks: false, (1, 2));
        for (int last = 0; last == 0;)
        {
            last = AsksWithin(1, _a).Sum();
        }

        Tell(_a, floor: 2, asks: false, (1, 2));
        Pass(90, _a);
        Assert.That(Gaps(), Is.Empty);
    }

    [Test]
    public void What_one_that_is_visited_has_is_not_declared_lost_when_it_is_no_neighbor_any_more()
    {
        LinkEnd c = HuntUntilTheLastCall();
        Tell(c, floor: 4, asks: false, (1, 6));
        Tell(_a, floor: 7, asks: false, (1, 6));
        AsksWithin(10, _a, c);
        Assert.That(Gaps(), Is.EqualTo(new[] { "2 to 3" }));
    }

    [Test]
    public void Who_is_linked_and_no_neighbor_has_time_to_answer_the_last_call()
    {
        LinkEnd c = HuntUntilTheLastCall();
        Tell(_a, floor: 7, asks: false, (1, 6));
        Pass(5, _a);
        Assert.That(Gaps(), Is.Empty);
        Tell(c, floor: 2, asks: false, (1, 6));
        AsksWithin(60, _a, c);
        Assert.That(Gaps(), Is.Empty);
    }

    [Test]
    public void Who_answers_the_last_call_quickly_is_asked_again_when_the_slow_have_answered()
    {
        LinkEnd c = HuntUntilTheLastCall();
        Tell(c, floor: 7, asks: false, (1, 6));
        for (int second = 0; second < 15; second++)
        {
            Exported(6);
            Assert.That(AsksWithin(1, c).Sum(), Is.Zero, "a lives, and has not come to the question");
        }

        Tell(_a, floor: 7, asks: false, (1, 6));
        for (int again = 0; again == 0;)
        {
            again = AsksWithin(1, _a, c)[1];
            Assert.That(Gaps(), Is.Empty);
        }

        Tell(c, floor: 2, asks: false, (1, 6));
        AsksWithin(60, _a, c);
        Assert.That(Gaps(), Is.Empty);
    }

    [Test]
    public void Who_went_without_an_answer_to_the_last_call_is_called_again()
    {
        LinkEnd c = HuntUntilTheLastCall();
        Tell(_a, floor: 7, asks: false, (1, 6));
        c.End.Vanish();
        FailDials();
        Pass(5, _a);
        Assert.That(_rig.Dials, Has.Member(Rig.C));
        Assert.That(Gaps(), Is.Empty);
        Pass(300, _a);
        Assert.That(Gaps(), Is.EqualTo(new[] { "2 to 6" }), "nobody comes");
    }

    [Test]
    public void Who_held_it_a_moment_before_and_is_linked_no_more_is_called_again()
    {
        LinkEnd c = HuntUntilTheLastCall();
        Tell(c, floor: 2, asks: false, (1, 6));
        c.End.Vanish();
        Tell(_a, floor: 7, asks: false, (1, 6));
        FailDials();
        Pass(5, _a);
        Assert.That(_rig.Dials, Has.Member(Rig.C));
        Assert.That(Gaps(), Is.Empty);
    }

    // Segments 2 to 6 are missing, and a, the only neighbor, has them no more; c is linked, and has said nothing of them.
    private LinkEnd HuntUntilTheLastCall()
    {
        LinkEnd c = _rig.Link(Rig.C);
        _a.Send(w =>
        {
            w.BeginFrame();
            new SiteRecord(new SiteDefinition(Rig.A), 1, 2, [new(Rig.Mirror, 0)], [Rig.B, Rig.C]).Write(w);
            new SiteRecord(new SiteDefinition(Rig.C), 1, 2, [new(Rig.Mirror, 0)], [Rig.A, Rig.B]).Write(w);
            w.EndFrame(FrameKind.Sites);
        });
        _a.Send(w => TopologyRecord.Write(w, new Topology(Rig.Mirror, 1, Rig.A, 1, [Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.A, Rig.C)])));
        c.Send(w => SmallFrames.WriteWant(w, Rig.Mirror, false));
        _a.Run(1, Piece.Whole("1"));
        Exported(6);
        Assert.That(AsksWithin(4, _a, c)[0], Is.EqualTo(1));
        Tell(_a, floor: 7, asks: false, (1, 6));
        for (int[] last = [0, 0]; last[0] == 0;)
        {
            last = AsksWithin(1, _a, c);
            Assert.That(last[1], Is.EqualTo(last[0]), "both are asked the last time, and c not before");
        }

        return c;
    }

    // Probes, so far.
    private void FailDials()
    {
        _rig.Dials.ForEach(d => _rig.Do(new Event.DialFailed(d, "refused")));
        _rig.Dials.Clear();
    }

    // Somebody has told that it exported so much of the origin's stream.
    private void Exported(long number) => _a.Send(w => LinkEnd.Marks(w, last: false, _a.Stream, new DeliveryMark(Rig.C, number, number, false)));

    private IEnumerable<string> Gaps() => _rig.Notes.Where(n => n.Kind == NoteKind.Gap).Select(n => n.Text[(n.Text.LastIndexOf('/') + 1)..n.Text.LastIndexOf(" in ", StringComparison.Ordinal)]);

    private void Pass(int seconds, LinkEnd link)
    {
        for (int second = 0; second < seconds; second++)
        {
            _rig.Pass(1);
            link.AnswerPings();
        }
    }

    // How many digests asked each neighbor.
    private int[] AsksWithin(int seconds, params LinkEnd[] links)
    {
        int[] asks = new int[links.Length];
        for (int second = 0; second < seconds; second++)
        {
            _rig.Pass(1);
            for (int i = 0; i < links.Length; i++)
            {
                asks[i] += links[i].AnswerPings().Count(f => f.Kind == FrameKind.Digest && IsAsking(f.Payload));
            }
        }

        return asks;
    }

    private static bool IsAsking(byte[] payload)
    {
        var reader = new FieldReader(payload);
        reader.Group();
        _ = (reader.Flag(), reader.Flag());
        return reader.Flag();
    }

    /// <summary>A neighbor says what it has of the origin's stream.</summary>
    private void Tell(LinkEnd link, long floor, bool asks, params (long First, long Last)[] has) => link.Send(w =>
    {
        var received = new SegmentSet();
        Array.ForEach(has, r => received.Add(r.First, r.Last));
        Digest.Begin(w, Rig.Mirror, closed: false, last: false, asks);
        Digest.Entry(w, _a.Stream, floor, received);
        w.EndFrame(FrameKind.Digest);
    });

    private static void AskForAll(LinkEnd link) => link.Send(w =>
    {
        Digest.Begin(w, Rig.Mirror, closed: false, last: false, asks: true);
        w.EndFrame(FrameKind.Digest);
    });

    /// <summary>What a neighbor was told last of the origin's stream: the floor, and what was received.</summary>
    private (long Floor, string Received) Told(LinkEnd link)
    {
        (long, string) told = (0, "");
        foreach ((_, byte[] payload) in link.Take().Where(f => f.Kind == FrameKind.Digest))
        {
            var reader = new FieldReader(payload);
            reader.Group();
            _ = (reader.Flag(), reader.Flag(), reader.Flag());
            while (Digest.ReadEntry(ref reader, out StreamId id, out long floor, out SegmentSet received))
            {
                told = id == _a.Stream ? (floor, received.ToString()) : told;
            }
        }

        return told;
    }
}

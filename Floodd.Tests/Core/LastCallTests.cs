// Before anything is given up all who are linked are called a last time, neighbors or not.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LastCallTests
{
    private readonly GapRig _gap = new();

    [Test]
    public void What_one_that_is_visited_has_is_not_declared_lost_when_it_is_no_neighbor_any_more()
    {
        LinkEnd c = HuntUntilTheLastCall();
        _gap.Tell(c, floor: 4, asks: false, (1, 6));
        _gap.Tell(_gap.A, floor: 7, asks: false, (1, 6));
        _gap.AsksWithin(10, _gap.A, c);
        Assert.That(_gap.Gaps(), Is.EqualTo(new[] { "2 to 3" }));
    }

    [Test]
    public void Who_is_linked_and_no_neighbor_has_time_to_answer_the_last_call()
    {
        LinkEnd c = HuntUntilTheLastCall();
        _gap.Tell(_gap.A, floor: 7, asks: false, (1, 6));
        _gap.Pass(5, _gap.A);
        Assert.That(_gap.Gaps(), Is.Empty);
        _gap.Tell(c, floor: 2, asks: false, (1, 6));
        _gap.AsksWithin(60, _gap.A, c);
        Assert.That(_gap.Gaps(), Is.Empty);
    }

    [Test]
    public void Who_answers_the_last_call_quickly_is_asked_again_when_the_slow_have_answered()
    {
        LinkEnd c = HuntUntilTheLastCall();
        _gap.Tell(c, floor: 7, asks: false, (1, 6));
        for (int second = 0; second < 15; second++)
        {
            _gap.Exported(6);
            Assert.That(_gap.AsksWithin(1, c).Sum(), Is.Zero, "a lives, and has not come to the question");
        }

        _gap.Tell(_gap.A, floor: 7, asks: false, (1, 6));
        _gap.UntilAsked(c, _gap.A);
        Assert.That(_gap.Gaps(), Is.Empty);
        _gap.Tell(c, floor: 2, asks: false, (1, 6));
        _gap.AsksWithin(60, _gap.A, c);
        Assert.That(_gap.Gaps(), Is.Empty);
    }

    [Test]
    public void Who_went_without_an_answer_to_the_last_call_is_called_again()
    {
        LinkEnd c = HuntUntilTheLastCall();
        _gap.Tell(_gap.A, floor: 7, asks: false, (1, 6));
        c.End.Vanish();
        _gap.FailDials();
        _gap.Pass(5, _gap.A);
        Assert.That(_gap.Rig.Dials, Has.Member(Rig.C));
        Assert.That(_gap.Gaps(), Is.Empty);
        _gap.Pass(300, _gap.A);
        Assert.That(_gap.Gaps(), Is.EqualTo(new[] { "2 to 6" }), "nobody comes");
    }

    [Test]
    public void Who_held_it_a_moment_before_and_is_linked_no_more_is_called_again()
    {
        LinkEnd c = HuntUntilTheLastCall();
        _gap.Tell(c, floor: 2, asks: false, (1, 6));
        c.End.Vanish();
        _gap.Tell(_gap.A, floor: 7, asks: false, (1, 6));
        _gap.FailDials();
        _gap.Pass(5, _gap.A);
        Assert.That(_gap.Rig.Dials, Has.Member(Rig.C));
        Assert.That(_gap.Gaps(), Is.Empty);
    }

    [Test]
    public void Time_in_which_nobody_is_linked_is_no_hunt()
    {
        LinkEnd c = HuntUntilTheLastCall();
        _gap.Tell(c, floor: 7, asks: false, (1, 6));
        c.End.Vanish();
        _gap.A.End.Vanish();
        _gap.Rig.Pass(100);
        _gap.FailDials();
        LinkEnd a = _gap.Rig.Link(Rig.A);
        _gap.Tell(a, floor: 7, asks: false, (1, 6));
        _gap.Pass(20, a);
        Assert.That(_gap.Rig.Dials, Has.Member(Rig.C), "it can be reached, by what a says, and is no neighbor");
        Assert.That(_gap.Gaps(), Is.Empty);
        _gap.Pass(100, a);
        Assert.That(_gap.Gaps(), Is.EqualTo(new[] { "2 to 6" }));
    }

    // Segments 2 to 6 are missing, and a, the only neighbor, has them no more; c is linked, and has said nothing of them.
    private LinkEnd HuntUntilTheLastCall()
    {
        LinkEnd c = _gap.Rig.Link(Rig.C);
        _gap.A.Send(w =>
        {
            w.BeginFrame();
            new SiteRecord(new SiteDefinition(Rig.A), 1, 2, [new(Rig.Mirror, 0)], [Rig.B, Rig.C]).Write(w);
            new SiteRecord(new SiteDefinition(Rig.C), 1, 2, [new(Rig.Mirror, 0)], [Rig.A, Rig.B]).Write(w);
            w.EndFrame(FrameKind.Sites);
        });
        _gap.A.Send(w => TopologyRecord.Write(w, new Topology(Rig.Mirror, 1, Rig.A, 1, [Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.A, Rig.C)])));
        c.Send(w => SmallFrames.WriteWant(w, Rig.Mirror, false));
        _gap.A.Run(1, Piece.Whole("1"));
        _gap.Exported(6);
        Assert.That(_gap.AsksWithin(4, _gap.A, c)[0], Is.EqualTo(1));
        _gap.Tell(_gap.A, floor: 7, asks: false, (1, 6));
        Assert.That(_gap.UntilAsked(_gap.A, c), Is.EqualTo(new[] { 1, 1 }), "both are asked the last time, and c not before");
        return c;
    }
}

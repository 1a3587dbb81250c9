// A site without a spool that hears only when its new life has begun how far an earlier one had come: what that exported is left out, all else is not.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HeardLateTests
{
    private readonly Rig _rig = new();
    private readonly ClientEnd _client;
    private readonly LinkEnd _a;

    public HeardLateTests()
    {
        _a = _rig.Link(Rig.A);
        _client = _rig.Client();
        Tell(_a, 1);
    }

    [Test]
    public void What_waits_is_left_out_as_far_as_an_earlier_life_has_exported_it()
    {
        _client.Ask("flood 4\nbusy");
        _a.Run(2, Piece.Whole("2"), Piece.Whole("3"), Piece.Whole("4"), Piece.Whole("5"));
        Tell(_rig.Link(Rig.C), 3);
        Assert.That(TakeAll(), Is.EqualTo("busy45"));
        Assert.That(_client.Ask("stats\n"), Does.Contain("(:updates-whole 5)").And.Contain("(:updates-exported 3)").And.Contain("(:updates-exported-before 2)"));
    }

    [Test]
    public void What_is_being_exported_meanwhile_is_counted_once()
    {
        _a.Run(2, Piece.Whole("2"), Piece.Whole("3"), Piece.Whole("4"), Piece.Whole("5"));
        Tell(_rig.Link(Rig.C), 3);
        Assert.That(TakeAll(), Is.EqualTo("2345"));
        Assert.That(_client.Ask("stats\n"), Does.Contain("(:updates-whole 4)").And.Contain("(:updates-exported 2)").And.Contain("(:updates-exported-before 2)"));
    }

    [TestCase(3, "45", TestName = "What was refused and is left is searched")]
    [TestCase(5, "", TestName = "What was refused and is all known as exported is over")]
    public void What_was_refused_is_not_tried_again_as_far_as_an_earlier_life_has_exported_it(long through, string left)
    {
        _a.Run(2, Piece.Whole("2"), Piece.Whole("3"), Piece.Whole("4"), Piece.Whole("5"));
        Tell(_rig.Link(Rig.C), through);
        int ended = _rig.Exports.Count;
        _rig.EndRun(_rig.Exports[^1], code: 1);
        _a.Run(6, Piece.Whole("6"));
        Assert.That(TakeAll(ended), Is.EqualTo(left + "6"));
    }

    [TestCase(2, TestName = "A mark within an update that is not whole yet")]
    [TestCase(3, TestName = "A mark within a whole update")]
    public void The_rest_of_an_update_is_no_update(long through)
    {
        _client.Ask("flood 4\nbusy");
        _a.Run(2, Piece.Begin("2", length: 3), Piece.Middle("3"));
        if (through == 3)
        {
            _a.Run(4, Piece.End("4"));
        }

        Tell(_rig.Link(Rig.C), through);
        if (through == 2)
        {
            _a.Run(4, Piece.End("4"));
        }

        _a.Run(5, Piece.Whole("5"));
        Assert.That(TakeAll(), Is.EqualTo("busy5"));
        Assert.That(_client.Ask("stats\n"), Does.Contain("(:updates-waiting-for-export 0)"));
    }

    [TestCase(1)]
    [TestCase(99)]
    [TestCase(1L << 31)]
    public void An_update_that_is_not_as_long_as_it_said_is_none(long length)
    {
        _client.Ask("flood 4\nbusy");
        _a.Run(2, Piece.Begin("2", length), Piece.End("3"), Piece.Whole("4"), Piece.Begin("5", length: 2), Piece.End("6"));
        Tell(_rig.Link(Rig.C), 3);
        Assert.That(TakeAll(), Is.EqualTo("busy456"));
    }

    [Test]
    public void What_came_behind_a_hole_goes_on_when_the_hole_was_exported_by_an_earlier_life()
    {
        _a.Run(4, Piece.Whole("4"), Piece.Whole("5"));
        Tell(_rig.Link(Rig.C), 3);
        Assert.That(TakeAll(), Is.EqualTo("45"));
    }

    [Test]
    public void Where_to_start_is_not_heard_when_a_stream_has_begun()
    {
        _client.Ask("flood 4\nbusy");
        _a.Run(2, Piece.Whole("2"), Piece.Whole("3"));
        Tell(_rig.Link(Rig.C), 3, start: true);
        Assert.That(TakeAll(), Is.EqualTo("busy23"));
    }

    private void Tell(LinkEnd from, long through, bool start = false) =>
        from.Send(w => from.Marks(w, last: false, _a.Stream, new NamedMark(Rig.B, through, through, start)));

    // What all runs are given that have not ended; none is refused.
    private string TakeAll(int ended = 0)
    {
        string taken = "";
        for (int second = 0; second < 30; second++)
        {
            for (; ended < _rig.Exports.Count; ended++)
            {
                taken += Rig.InputOf(_rig.Exports[ended]);
                _rig.EndRun(_rig.Exports[ended]);
            }

            _rig.Pass(1);
            _a.AnswerPings();
        }

        return taken;
    }
}

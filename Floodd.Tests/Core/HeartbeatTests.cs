// Both ends of a link ask every two seconds; whose question is soon due asks with the answer.
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

internal sealed class HeartbeatTests
{
    private Rig _rig = null!;
    private LinkEnd _link = null!;

    [SetUp]
    public void Link()
    {
        _rig = new Rig();
        _link = _rig.Link(Rig.A);
        _link.AnswerPings();
    }

    [Test]
    public void A_question_that_is_due_within_a_second_goes_with_the_answer()
    {
        // At first the link is asked more often: nobody knows how long it is.
        PingsIn(5, isAsked: false);
        while (_link.AnswerPings().All(f => f.Kind != FrameKind.Ping))
        {
            _rig.Pass(0.01);
        }

        _rig.Pass(0.9);
        Assert.That(Asked(), Is.EqualTo(new[] { FrameKind.Pong }));
        _rig.Pass(0.2);
        Assert.That(Asked(), Is.EqualTo(new[] { FrameKind.Pong, FrameKind.Ping }));
        Assert.That(Asked(), Is.EqualTo(new[] { FrameKind.Pong }), "it has just asked");
    }

    [Test]
    public void Who_is_not_asked_asks_every_two_seconds_and_who_is_asked_no_more_often()
    {
        Assert.That(PingsIn(20, isAsked: false), Is.EqualTo(10).Within(1));
        Assert.That(PingsIn(20, isAsked: true), Is.EqualTo(10).Within(1));
    }

    private int PingsIn(int seconds, bool isAsked)
    {
        int pings = 0;
        for (int second = 0; second < seconds; second++)
        {
            _rig.Pass(1);
            pings += _link.AnswerPings().Count(f => f.Kind == FrameKind.Ping);
            if (isAsked && second % 2 == 0)
            {
                pings += Asked().Count(k => k == FrameKind.Ping);
            }
        }

        return pings;
    }

    // What is said to a Ping, of questions and answers.
    private List<FrameKind> Asked()
    {
        _link.AnswerPings();
        _link.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 7));
        return [.. _link.AnswerPings().Select(f => f.Kind).Where(k => k is FrameKind.Ping or FrameKind.Pong)];
    }
}

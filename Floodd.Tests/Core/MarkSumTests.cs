// What marks come to, told by a neighbor instead of them: the same is the end of it, something else is answered with the marks.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MarkSumTests
{
    private static readonly StreamId Stream = new(Rig.A, 1);
    private readonly Rig _rig = new();
    private readonly LinkEnd _a, _c;

    public MarkSumTests() => (_a, _c) = _rig.LinkBoth();

    [Test]
    public void Whose_sum_is_the_same_is_told_nothing()
    {
        _a.Exported(Stream, 5);
        Tell(_c, isAnswer: false, Own.Marks.Sum);
        _c.Take();
        _rig.Pass(1);
        Assert.That(Kinds(_c), Has.None.EqualTo(FrameKind.Delivery).And.None.EqualTo(FrameKind.MarkSums));
    }

    [Test]
    public void Whose_sum_is_another_is_told_the_marks_and_what_they_come_to()
    {
        _rig.Pass(1);
        _c.Take();
        _a.Exported(Stream, 5);
        Tell(_c, isAnswer: false, 1);
        List<(FrameKind Kind, byte[] Payload)> heard = _c.Take();
        Assert.That(MarksIn(_c, heard), Does.Contain(new NamedMark(Rig.A, 5, 5, false)));
        var reader = new FieldReader(heard.Last(f => f.Kind == FrameKind.MarkSums).Payload);
        Assert.That((reader.Group(), reader.Flag(), MarkSum.Read(ref reader), reader.AtEnd), Is.EqualTo((Rig.Mirror, true, new MarkSum(Stream, Own.Marks.Sum), true)));
    }

    [Test]
    public void An_answer_is_answered_with_marks_alone()
    {
        _a.Exported(Stream, 5);
        Tell(_c, isAnswer: true, 1);
        List<(FrameKind Kind, byte[] Payload)> heard = _c.Take();
        Assert.That(MarksIn(_c, heard), Does.Contain(new NamedMark(Rig.A, 5, 5, false)));
        Assert.That(heard.Select(f => f.Kind), Has.None.EqualTo(FrameKind.MarkSums));
    }

    [Test]
    public void What_was_told_is_not_told_again_however_often_other_sums_come()
    {
        Tell(_c, isAnswer: true, 1);
        _c.Take();
        Tell(_c, isAnswer: true, 1);
        Assert.That(Kinds(_c), Has.None.EqualTo(FrameKind.Delivery));
    }

    [Test]
    public void A_stream_that_nobody_had_named_is_asked_for()
    {
        var unheard = new StreamId(Rig.C, 7);
        _c.Send(w => Write(w, isAnswer: false, new MarkSum(unheard, 9)));
        var reader = new FieldReader(_c.Take().Last(f => f.Kind == FrameKind.MarkSums).Payload);
        Assert.That((reader.Group(), reader.Flag(), MarkSum.Read(ref reader)), Is.EqualTo((Rig.Mirror, true, new MarkSum(unheard, 0))));
    }

    [Test]
    public void Sums_of_a_group_that_is_not_ours_are_passed_over()
    {
        _c.Send(w =>
        {
            MarkSum.Begin(w, new GroupName("other"), isAnswer: false);
            new MarkSum(Stream, 1).Write(w);
            w.EndFrame(FrameKind.MarkSums);
        });
        Assert.That((Kinds(_c).Count, _c.IsClosed), Is.EqualTo((0, false)));
    }

    [Test]
    public void A_sum_is_that_of_the_marks_there_are_in_whatever_order_they_came()
    {
        var group = new Group(new GroupDefinition(Rig.Mirror), new FloodKeys(16, 0));
        var known = new Member(new Site(Rig.A));
        group.Add(known);
        MarkTable one = new(group), other = new(group);
        one.Raise(Rig.A, new(5, 3, true));
        one.Raise(Rig.C, new(2, 2, false));
        one.Raise(Rig.A, new(7, 3, false));
        other.Raise(Rig.C, new(2, 2, false));
        other.Raise(Rig.A, new(7, 3, false));
        Assert.That(one.Sum, Is.EqualTo(other.Sum).And.Not.Zero);
        other.Raise(Rig.A, new(7, 4, false));
        Assert.That(one.Sum, Is.Not.EqualTo(other.Sum));
        group.Add(new Member(new Site(Rig.C)));
        one.Forget(known.Place);
        Assert.That(one.Sum, Is.EqualTo(MarkSum.NumberOf(MarkSum.NumberOf(Rig.C), 2, 2, false)), "of members alone");
    }

    [TestCase(30, true)]
    [TestCase(61, false)]
    public void Of_who_has_been_down_for_long_nothing_is_told(int seconds, bool isTold)
    {
        _a.Exported(Stream, 4);
        _a.End.Vanish();
        _rig.Pass(seconds);
        LinkEnd c = _rig.Link(Rig.C, incarnation: 2);
        _rig.Pass(0.2);
        c.Take();
        Own.Marks.At(_rig.Group.Members[Rig.A].Place).KnownBy = default;
        Tell(c, isAnswer: true, 1);
        Assert.That(MarksIn(c, c.Take()).Any(m => m.Site == Rig.A), Is.EqualTo(isTold));
    }

    private SegmentStream Own => _rig.Group.Find(Stream)!;

    private static List<FrameKind> Kinds(LinkEnd link) => [.. link.Take().Select(f => f.Kind)];

    private static void Tell(LinkEnd link, bool isAnswer, ulong sum) => link.Send(w => Write(w, isAnswer, new MarkSum(Stream, sum)));

    private static void Write(FieldWriter writer, bool isAnswer, MarkSum sum)
    {
        MarkSum.Begin(writer, Rig.Mirror, isAnswer);
        sum.Write(writer);
        writer.EndFrame(FrameKind.MarkSums);
    }

    private static IEnumerable<NamedMark> MarksIn(LinkEnd link, List<(FrameKind Kind, byte[] Payload)> heard) => link.MarksIn(heard).Select(m => m.Mark);
}

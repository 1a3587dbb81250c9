// A site that gets a busy stream twice, and one that is asked to be silent: what is said, how long it holds, and what ends it.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SparingTests
{
    private const uint AliasAtC = 2;

    private readonly Rig _rig = new();
    private readonly LinkEnd _a;
    private readonly LinkEnd _c;
    private long _next = 1;

    public SparingTests()
    {
        _a = _rig.Link(Rig.A);
        _c = _rig.Link(Rig.C);
        _c.Send(w => SmallFrames.WriteStream(w, AliasAtC, Rig.Mirror, _a.Stream));
        _c.Take();
    }

    [Test]
    public void Who_brings_a_busy_stream_later_is_spared_and_who_brings_it_first_is_not()
    {
        Busy();
        Assert.That(Spares(_c), Is.EqualTo(new[] { (AliasAtC, true, 11L) }));
        Assert.That(Spares(_a), Is.Empty);
    }

    [Test]
    public void Many_small_updates_are_a_busy_stream_as_well()
    {
        for (int i = 0; i < 40; i++)
        {
            Both(10);
        }

        Assert.That(Spares(_c), Is.EqualTo(new[] { (AliasAtC, true, 31L) }));
        Assert.That(Spares(_a), Is.Empty);
    }

    [Test]
    public void Nobody_is_spared_for_little()
    {
        Both(1000);
        Assert.That(Spares(_c), Is.Empty);
    }

    [Test]
    public void Nobody_is_spared_for_what_comes_slowly()
    {
        for (int i = 0; i < 40; i++)
        {
            Both(1000);
            _rig.Pass(0.1);
        }

        Assert.That(Spares(_c), Is.Empty);
    }

    [Test]
    public void It_is_said_again_while_something_new_comes_and_not_any_more()
    {
        Busy();
        Spares(_c);
        for (int i = 0; i < 5; i++)
        {
            _rig.Pass(0.1);
            FromA(100);
            Assert.That(Spares(_c), Has.Count.EqualTo(1), $"{i}");
        }

        _rig.Pass(1);
        Assert.That(Spares(_c), Is.EqualTo(new[] { (AliasAtC, true, _next - 1) }));
        _rig.Pass(1);
        Assert.That(Spares(_c), Is.Empty);
    }

    [Test]
    public void After_some_seconds_it_may_show_again_whether_it_is_first()
    {
        Busy();
        List<(uint, bool Spared, long)> said = [];
        for (int i = 0; i < 155; i++)
        {
            _rig.Pass(0.1);
            FromA(100);
            _a.AnswerPings();
            said.AddRange(Spares(_c, answers: true));
        }

        Assert.That(said.FindIndex(s => !s.Spared), Is.InRange(48, 150));
    }

    [Test]
    public void When_the_first_is_gone_the_other_is_told_at_once()
    {
        Busy();
        Spares(_c);
        _a.End.Vanish();
        Assert.That(Spares(_c), Is.EqualTo(new[] { (AliasAtC, false, _next - 1) }));
    }

    [Test]
    public void Who_brings_back_what_was_flooded_here_is_spared_for_as_long_as_more_is_flooded()
    {
        const uint Alias = 3;
        SegmentStream own = _rig.Group.FindOrAdd(_rig.Group.OwnId);
        ClientEnd publisher = _rig.Client();
        _c.Send(w => SmallFrames.WriteStream(w, Alias, Rig.Mirror, own.Id));
        List<(uint, bool, long)> said = [];
        for (int i = 1; i <= 155; i++)
        {
            publisher.Ask($"flood 1000\n{new string('x', 1000)}");
            if (i <= 20)
            {
                _c.End.Say(Piece.Run(Rig.Mirror, own.Id, Alias, i, Piece.Whole(new string('x', 1000))));
            }

            _rig.Pass(i <= 20 ? 0 : 0.1);
            _a.AnswerPings();
            said.AddRange(Spares(_c, answers: true));
        }

        Assert.That(said[0], Is.EqualTo((Alias, true, 11L)));
        Assert.That(said, Has.Count.InRange(130, 140).And.All.Matches<(uint, bool Spared, long)>(s => s.Spared), "there is nobody else to be first");
        Assert.That(said[^1], Is.EqualTo((Alias, true, 155L)));
    }

    [TestCase(1UL, 0)]
    [TestCase(2UL, 1)]
    public void What_a_site_has_flooded_in_this_life_is_never_sent_to_it(ulong life, int expected)
    {
        var rig = new Rig();
        var stream = new StreamId(Rig.A, 1);
        LinkEnd c = rig.Link(Rig.C);
        LinkEnd a = rig.Link(Rig.A, life);
        a.Take();
        c.Send(w => SmallFrames.WriteStream(w, AliasAtC, Rig.Mirror, stream));
        c.End.Say(Piece.Run(Rig.Mirror, stream, AliasAtC, 1, Piece.Whole("update")));
        Assert.That(Sent(a), Has.Count.EqualTo(expected));
    }

    [Test]
    public void Who_asks_is_sent_nothing_for_a_moment_and_then_what_it_lacks()
    {
        FromA(10);
        _c.Send(w => SmallFrames.WriteSpare(w, 1, true, 2));
        Sent(_c);
        FromA(10);
        FromA(10);
        _c.Send(w => SmallFrames.WriteSpare(w, 1, true, 2));
        _rig.Pass(0.2);
        Assert.That(Sent(_c), Is.Empty);
        _rig.Pass(0.1);
        Assert.That(Sent(_c), Is.EqualTo(new[] { 3L }));
        FromA(10);
        Assert.That(Sent(_c), Is.EqualTo(new[] { 4L }));
    }

    [Test]
    public void Each_word_holds_for_another_moment()
    {
        FromA(10);
        for (int i = 0; i < 10; i++)
        {
            _c.Send(w => SmallFrames.WriteSpare(w, 1, true, i + 1));
            FromA(10);
            _rig.Pass(0.2);
        }

        Assert.That(Sent(_c), Is.EqualTo(new[] { 1L }));
        _c.Send(w => SmallFrames.WriteSpare(w, 1, false, 10));
        Assert.That(Sent(_c), Is.EqualTo(new[] { 11L }));
    }

    [Test]
    public void Who_asks_what_is_held_is_spared_no_more()
    {
        FromA(10);
        _c.Send(w => SmallFrames.WriteSpare(w, 1, true, 1));
        FromA(10);
        Sent(_c);
        _c.Send(w =>
        {
            Digest.Begin(w, Rig.Mirror, closed: false, last: false, asks: true);
            Digest.Entry(w, new(_a.Stream, InOrder: false, 1, new SegmentSet()));
            w.EndFrame(FrameKind.Digest);
        });
        Assert.That(Sent(_c), Is.EqualTo(new[] { 1L, 2L }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Who_asks_before_it_has_told_what_it_has_is_sent_nothing(bool spared)
    {
        FromA(10);
        Sent(_c);
        LinkGroup group = _rig.Core.State.Links.Values.Single(l => l.Site?.Name == Rig.C).Groups[Rig.Mirror];

        // As when neither end wanted the group's updates for a moment.
        group.Forget();
        _c.Send(w => SmallFrames.WriteSpare(w, 1, spared, 0));
        _rig.Pass(0.5);
        Assert.That(Sent(_c), Is.Empty);
        _c.Send(w =>
        {
            Digest.Begin(w, Rig.Mirror, closed: false, last: true, asks: false);
            w.EndFrame(FrameKind.Digest);
        });
        _rig.Pass(0.5);
        Assert.That(Sent(_c), Is.EqualTo(new[] { 1L }));
    }

    [Test]
    public void A_number_that_was_never_given_breaks_the_link()
    {
        _c.Send(w => SmallFrames.WriteSpare(w, 7, true, 1));
        Assert.That(_c.Goodbye(), Is.EqualTo(GoodbyeReason.Broken));
    }

    // More than is worth a word, first from a, then from c.
    private void Busy()
    {
        for (int i = 0; i < 20; i++)
        {
            Both(1000);
        }
    }

    private void Both(int bytes)
    {
        var piece = Piece.Whole(new string('x', bytes));
        _a.Run(_next, piece);
        _c.End.Say(Piece.Run(Rig.Mirror, _a.Stream, AliasAtC, _next, piece));
        _next++;
    }

    private void FromA(int bytes) => _a.Run(_next++, Piece.Whole(new string('x', bytes)));

    private static List<(uint Alias, bool Spared, long Through)> Spares(LinkEnd link, bool answers = false) =>
        [.. (answers ? link.AnswerPings() : link.Take()).Where(f => f.Kind == FrameKind.Spare).Select(f => SmallFrames.ReadSpare(f.Payload)!.Value)];

    // The numbers of the segments that were sent.
    private static List<long> Sent(LinkEnd link) =>
    [
        .. link.Take().Where(f => f.Kind == FrameKind.Segments)
            .SelectMany(f => RunHead.TryRead(f.Payload, out RunHead head) ? Enumerable.Range(0, head.Count).Select(i => head.First + i) : []),
    ];
}

// Marks on their way through a site: told to each neighbor that does not know them, and to no other.
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MarkTests
{
    private static readonly StreamId Stream = new(Rig.A, 1);
    private readonly Rig _rig = new();

    [Test]
    public void A_mark_goes_to_the_neighbor_that_does_not_know_it()
    {
        LinkEnd a = Quiet(Rig.A), c = Quiet(Rig.C);
        Tell(a, 5);
        _rig.Pass(0.2);
        Assert.That((Told(a), Told(c)), Is.EqualTo((0, 5)));
    }

    [Test]
    public void Nobody_is_told_what_it_has_said_itself_while_it_was_gathered()
    {
        LinkEnd a = Quiet(Rig.A), c = Quiet(Rig.C);
        a.Run(1, [.. "12345".Select(n => Piece.Whole($"{n}"))]);
        Tell(a, 5);
        Tell(c, 5);
        _rig.Pass(0.2);
        Assert.That((Told(a), Told(c)), Is.EqualTo((0, 0)));
    }

    [Test]
    public void A_mark_that_comes_before_what_it_covers_is_told_at_once()
    {
        LinkEnd a = Quiet(Rig.A), c = Quiet(Rig.C);
        Tell(a, 5);
        Assert.That(Told(c), Is.EqualTo(5));
    }

    [Test]
    public void Who_said_less_is_told()
    {
        LinkEnd a = Quiet(Rig.A), c = Quiet(Rig.C);
        Tell(a, 5);
        Tell(c, 4);
        _rig.Pass(0.2);
        Assert.That(Told(c), Is.EqualTo(5));
    }

    [Test]
    public void A_new_link_in_the_place_of_one_that_knew_is_told_all()
    {
        LinkEnd a = Quiet(Rig.A), c = Quiet(Rig.C);
        Tell(a, 5);
        Tell(c, 5);
        _rig.Pass(0.2);
        c.End.Vanish();
        c = _rig.Link(Rig.C, incarnation: 2);
        Assert.That(Told(c), Is.EqualTo(5));
    }

    [Test]
    public void A_frame_that_ends_before_its_mark_brings_none()
    {
        LinkEnd a = Quiet(Rig.A), c = Quiet(Rig.C);
        a.Send(w =>
        {
            DeliveryFrames.WriteNames(w, [Rig.A]);
            DeliveryFrames.Begin(w, Rig.Mirror, last: false);
            w.Stream(Stream);
            w.Number(1L);
            w.EndFrame(FrameKind.Delivery);
        });
        Assert.That(a.IsClosed);
        _rig.Pass(0.2);
        Assert.That(_rig.Group.Find(Stream)!.Marks.All.Select(m => m.Site.Value), Has.None.Empty);
        Assert.That(c.Take().Select(f => f.Kind), Has.None.EqualTo(FrameKind.Delivery));
    }

    // A link on which all was said that is said at its start.
    private LinkEnd Quiet(SiteName site)
    {
        LinkEnd link = _rig.Link(site);
        _rig.Pass(0.2);
        link.Take();
        return link;
    }

    private static void Tell(LinkEnd link, long exported) =>
        link.Send(w => link.Marks(w, last: false, Stream, new NamedMark(Rig.A, exported, exported, false)));

    // The highest mark of site a in its stream that was heard.
    private static long Told(LinkEnd link) =>
        link.MarksIn(link.Take()).Where(m => m.Stream == Stream && m.Mark.Site == Rig.A).Select(m => m.Mark.Exported).DefaultIfEmpty().Max();
}

// Whom a site links to as editions change: what the old one linked carries on until the new one's links do.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NeighborTests
{
    private readonly Rig _rig = new(group: g => g with { Connectivity = 1 });
    private readonly LinkEnd _a;

    public NeighborTests()
    {
        _a = _rig.Link(Rig.A);
        Publish(1, Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.A, Rig.C));
        SayThatCIsUp();

        // A link that joined parts carries in any case for half a minute.
        Keep(31);
        _a.Take();
    }

    [Test]
    public void A_link_that_is_left_out_carries_on_until_the_new_one_has_told_what_it_has()
    {
        Publish(2, Edge.Between(Rig.B, Rig.C), Edge.Between(Rig.A, Rig.C));
        _rig.Pass(3);
        Assert.That(Wants(_a), Is.Empty, "nobody else carries yet");
        _a.Run(1, Piece.Whole("in between"));
        Assert.That(_rig.Exports, Has.Count.EqualTo(1));

        LinkEnd c = _rig.Connect(Rig.C);
        c.Greet();
        _rig.Pass(0.1);
        Assert.That(Wants(_a), Is.Empty, "a link that is up has not told anything yet");
        c.Join();
        _rig.Pass(0.1);
        Assert.That(Wants(_a), Is.EqualTo(new[] { false }), "now it is left out");
    }

    [Test]
    public void A_link_that_is_left_out_is_not_kept_for_ever_for_one_that_does_not_come_up()
    {
        Publish(2, Edge.Between(Rig.B, Rig.C), Edge.Between(Rig.A, Rig.C));
        Keep(11);
        Assert.That(_rig.Group.Former, Is.Empty);
    }

    [Test]
    public void A_link_that_both_editions_have_is_not_touched()
    {
        Publish(2, Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.B, Rig.C));
        _rig.Pass(2);
        Assert.That(Wants(_a), Is.Empty);
        Assert.That(_a.IsClosed, Is.False);
    }

    private void Publish(long edition, params Edge[] edges) =>
        _a.Send(w => TopologyRecord.Write(w, new Topology(Rig.Mirror, edition, Rig.A, 1, [.. edges.Order()])));

    private void Keep(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _rig.Pass(1);
            _a.AnswerPings();
        }
    }

    private ulong _version = 1;

    // A and C say that they are linked to each other.
    private void SayThatCIsUp() => _a.Send(w =>
    {
        _version++;
        w.BeginFrame();
        new SiteRecord(new(Rig.A), 1, _version, [new(Rig.Mirror, 0)], [Rig.B, Rig.C]).Write(w);
        new SiteRecord(new(Rig.C), 1, _version, [new(Rig.Mirror, 0)], [Rig.A]).Write(w);
        w.EndFrame(FrameKind.Sites);
    });

    private static List<bool> Wants(LinkEnd link) =>
        [.. link.Take().Where(f => f.Kind == FrameKind.Want).Select(f => SmallFrames.ReadWant(f.Payload)!.Value.Wanted)];
}

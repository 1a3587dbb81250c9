// What a stranger or a member may cost at the data port: the bounds of LIMITS.md, in virtual time.
using System.Net;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LinkLimitTests
{
    private readonly Rig _rig = new();

    [Test]
    public void A_stranger_s_first_frame_is_short()
    {
        LinkEnd link = _rig.Connect(Rig.A);
        link.End.Say([0, 8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. new byte[1100]]);
        Assert.That(link.IsClosed);
    }

    [Test]
    public void A_second_holder_of_a_name_is_not_read_until_it_is_known_whether_the_first_lives()
    {
        _rig.Link(Rig.A);
        LinkEnd second = _rig.Connect(Rig.A);
        second.Greet(incarnation: 2);
        Assert.That(second.End.IsPaused);
        _rig.Pass(2.1);
        Assert.That(second.End.IsPaused, Is.False);
        Assert.That(second.IsClosed, Is.False);
    }

    [Test]
    public void Who_asks_on_a_link_and_takes_no_answers_is_let_go()
    {
        _rig.Drains = false;
        LinkEnd link = _rig.Link(Rig.A);
        var writer = new FieldWriter();
        for (int i = 0; i < 10_000; i++)
        {
            SmallFrames.WriteStamp(writer, FrameKind.Ping, i + 1);
        }

        byte[] pings = writer.Written.ToArray();
        for (int i = 0; i < 200 && !link.IsClosed; i++)
        {
            link.End.Say(pings);
            link.End.Heard.Clear();
        }

        Assert.That(link.IsClosed);
        Assert.That(link.End.Unwritten, Is.LessThan(18 << 20));
    }

    [Test]
    public void Joins_beyond_fifty_a_second_are_put_off_and_not_lost()
    {
        var rig = new Rig(l => l with { Access = l.Access with { Insecure = true, JoinRateMax = 5, UnknownLinkMax = 1000, SessionsPerSecondMax = 1000 } });
        for (int i = 0; i < 12; i++)
        {
            var name = new SiteName($"joiner{i}");
            LinkEnd link = rig.Connect(name, address: IPAddress.Parse($"192.0.2.{i + 1}"));
            link.Greet();
            link.Join();
        }

        Assert.That(rig.Group.Members.Keys.Count(n => n.Value.StartsWith("joiner", StringComparison.Ordinal)), Is.EqualTo(6).Within(1));
        Assert.That(rig.Core.State.Counters.JoinsPutOff, Is.Positive);
        rig.Pass(4);
        Assert.That(rig.Group.Members.Keys.Count(n => n.Value.StartsWith("joiner", StringComparison.Ordinal)), Is.EqualTo(12));
    }

    [Test]
    public void Sites_that_no_file_names_are_bounded()
    {
        var rig = new Rig(l => l with { Access = l.Access with { Insecure = true, LearnedSiteMax = 10 } });
        LinkEnd link = rig.Link(Rig.A);
        link.Send(w =>
        {
            w.BeginFrame();
            for (int i = 0; i < 50; i++)
            {
                new SiteRecord(new SiteDefinition(new SiteName($"made-up{i}")), 1, 1, [new(Rig.Mirror, 0)], [Rig.A]).Write(w);
            }

            w.EndFrame(FrameKind.Sites);
        });
        Assert.That(rig.Core.State.Sites, Has.Count.EqualTo(13));
        Assert.That(rig.Core.State.Counters.SitesNotLearned, Is.EqualTo(40));
    }

    [TestCase("169.254.1.1")]
    [TestCase("::ffff:169.254.1.1")]
    [TestCase("::ffff:224.0.0.1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("239.1.2.3")]
    public void An_address_that_no_stranger_may_have_us_call_is_not_called(string address) =>
        Assert.That(_rig.Core.Admission.MayDial(new SiteDefinition(new SiteName("x")) { InetAddress = IPAddress.Parse(address) }), Is.False);

    [Test]
    public void The_marks_of_a_large_group_end_no_link_and_asking_for_them_again_and_again_does()
    {
        var rig = new Rig(l => l with { DataStorageMax = 64 << 20 });
        LinkEnd a = rig.Link(Rig.A);
        NamedMark[] marks = [.. Enumerable.Range(0, 250).Select(i => new NamedMark(new($"member-{i:000}"), WireLimits.NumberMax - i, 1, false))];
        for (ulong incarnation = 2; incarnation < 5000; incarnation++)
        {
            ulong number = incarnation;
            a.Send(w => a.Marks(w, last: false, new StreamId(Rig.A, number), marks));
        }

        rig.Drains = false;
        LinkEnd c = rig.Link(Rig.C);
        rig.Pass(3);
        Assert.That(c.IsClosed, Is.False);
        Assert.That(c.End.Heard, Has.Count.GreaterThan(20_000_000));
        for (int i = 0; i < 3000 && !c.IsClosed; i++)
        {
            c.Send(w =>
            {
                Digest.Begin(w, Rig.Mirror, closed: false, last: false, asks: true);
                w.EndFrame(FrameKind.Digest);
            });
        }

        Assert.That(c.IsClosed, Is.True);
    }
}

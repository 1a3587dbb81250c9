// Whose turn it is to be measured: whoever nobody knows does not wait for the periods.
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ProbeTurnsTests
{
    private readonly Rig _rig = new(group: g => g with { Connectivity = 1, PingPeriod = Hour, BandwidthPeriod = Hour });

    private static TimeSpan Hour => TimeSpan.FromHours(1);

    [Test]
    public void Who_comes_when_the_next_turn_is_far_is_measured_at_once()
    {
        _rig.Pass(120);
        LinkEnd a = Begin();
        Assert.That(Until(a, seconds: 3), Is.True);
    }

    [Test]
    public void Bursts_go_to_whom_nobody_has_sent_any_long_before_their_period()
    {
        _rig.Pass(120);
        LinkEnd a = Begin();
        Until(a, seconds: 3);
        Assert.That(Measure().IsClosed, Is.True, "the distance alone");
        Assert.That(Until(a, seconds: 8), Is.True);
        LinkEnd second = Measure();
        Assert.That(second.Take().First().Kind, Is.EqualTo(FrameKind.Burst));
    }

    [Test]
    public void Who_was_measured_waits_for_the_periods()
    {
        LinkEnd a = Begin();
        Until(a, seconds: 3);
        Measure();
        for (int look = 1; look <= 2; look++)
        {
            Assert.That(Until(a, seconds: 12), Is.True, $"look {look}, soon");
            LinkEnd probe = Measure();
            while (probe.Take().Where(f => f.Kind == FrameKind.Burst).ToList() is { Count: > 0 } burst)
            {
                (long number, int total, _) = BurstFrames.ReadBurst(burst[0].Payload)!.Value;
                probe.Send(w => BurstFrames.WriteSeen(w, number, total, TimeSpan.FromMilliseconds(100), isFull: true));
            }

            Assert.That(probe.IsClosed, Is.True, "measured");
        }

        Assert.That(Until(a, seconds: 600), Is.False);
    }

    [TestCase(1, GoodbyeReason.Unwanted, Description = "measured")]
    [TestCase(2, GoodbyeReason.Broken)]
    public void No_more_of_a_burst_comes_than_was_sent(int times, GoodbyeReason reason)
    {
        LinkEnd a = Begin();
        Until(a, seconds: 3);
        Measure();
        Until(a, seconds: 12);
        LinkEnd probe = Measure();
        (long number, int total, _) = BurstFrames.ReadBurst(probe.Take().First(f => f.Kind == FrameKind.Burst).Payload)!.Value;
        probe.Send(w => BurstFrames.WriteSeen(w, number, total * times, TimeSpan.FromMilliseconds(100), isFull: true));
        Assert.That(probe.Goodbye(), Is.EqualTo(reason));
    }

    // A is linked to both, and C is up by what they say.
    private LinkEnd Begin()
    {
        LinkEnd a = _rig.Link(Rig.A);
        a.Send(w =>
        {
            w.BeginFrame();
            new SiteRecord(new(Rig.A), 1, 2, [new(Rig.Mirror, 0)], [Rig.B, Rig.C]).Write(w);
            new SiteRecord(new(Rig.C) { DataPort = 9, InetAddress = Rig.AddressOf(Rig.C) }, 1, 2, [new(Rig.Mirror, 0)], [Rig.A]).Write(w);
            w.EndFrame(FrameKind.Sites);
        });
        a.Send(w => TopologyRecord.Write(w, new Topology(Rig.Mirror, 1, Rig.A, 1, [Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.A, Rig.C)])));
        _rig.Do(new Event.DialFailed(Rig.C, "not yet"));
        return a;
    }

    // Whether C is dialed in time; A goes on to be heard.
    private bool Until(LinkEnd a, int seconds)
    {
        int before = _rig.Dials.Count;
        for (int i = 0; i < seconds * 2 && !_rig.Dials.Skip(before).Contains(Rig.C); i++)
        {
            _rig.Pass(0.5);
            a.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 1));
        }

        return _rig.Dials.Skip(before).Contains(Rig.C);
    }

    private LinkEnd Measure()
    {
        LinkEnd probe = _rig.Connect(Rig.C, dialed: Rig.C);
        probe.Greet();
        for (int i = 0; i < 4; i++)
        {
            byte[] ping = probe.Take().Last(f => f.Kind == FrameKind.Ping).Payload;
            _rig.Oversleep(0.030);
            probe.Send(w => SmallFrames.WriteStamp(w, FrameKind.Pong, SmallFrames.ReadStamp(ping)!.Value));
        }

        return probe;
    }
}

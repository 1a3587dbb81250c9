// Connections that only measure: what may be said on them, and that they change nothing else.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Wire;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ProbingTests
{
    private readonly Rig _rig = new();

    [Test]
    public void A_probe_is_answered_and_is_no_link()
    {
        LinkEnd probe = Probe();
        probe.Take();
        probe.Send(w => SmallFrames.WriteStamp(w, FrameKind.Ping, 77));
        Assert.That(probe.Take().Select(f => (f.Kind, SmallFrames.ReadStamp(f.Payload))), Is.EqualTo(new[] { (FrameKind.Pong, (long?)77) }));
        Assert.That(_rig.NoteKinds, Has.None.EqualTo(NoteKind.LinkUp));
        Assert.That(_rig.Client().Ask("members\n"), Does.Not.Contain("(:state up)"));
    }

    [Test]
    public void A_probe_stands_beside_a_link_to_the_same_site()
    {
        LinkEnd link = _rig.Link(Rig.A), probe = Probe();
        Assert.That((link.IsClosed, probe.IsClosed), Is.EqualTo((false, false)));
    }

    [Test]
    public void More_than_a_measurement_ends_a_probe()
    {
        LinkEnd probe = Probe();
        probe.Send(w => SmallFrames.WriteWant(w, Rig.Mirror, true));
        Assert.That((probe.IsClosed, probe.Goodbye()), Is.EqualTo((true, (GoodbyeReason?)GoodbyeReason.Broken)));
    }

    [Test]
    public void A_stranger_may_not_probe()
    {
        LinkEnd probe = _rig.Connect(new("stranger"));
        probe.Send(new Hello(WireLimits.Version, WireLimits.OldestVersion, Hello.ProbeOnly, new("stranger"), 1).Write);
        Assert.That((probe.IsClosed, probe.Goodbye()), Is.EqualTo((true, (GoodbyeReason?)GoodbyeReason.Refused)));
    }

    [Test]
    public void A_probe_ends_after_its_time()
    {
        LinkEnd probe = Probe();
        _rig.Pass(16);
        Assert.That((probe.IsClosed, probe.Goodbye()), Is.EqualTo((true, (GoodbyeReason?)GoodbyeReason.Unwanted)));
    }

    [Test]
    public void A_site_that_probes_and_probes_is_refused()
    {
        LinkEnd[] probes = [.. Enumerable.Range(0, 6).Select(_ => Probe())];
        Assert.That(probes.Count(p => !p.IsClosed), Is.LessThanOrEqualTo(3));
    }

    [Test]
    public void A_burst_is_timed_when_all_of_it_is_there()
    {
        LinkEnd probe = Probe();
        probe.Take();
        var frames = new FieldWriter();
        Samples.WriteBurst(frames, 1, 40_000);
        ReadOnlySpan<byte> bytes = frames.Written.Span;
        for (int at = 0; at < bytes.Length; at += 1000)
        {
            Assert.That(probe.Take(), Is.Empty);
            _rig.Oversleep(0.01);
            probe.End.Say(bytes[at..Math.Min(bytes.Length, at + 1000)]);
        }

        (FrameKind kind, byte[] payload) = probe.Take().Single();
        Assert.That(kind, Is.EqualTo(FrameKind.BurstSeen));
        (long number, long count, TimeSpan duration, bool isFull) = BurstFrames.ReadSeen(payload)!.Value;
        Assert.That((number, isFull), Is.EqualTo((1, true)));
        Assert.That(count / duration.TotalSeconds, Is.EqualTo(100_000).Within(10).Percent);
    }

    [Test]
    public void More_filler_than_a_probe_may_send_ends_it()
    {
        LinkEnd probe = Probe();
        for (int i = 1; i <= 3 && !probe.IsClosed; i++)
        {
            probe.Send(w => Samples.WriteBurst(w, i, 500_000));
        }

        AssertBroken(probe);
    }

    [Test]
    public void A_burst_of_no_byte_ends_a_probe()
    {
        LinkEnd probe = Probe();
        probe.Send(w => Samples.WriteBurst(w, 1, 0));
        AssertBroken(probe);
    }

    [Test]
    public void Who_was_dialed_only_answers()
    {
        LinkToA();
        LinkEnd probe = Dialed();
        probe.Send(w => Samples.WriteBurst(w, 1, 700));
        AssertBroken(probe);
    }

    [Test]
    public void A_member_without_a_link_is_dialed_and_measured_and_told_of()
    {
        LinkEnd a = LinkToA(), probe = Dialed();
        for (int i = 0; i < 4; i++)
        {
            byte[] ping = probe.Take().Single(f => f.Kind == FrameKind.Ping).Payload;
            _rig.Oversleep(0.030);
            probe.Send(w => SmallFrames.WriteStamp(w, FrameKind.Pong, SmallFrames.ReadStamp(ping)!.Value));
        }

        Assert.That(probe.IsClosed, Is.True, "measured");
        a.Take();
        _rig.Pass(1.5);
        EstimateReport report = a.Take().Where(f => f.Kind == FrameKind.Report).Select(f => EstimateReport.Read(f.Payload)!).Last();
        Assert.That(report.Entries.Single(e => e.To == Rig.C).RttMicroseconds, Is.EqualTo(30_000).Within(100));
    }

    private static void AssertBroken(LinkEnd probe) => Assert.That((probe.IsClosed, probe.Goodbye()), Is.EqualTo((true, (GoodbyeReason?)GoodbyeReason.Broken)));

    // C is a member that the topology gives no link to: it is to be measured.
    private LinkEnd LinkToA()
    {
        LinkEnd a = _rig.Link(Rig.A);
        Meet(a);
        a.Send(w => TopologyRecord.Write(w, new Topology(Rig.Mirror, 1, Rig.A, 1, [Edge.Between(Rig.A, Rig.B), Edge.Between(Rig.A, Rig.C)])));
        _rig.Do(new Event.DialFailed(Rig.C, "not yet"));
        return a;
    }

    // The other end of the next probe that C is dialed for.
    private LinkEnd Dialed()
    {
        int before = _rig.Dials.Count;
        _rig.Pass(2);
        Assert.That(_rig.Dials.Skip(before), Does.Contain(Rig.C));
        LinkEnd probe = _rig.Connect(Rig.C, dialed: Rig.C);
        Assert.That(Hello.Read(probe.Take()[0].Payload)!.IsProbe, Is.True);
        probe.Greet();
        return probe;
    }

    // A says that it has a link to C and C that it has one to A: so C is up.
    private static void Meet(LinkEnd a) => a.Send(w =>
    {
        w.BeginFrame();
        new SiteRecord(new(Rig.A), 1, 2, [new(Rig.Mirror, 0)], [Rig.B, Rig.C]).Write(w);
        new SiteRecord(new(Rig.C) { DataPort = 9, InetAddress = Rig.AddressOf(Rig.C) }, 1, 2, [new(Rig.Mirror, 0)], [Rig.A]).Write(w);
        w.EndFrame(FrameKind.Sites);
    });

    private LinkEnd Probe()
    {
        LinkEnd probe = _rig.Connect(Rig.A);
        probe.Send(new Hello(WireLimits.Version, WireLimits.OldestVersion, Hello.ProbeOnly, Rig.A, 1).Write);
        return probe;
    }
}

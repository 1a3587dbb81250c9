// What is told to every neighbor, and when: at once if somebody waits for it, else with what is sent next.
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ForwardingTests
{
    private static readonly Action<FieldWriter> Ping = w => SmallFrames.WriteStamp(w, FrameKind.Ping, 1);

    private readonly Rig _rig = new();
    private readonly LinkEnd _a, _c;

    public ForwardingTests()
    {
        (_a, _c) = (_rig.Link(Rig.A), _rig.Link(Rig.C));
        _rig.Pass(0.5);
        _c.Take();
    }

    [Test]
    public void A_sites_first_word_on_a_way_goes_out_at_once_and_what_it_says_later_rides_along()
    {
        _a.Send(Report(1, 12_500));
        Assert.That(Count(_c, FrameKind.Report), Is.EqualTo(1));
        _rig.Pass(0.2);
        _c.Take();
        _a.Send(Report(2, 20_000));
        Assert.That(Count(_c, FrameKind.Report), Is.Zero);
        _c.Send(Ping);
        Assert.That(Count(_c, FrameKind.Report), Is.EqualTo(1));
        _c.Send(Ping);
        Assert.That(Count(_c, FrameKind.Report), Is.Zero, "once");
    }

    [Test]
    public void What_rides_along_waits_no_longer_than_for_the_heartbeat()
    {
        _a.Send(Report(1, 12_500));
        _a.Send(Report(2, 20_000));
        _c.Take();
        _rig.Pass(2);
        Assert.That(Count(_c, FrameKind.Report), Is.EqualTo(1));
        _rig.Pass(3);
        Assert.That(Count(_c, FrameKind.Report), Is.Zero);
    }

    [Test]
    public void What_the_other_end_said_too_does_not_ride_along()
    {
        _a.Send(Report(1, 12_500));
        _a.Send(Report(2, 20_000));
        _c.Take();
        _c.Send(Report(2, 20_000));
        _c.Send(Ping);
        Assert.That(Count(_c, FrameKind.Report), Is.Zero);
    }

    [Test]
    public void A_record_that_says_something_new_goes_out_at_once_and_a_repeat_rides_along()
    {
        _a.Send(Record(2, Rig.B, Rig.C));
        Assert.That(Versions(_c), Is.EqualTo([2UL]));
        _a.Send(Record(3, Rig.B, Rig.C));
        Assert.That(Versions(_c), Is.Empty);
        _a.Send(Record(4, Rig.B, Rig.C));
        _c.Send(Ping);
        Assert.That(Versions(_c), Is.EqualTo([4UL]), "the last one only");
        _a.Send(Record(5, Rig.B, Rig.C));
        _a.Send(Record(6, Rig.B));
        Assert.That(Versions(_c), Is.EqualTo([6UL]));
    }

    private static Action<FieldWriter> Report(long version, long microseconds) =>
        new EstimateReport(Rig.A, 1, version, version - 1, [new EstimateEntry(Rig.C, microseconds, 100, 0, TimeSpan.FromSeconds(1))]).Write;

    private static Action<FieldWriter> Record(ulong version, params SiteName[] links) =>
        w => SiteRecord.WriteAll(w, [new SiteRecord(new SiteDefinition(Rig.A), 1, version, [new(Rig.Mirror, 0)], [.. links])]);

    private static int Count(LinkEnd link, FrameKind kind) => link.Take().Count(f => f.Kind == kind);

    private static List<ulong> Versions(LinkEnd link) =>
        [.. link.Take().Where(f => f.Kind == FrameKind.Sites).SelectMany(f => SiteRecord.ReadAll(f.Payload)!).Where(r => r.Name == Rig.A).Select(r => r.Version)];
}

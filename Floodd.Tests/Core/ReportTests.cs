// Reports of estimates: told once to everybody, completed when a link comes up, and believed only as far as they can be.
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReportTests
{
    private readonly Rig _rig = new();

    [Test]
    public void A_report_is_passed_on_once()
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        c.Take();
        a.Send(Report(1, 0, Entry(Rig.C, 12_500)).Write);
        Assert.That(Reports(c).Single().Entries.Single(), Is.EqualTo(Entry(Rig.C, 12_500)));
        a.Send(Report(1, 0, Entry(Rig.C, 12_500)).Write);
        Assert.That(Reports(c), Is.Empty);
        Assert.That(Reports(a), Is.Empty, "not to where it came from");
        Assert.That(_rig.Client().Ask("estimates\n"), Does.Contain("(:estimate a c (:rtt-ms 12.500)"));
    }

    [Test]
    public void An_older_report_changes_nothing()
    {
        LinkEnd a = _rig.Link(Rig.A);
        a.Send(Report(5, 4, Entry(Rig.C, 12_500)).Write);
        a.Send(Report(4, 3, Entry(Rig.C, 99_000)).Write);
        Assert.That(_rig.Client().Ask("estimates\n"), Does.Contain("(:estimate a c (:rtt-ms 12.500)"));
    }

    [Test]
    public void A_report_of_a_life_that_is_over_is_dropped()
    {
        LinkEnd a = _rig.Link(Rig.A, incarnation: 7);
        a.Send(new EstimateReport(Rig.A, 6, 1, 0, [Entry(Rig.C, 12_500)]).Write);
        Assert.That(_rig.Client().Ask("estimates\n"), Does.Not.Contain("(:estimate a c (:rtt-ms 12.500)"));
    }

    [Test]
    public void A_new_link_gets_what_its_other_end_lacks_and_no_more()
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        a.Send(Report(1, 0, Entry(Rig.C, 12_500)).Write);
        a.Send(Report(2, 1, Entry(Rig.B, 8_000)).Write);
        c.Take();
        c.Send(Held(Rig.A, 1, 1));
        EstimateReport missing = Reports(c).Single(r => r.Origin == Rig.A);
        Assert.That((missing.Version, missing.Since, missing.Entries.Single().To), Is.EqualTo((2, 1, Rig.B)));
        c.Send(Held(Rig.A, 1, 2));
        Assert.That(Reports(c).Where(r => r.Origin == Rig.A), Is.Empty);
        c.Send(Held(Rig.A, 99, 50));
        Assert.That(Reports(c).Single(r => r.Origin == Rig.A).Entries, Has.Length.EqualTo(2), "of another life it knows nothing");
    }

    [Test]
    public void A_report_with_a_hole_before_it_is_used_but_what_is_missing_is_still_asked_for()
    {
        LinkEnd a = _rig.Link(Rig.A);
        a.Send(Report(9, 8, Entry(Rig.C, 12_500)).Write);
        LinkEnd c = _rig.Connect(Rig.C);
        c.Greet();
        Dictionary<SiteName, (ulong Incarnation, long Version)> held =
            c.Take().Where(f => f.Kind == FrameKind.ReportsHeld).Select(f => EstimateReport.ReadHeld(f.Payload)!).Single();
        Assert.That(held[Rig.A], Is.EqualTo((1UL, 0L)));
    }

    [Test]
    public void What_cannot_be_true_is_counted_and_not_believed()
    {
        LinkEnd a = _rig.Link(Rig.A);
        a.Send(Report(1, 0, Entry(Rig.C, 120_000_000), Entry(Rig.A, 5), Entry(new("nobody"), 5)).Write);
        a.Send(Report(2, 1, Entry(Rig.C, 0)).Write);
        a.Send(Report(3, 2, Entry(Rig.C, 20_000) with { Age = TimeSpan.FromDays(1) }).Write);
        a.Send(Report(4, 3, Entry(Rig.C, 20_000) with { BytesPerSecond = WireLimits.NumberMax }).Write);
        string stats = _rig.Client().Ask("stats\n");
        Assert.That(stats, Does.Contain("(:estimates-absurd 2)").And.Contains("(:estimates-negative 1)").And.Contains("(:estimates-stale 1)").And.Contains("(:estimates-about-itself 1)"));
        Assert.That(_rig.Client().Ask("estimates\n"), Does.Not.Contain("(:estimate a c (:rtt-ms 20"));
    }

    [Test]
    public void Of_two_ends_that_differ_the_worse_is_believed()
    {
        LinkEnd a = _rig.Link(Rig.A), c = _rig.Link(Rig.C);
        a.Send(Report(1, 0, Entry(Rig.C, 100) with { BytesPerSecond = 1_000_000_000 }).Write);
        c.Send(new EstimateReport(Rig.C, 1, 1, 0, [Entry(Rig.A, 90_000) with { BytesPerSecond = 1_000_000 }]).Write);
        Assert.That(_rig.Core.Estimates.Between(Rig.A, Rig.C) is { RttMilliseconds: 90, BytesPerSecond: 1_000_000 }, Is.True);
    }

    private static EstimateEntry Entry(SiteName to, long microseconds) => new(to, microseconds, 100, 0, TimeSpan.FromSeconds(1));

    private static EstimateReport Report(long version, long since, params EstimateEntry[] entries) => new(Rig.A, 1, version, since, [.. entries]);

    private static Action<FieldWriter> Held(SiteName origin, ulong incarnation, long version) => w =>
    {
        w.BeginFrame();
        EstimateReport.WriteHeld(w, origin, incarnation, version);
        w.EndFrame(FrameKind.ReportsHeld);
    };

    private static List<EstimateReport> Reports(LinkEnd link) =>
        [.. link.Take().Where(f => f.Kind == FrameKind.Report).Select(f => EstimateReport.Read(f.Payload)!)];
}

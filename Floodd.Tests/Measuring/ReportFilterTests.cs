// What is news and what is not.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class ReportFilterTests
{
    private static readonly SiteName To = new("b");
    private ReportFilter _filter = new(TimeSpan.FromMinutes(5));

    [SetUp]
    public void Begin() => _filter = new ReportFilter(TimeSpan.FromMinutes(5));

    [Test]
    public void The_first_belief_is_news()
    {
        Assert.That(IsDue(0, 40));
        Report(0, 40);
        Assert.That(IsDue(1, 40), Is.False);
        _filter.Forget(To);
        Assert.That(IsDue(1, 40));
    }

    [TestCase(40, 41.9, 0.1, false)]
    [TestCase(40, 42.1, 0.1, true)]
    [TestCase(40, 37.9, 0.1, true)]
    [TestCase(0.3, 0.55, 0.01, false)]
    [TestCase(0.3, 0.65, 0.01, true)]
    [TestCase(40, 47, 16, false)]
    [TestCase(40, 49, 16, true)]
    public void A_round_trip_is_news_if_it_moved_by_more_than_it_wavers(double before, double after, double spread, bool isDue)
    {
        Report(0, before, spread);
        Assert.That(IsDue(10, after, spread), Is.EqualTo(isDue));
    }

    [TestCase(1e6, 1.2e6, false)]
    [TestCase(1e6, 0.85e6, false)]
    [TestCase(1e6, 1.3e6, true)]
    [TestCase(1e6, 0.75e6, true)]
    [TestCase(0, 1e6, true)]
    [TestCase(0, 0, false)]
    public void A_bandwidth_is_news_if_it_moved_by_more_than_measurements_differ(double before, double after, bool isDue)
    {
        Report(0, 40, 1, before);
        Assert.That(IsDue(10, 40, 1, after), Is.EqualTo(isDue));
    }

    [Test]
    public void A_belief_that_creeps_is_reported_when_it_has_crept_far()
    {
        Report(0, 40);
        int reports = 0;
        for (int i = 1; i <= 100; i++)
        {
            if (IsDue(i, 40 + (i * 0.1)))
            {
                reports++;
                Report(i, 40 + (i * 0.1));
            }
        }

        Assert.That(reports, Is.InRange(3, 5));
    }

    [Test]
    public void An_old_belief_is_reported_again_if_it_was_measured_again()
    {
        Report(0, 40);
        Assert.That(IsDue(299, 40), Is.False);
        Assert.That(IsDue(300, 40));
        Assert.That(_filter.IsDue(Second(300), To, Belief(0, 40)), Is.False, "saying the same measurement again makes it no younger");
    }

    [Test]
    public void A_quiet_network_reports_each_belief_once_in_a_while()
    {
        var random = new Prng(2);
        int reports = 0;
        for (int i = 0; i < 3600; i += 30)
        {
            double rtt = 40 + random.NextDouble();
            if (IsDue(i, rtt))
            {
                reports++;
                Report(i, rtt);
            }
        }

        Assert.That(reports, Is.EqualTo(12));
    }

    private static Instant Second(double seconds) => Instant.Zero + TimeSpan.FromSeconds(seconds);

    private static Estimate Belief(double seconds, double rtt, double spread = 0.1, double bandwidth = 0) =>
        new(rtt, spread, bandwidth, Second(seconds), EstimateSource.Measured);

    private bool IsDue(double seconds, double rtt, double spread = 0.1, double bandwidth = 0) => _filter.IsDue(Second(seconds), To, Belief(seconds, rtt, spread, bandwidth));

    private void Report(double seconds, double rtt, double spread = 0.1, double bandwidth = 0) => _filter.Reported(Second(seconds), To, Belief(seconds, rtt, spread, bandwidth));
}

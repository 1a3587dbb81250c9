// The filter of round trips under what networks do: queues, changes of route, a machine that stumbles.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class RoundTripFilterTests
{
    private RoundTripFilter _filter = new();
    private Instant _now;

    [SetUp]
    public void Begin()
    {
        _filter = new RoundTripFilter();
        _now = Instant.Zero;
    }

    [Test]
    public void Without_a_sample_nothing_is_believed()
    {
        Assert.That(_filter.RoundTrip, Is.Null);
        Assert.That(_filter.Samples, Is.Zero);
        Assert.That(_filter.IsSettled, Is.False);
    }

    [Test]
    public void The_first_sample_is_believed_and_doubted()
    {
        Take(40);
        Assert.That(Milliseconds, Is.EqualTo(40));
        Assert.That(_filter.Spread.TotalMilliseconds, Is.EqualTo(20));
        Assert.That(_filter.IsSettled, Is.False);
        Assert.That(_filter.MeasuredAt, Is.EqualTo(_now));
    }

    [Test]
    public void What_is_no_round_trip_is_not_taken()
    {
        Take(40);
        Assert.That(_filter.Add(_now, TimeSpan.FromMilliseconds(-1)), Is.False);
        Assert.That(_filter.Add(_now, TimeSpan.FromSeconds(61)), Is.False);
        Assert.That(_filter.Add(_now, TimeSpan.MaxValue), Is.False);
        Assert.That(_filter.Samples, Is.EqualTo(1));
    }

    [Test]
    public void A_clock_too_coarse_to_see_the_way_gives_a_way_above_nothing()
    {
        Take(0);
        Assert.That(_filter.RoundTrip, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void Samples_that_agree_settle_it()
    {
        Take(40, 40.2, 39.9, 40.1);
        Assert.That(_filter.IsSettled);
        Assert.That(Milliseconds, Is.EqualTo(40).Within(0.2));
        Assert.That(_filter.Spread.TotalMilliseconds, Is.LessThan(0.4));
    }

    [Test]
    public void Two_thirds_of_the_samples_in_a_queue_change_little()
    {
        var random = new Prng(1);
        for (int i = 0; i < 300; i++)
        {
            Take(i % 3 == 0 ? 40 + random.NextDouble() : 42 + (150 * random.NextDouble()));
            Assert.That(Milliseconds, i < 3 ? Is.AtLeast(40) : Is.InRange(40, 60), $"after {i + 1}");
        }
    }

    [Test]
    public void A_single_outlier_changes_nothing()
    {
        Take(40, 40, 40, 40, 40);
        Take(900);
        Assert.That(Milliseconds, Is.EqualTo(40));
        Assert.That(_filter.IsSettled);
    }

    [Test]
    public void A_longer_route_is_believed_after_four_samples()
    {
        Take([.. Enumerable.Repeat(40.0, 15)]);
        Take(70.3, 70.1, 70.2);
        Assert.That(Milliseconds, Is.EqualTo(40));
        Assert.That(_filter.IsSettled, Is.False, "the last samples speak against it");
        Take(70.4);
        Assert.That(Milliseconds, Is.EqualTo(70.1).Within(0.2));
        Assert.That(_filter.Samples, Is.EqualTo(4), "the others were of another way");
        Assert.That(_filter.IsSettled);
    }

    [Test]
    public void A_longer_route_is_believed_though_a_queue_came_first()
    {
        Take([.. Enumerable.Repeat(40.0, 15)]);
        Take(95, 130, 70.3, 70.1, 70.2, 70.4);
        Assert.That(Milliseconds, Is.EqualTo(70.2).Within(0.2));
    }

    [Test]
    public void A_shorter_route_is_believed_after_four_samples()
    {
        Take([.. Enumerable.Repeat(70.0, 15)]);
        Take(40.3, 40.1, 40.2, 40.4);
        Assert.That(Milliseconds, Is.EqualTo(40.4).Within(0.2));
    }

    [Test]
    public void A_queue_that_fills_and_drains_is_no_longer_route()
    {
        Take([.. Enumerable.Repeat(40.0, 15)]);
        Take(60, 90, 140, 110, 75, 55);
        Assert.That(Milliseconds, Is.EqualTo(40));
    }

    [Test]
    public void A_burst_of_samples_in_one_queue_is_no_longer_route()
    {
        Take([.. Enumerable.Repeat(40.0, 15)]);
        for (int i = 0; i < 8; i++)
        {
            _now += TimeSpan.FromMilliseconds(80);
            _filter.Add(_now, TimeSpan.FromMilliseconds(80));
        }

        Assert.That(Milliseconds, Is.EqualTo(40));
    }

    [Test]
    public void A_queue_that_never_empties_is_what_the_way_is_like_and_its_end_is_noticed_soon()
    {
        Take([.. Enumerable.Repeat(40.0, 15)]);
        Take(60, 190, 140, 110, 75, 255, 90, 160);
        Assert.That(Milliseconds, Is.InRange(60, 110));
        Take(40, 40, 40);
        Assert.That(Milliseconds, Is.EqualTo(40));
    }

    [Test]
    public void A_local_way_is_not_unsettled_by_scheduling()
    {
        var random = new Prng(3);
        for (int i = 0; i < 200; i++)
        {
            Take(0.05 + (random.Chance(0.1) ? 0.9 : 0.03 * random.NextDouble()));
            Assert.That(Milliseconds, i < 4 ? Is.Positive : Is.LessThan(0.1));
            Assert.That(i < 6 || _filter.IsSettled);
        }
    }

    private double Milliseconds => _filter.RoundTrip!.Value.TotalMilliseconds;

    // A sample every two seconds, as a heartbeat would.
    private void Take(params double[] milliseconds)
    {
        foreach (double sample in milliseconds)
        {
            _now += TimeSpan.FromSeconds(2);
            Assert.That(_filter.Add(_now, TimeSpan.FromMilliseconds(sample)));
        }
    }
}

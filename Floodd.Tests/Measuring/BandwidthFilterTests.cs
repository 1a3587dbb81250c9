// What bursts and flooding together make of the belief in a bandwidth.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class BandwidthFilterTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly BandwidthFilter _filter = new();
    private Instant _now;

    [SetUp]
    public void Begin()
    {
        _filter.Clear();
        _now = Instant.Zero;
    }

    [Test]
    public void Without_a_measurement_nothing_is_believed()
    {
        _filter.AddBurst(_now, 0, Second);
        _filter.AddBurst(_now, 1000, TimeSpan.Zero);
        _filter.AddBurst(_now, default(BurstRate));
        Assert.That(_filter.BytesPerSecond, Is.Null);
    }

    [Test]
    public void One_burst_that_met_other_traffic_changes_nothing()
    {
        Burst(1_000_000, 1_100_000, 200_000);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(1_000_000));
        Assert.That(_filter.MeasuredAt, Is.EqualTo(_now));
    }

    [Test]
    public void A_narrower_way_is_believed_with_the_second_burst()
    {
        Burst(1_000_000, 1_000_000, 1_000_000, 200_000, 210_000);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(210_000));
    }

    [Test]
    public void A_wider_way_is_believed_with_the_second_burst()
    {
        Burst(200_000, 200_000, 200_000, 1_000_000, 1_100_000);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(1_000_000));
    }

    [Test]
    public void Flooding_shows_that_a_way_carries_at_least_what_it_carried()
    {
        _filter.AddFlood(_now, 500_000, Second);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(500_000));
        _filter.AddFlood(_now, 70_000, Second);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(500_000), "a flood that was small says nothing of the way");
        Burst(400_000);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(500_000));
        Burst(400_000);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(400_000), "two since then say that it is no longer so");
    }

    [Test]
    public void Little_or_short_flooding_shows_nothing()
    {
        _filter.AddFlood(_now, 60_000, Second);
        _filter.AddFlood(_now, 600_000, TimeSpan.FromMilliseconds(5));
        Assert.That(_filter.BytesPerSecond, Is.Null);
    }

    [Test]
    public void A_burst_that_never_filled_the_way_is_a_makeshift()
    {
        _filter.AddBurst(_now, new BurstRate(900_000, Second, IsSaturated: false));
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(900_000));
        Burst(100_000);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(100_000));
        _filter.AddBurst(_now, new BurstRate(900_000, Second, IsSaturated: false));
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(100_000));
    }

    [Test]
    public void What_a_busy_processor_made_of_a_way_that_bursts_cannot_fill_is_forgotten()
    {
        var wide = new BurstRate(900_000, Second, IsSaturated: false);
        Burst(100_000);
        _filter.AddBurst(_now, wide);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(100_000));
        _filter.AddBurst(_now, wide);
        Assert.That(_filter.BytesPerSecond, Is.EqualTo(900_000));
    }

    [Test]
    public void What_two_more_looks_have_confirmed_has_settled_until_one_says_something_else()
    {
        Burst(1_000_000, 900_000);
        Assert.That(_filter.IsSettled, Is.False);
        Burst(1_200_000);
        Assert.That(_filter.IsSettled);
        _filter.AddBurst(_now, new BurstRate(100_000, Second, IsSaturated: false));
        Assert.That(_filter.IsSettled, "a way that was not filled may carry more than it did");
        Burst(300_000);
        Assert.That(_filter.IsSettled, Is.False);
        Burst(300_000, 300_000, 300_000);
        Assert.That(_filter.IsSettled);
        _filter.AddBurst(_now, new BurstRate(900_000, Second, IsSaturated: false));
        Assert.That(_filter.IsSettled, Is.False, "but not more than it can");
    }

    [Test]
    public void Looks_that_show_nothing_settle_too()
    {
        for (int i = 0; i < 3; i++)
        {
            _filter.AddBurst(_now, default(BurstRate));
        }

        Assert.That(_filter.IsSettled);
    }

    private void Burst(params long[] bytesPerSecond)
    {
        foreach (long rate in bytesPerSecond)
        {
            _now += TimeSpan.FromMinutes(1);
            _filter.AddBurst(_now, new BurstRate(rate / 10, Second / 10, IsSaturated: true));
        }
    }
}

// Bursts over paths with token buckets, delays and slow starts: what they cost and what they show.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class BurstTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public void A_bucket_and_a_delay_are_seen_through(
        [Values(7e3, 125e3, 1.25e6)] double rate, [Values(1600, 32e3, 128e3)] double bucket, [Values(0.2, 20, 100, 300)] double milliseconds,
        [Values(0.05, 1, 4)] double turn)
    {
        BurstRate shown = Path(rate, bucket, milliseconds, turn).Probe(null, Minute);
        Assert.That(shown.IsSaturated);
        Assert.That(shown.BytesPerSecond, Is.EqualTo(rate).Within(25).Percent);
    }

    [Test]
    public void A_hundred_megabits_are_measured_with_a_megabyte(
        [Values(1600, 32e3, 128e3)] double bucket, [Values(0.2, 20)] double milliseconds, [Values(0.05, 1, 4)] double turn) =>
        Assert.That(Path(12.5e6, bucket, milliseconds, turn).Probe(null, Minute).BytesPerSecond, Is.EqualTo(12.5e6).Within(25).Percent);

    [Test]
    public void A_result_that_claims_to_have_filled_the_way_is_right_whatever_was_believed(
        [Values(7e3, 125e3, 1.25e6, 12.5e6, 60e6)] double rate, [Values(1600, 32e3, 128e3)] double bucket,
        [Values(0.2, 20, 100, 300)] double milliseconds, [Values(0.1, 1, 10)] double wrong)
    {
        BurstRate shown = Path(rate, bucket, milliseconds, 0.05).Probe(rate * wrong, Minute);

        // A little more than a quarter off is one that a megabyte, or a hundredth of a wrong belief, could not make last.
        Assert.That(!shown.IsSaturated || Math.Abs((shown.BytesPerSecond!.Value / rate) - 1) < (shown.IsEnough ? 0.25 : 0.3), $"{shown}");
    }

    [Test]
    public void A_receiver_that_is_busy_now_and_then_takes_no_window_for_the_way([Values(20, 60, 120)] double milliseconds, [Values(1, 2)] int acknowledged)
    {
        const double Rate = 2.5e6;
        int measured = 0;
        List<string> wrong = [];
        for (int seed = 0; seed < 2000; seed++)
        {
            var path = new SimulatedPath(Rate, 32e3, TimeSpan.FromMilliseconds(milliseconds)) { Noticed = BusyNowAndThen(seed), SegmentsPerAcknowledgment = acknowledged };
            BurstRate shown = path.Probe(null, Minute);
            measured += shown.IsEnough ? 1 : 0;
            if (shown.IsEnough && Math.Abs((shown.BytesPerSecond!.Value / Rate) - 1) >= 0.25)
            {
                wrong.Add($"seed {seed}: {shown}");
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(measured, Is.AtLeast(1000));
    }

    [Test]
    public void A_way_too_long_to_be_filled_gives_a_lower_bound()
    {
        BurstRate shown = Path(60e6, 32e3, 100, 0.05).Probe(null, Minute);
        Assert.That(shown.IsSaturated, Is.False);
        Assert.That(shown.BytesPerSecond, Is.InRange(1e6, 60e6));
    }

    [Test]
    public void A_probe_sends_a_megabyte_at_most([Values(7e3, 125e3, 1.25e6, 12.5e6, 1e9)] double rate, [Values(0.2, 300)] double milliseconds)
    {
        SimulatedPath path = Path(rate, 128e3, milliseconds, 0.05);
        path.Probe(null, Minute);
        Assert.That(path.Sent, Is.AtMost(BurstPlan.MostBytes));
    }

    [Test]
    public void A_probe_of_a_known_way_takes_a_hundredth_of_it_or_64_KiB([Values(7e3, 125e3, 1.25e6, 12.5e6, 1e9)] double rate, [Values(0.2, 300)] double milliseconds)
    {
        SimulatedPath path = Path(rate, 1600, milliseconds, 0.05);
        path.Probe(rate, Minute);
        // What the bursts themselves show of the way counts too, and is a little more or less.
        Assert.That(path.Sent, Is.AtMost(Math.Max(BurstPlan.LeastBytes, rate * 60 / 100 * 1.01)));
    }

    [Test]
    public void A_slow_way_is_asked_for_no_more_than_it_takes()
    {
        SimulatedPath path = Path(7e3, 1600, 100, 0.05);
        path.Probe(null, Minute);
        Assert.That(path.Sent, Is.EqualTo(BurstPlan.FirstBytes));
    }

    [Test]
    public void A_burst_that_came_in_one_read_shows_nothing()
    {
        var arrival = new BurstArrival();
        arrival.Add(Instant.Zero, 100_000);
        Assert.That(arrival.Rate().BytesPerSecond, Is.Null);
        arrival.Add(Instant.Zero, 100_000);
        Assert.That(arrival.Rate().BytesPerSecond, Is.Null);
        Assert.That(arrival.Bytes, Is.EqualTo(200_000));
        Assert.That(new BurstArrival().Rate(), Is.Default);
    }

    [Test]
    public void A_hundred_thousand_reads_are_kept_in_little_room()
    {
        var arrival = new BurstArrival();
        for (int i = 1; i <= 100_000; i++)
        {
            arrival.Add(new Instant(i * 1000L), 10);
        }

        Assert.That(arrival.Rate().BytesPerSecond, Is.EqualTo(100_000).Within(0.5).Percent);
        Assert.That(arrival.Rate().Duration.TotalSeconds, Is.EqualTo(5).Within(0.1));
    }

    [Test]
    public void Reads_without_a_byte_show_nothing()
    {
        var arrival = new BurstArrival();
        for (int i = 0; i < 10; i++)
        {
            arrival.Add(new Instant(i * TimeSpan.TicksPerSecond), 0);
        }

        Assert.That(arrival.Rate(), Is.EqualTo(default(BurstRate)));
    }

    // Turns of up to 5 ms between others of up to 20.
    private static Func<double, double> BusyNowAndThen(int seed)
    {
        var chance = new Prng((ulong)seed);
        double free = 0, busy = 0;
        return at =>
        {
            while (at >= busy)
            {
                free = busy + (chance.NextDouble() * 0.005);
                busy = free + (chance.NextDouble() * 0.02);
            }

            return at < free ? at : busy;
        };
    }

    private static SimulatedPath Path(double rate, double bucket, double milliseconds, double turn) =>
        new(rate, bucket, TimeSpan.FromMilliseconds(milliseconds), Math.Max(125e6, rate)) { Turn = TimeSpan.FromMilliseconds(turn) };
}

// What a sender makes of the results of its bursts: whether they filled the way or TCP's window only.
using Floodd.Measuring;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class BurstPlanTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public void A_paced_window_that_opens_is_not_taken_for_the_way([Values(60, 120, 200)] double milliseconds)
    {
        // As seen with BBR on a way of 100 Mbit/s: of each burst the part that counts, and in how many round trips it came.
        (long Bytes, double RoundTrips, bool IsFull)[] seen = [(12_288, 0.2, false), (32_768, 0.857, true), (131_072, 0.883, true), (352_256, 0.794, true)];
        var plan = new BurstPlan(null, Minute);
        BurstRate? last = null;
        int bursts = 0;
        while (plan.NextBytes(last) is not null)
        {
            (long bytes, double roundTrips, bool isFull) = seen[bursts++];
            last = plan.Judged(new BurstRate(bytes, TimeSpan.FromMilliseconds(milliseconds * roundTrips), isFull), TimeSpan.FromMilliseconds(milliseconds));
            Assert.That(last.Value.IsSaturated, Is.False, $"burst {bursts}");
        }

        Assert.That((bursts, plan.Spent), Is.EqualTo((4, BurstPlan.MostBytes)));
    }

    [Test]
    public void What_came_much_slower_than_the_window_let_it_filled_the_way([Values(2, 20, 60, 100)] double milliseconds)
    {
        var plan = new BurstPlan(null, Minute);
        long first = plan.NextBytes(null)!.Value;
        long second = plan.NextBytes(plan.Judged(new BurstRate(first / 2, TimeSpan.FromMilliseconds(32), true), TimeSpan.FromMilliseconds(milliseconds)))!.Value;
        BurstRate shown = plan.Judged(new BurstRate(second / 2, TimeSpan.FromMilliseconds(131), true), TimeSpan.FromMilliseconds(milliseconds));
        Assert.That((shown.IsSaturated, shown.IsEnough, plan.NextBytes(shown)), Is.EqualTo((true, true, (long?)null)));
    }

    [Test]
    public void What_came_hardly_slower_is_doubted_as_long_as_a_larger_burst_may_follow()
    {
        // As seen, seldom, with BBR on a way of 20 Mbit/s and 120 ms, whose bursts were taken for 2.2 and 7.4 Mbit/s.
        (long Bytes, double RoundTrips)[] seen = [(8_192, 0.1), (32_768, 1.0), (131_072, 1.18), (352_256, 1.18)];
        var plan = new BurstPlan(null, Minute);
        BurstRate? last = null;
        foreach ((long bytes, double roundTrips) in seen)
        {
            Assert.That(plan.NextBytes(last), Is.Not.Null);
            last = plan.Judged(new BurstRate(bytes, TimeSpan.FromMilliseconds(120 * roundTrips), true), TimeSpan.FromMilliseconds(120));
            Assert.That(last.Value.IsSaturated, Is.EqualTo(bytes == seen[^1].Bytes), $"{bytes}");
        }
    }

    [Test]
    public void Nothing_is_doubted_in_vain_where_what_is_believed_leaves_no_room_for_a_larger_burst()
    {
        var plan = new BurstPlan(275e3, Minute);
        BurstRate first = new(plan.NextBytes(null)!.Value / 2, TimeSpan.FromMilliseconds(30), false);
        long second = plan.NextBytes(plan.Judged(first, TimeSpan.FromMilliseconds(120)))!.Value;
        BurstRate shown = plan.Judged(new BurstRate(second / 2, TimeSpan.FromMilliseconds(120), true), TimeSpan.FromMilliseconds(120));
        Assert.That((shown.IsEnough, plan.NextBytes(shown)), Is.EqualTo((true, (long?)null)));
    }

    [Test]
    public void What_its_receiver_could_not_tell_stays_a_lower_bound()
    {
        var plan = new BurstPlan(null, Minute);
        plan.NextBytes(null);
        Assert.That(plan.Judged(new BurstRate(8000, TimeSpan.FromMilliseconds(500), false), TimeSpan.FromMilliseconds(1)).IsSaturated, Is.False);
    }
}

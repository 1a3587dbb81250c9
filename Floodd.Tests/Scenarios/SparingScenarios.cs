// Busy streams, which come to a site over one link only while all is well: how often, and that nothing waits long when it is not.
using Floodd.Model;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class SparingScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(1, 1000, 1000, 10, 1.1, TestName = "Many updates of one site")]
    [TestCase(1, 100, 5000, 5, 1.1, TestName = "Very many small updates of one site")]
    [TestCase(1, 100, 200, 10, 1.2, TestName = "Small updates of one site")]
    [TestCase(8, 1000, 200, 10, 1.2, TestName = "Updates of all sites at once")]
    [TestCase(1, 1_000_000, 4, 10, 1.1, TestName = "Large updates of one site")]
    public void A_busy_stream_comes_to_a_site_hardly_more_than_once(int origins, int length, int rate, int seconds, double most)
    {
        World world = Linked(11);
        Dictionary<string, long> before = Counted(world);
        for (int i = 0; i < rate * seconds; i++)
        {
            for (int origin = 0; origin < origins; origin++)
            {
                world.Flood(origin, length);
            }

            world.Run(Second / rate);
        }

        world.RunUntilDelivered(30 * Second, after: Second);
        Dictionary<string, long> after = Counted(world);
        double fresh = after["segments-received"] - after["segments-duplicate"] - before["segments-received"] + before["segments-duplicate"];
        double copies = (after["segments-received"] - before["segments-received"]) / fresh;
        TestContext.Out.WriteLine($"{copies:F3} copies");
        Assert.That(copies, Is.LessThan(most));
    }

    [Test]
    public void When_the_ways_of_a_busy_stream_are_cut_in_silence_nothing_waits_for_long()
    {
        // Nobody hears of it; the link would be found dead after six seconds.
        TimeSpan longer = Hurt(12, Second, (world, other) => world.Cut(0, other), (world, other) => world.Mend(0, other));
        Assert.That(longer, Is.LessThan(TimeSpan.FromMilliseconds(700)));
    }

    [Test]
    public void When_the_ways_of_a_busy_stream_become_slow_nothing_waits_for_long()
    {
        // A tenth of what comes.
        TimeSpan longer = Hurt(13, 5 * Second, (world, other) => world.Network.Between(0, other).Bandwidth = 20_000, (world, other) => world.Network.Between(0, other).Bandwidth = 0);
        Assert.That(longer, Is.LessThan(TimeSpan.FromMilliseconds(1500)));
    }

    // Hurts the first site's way to each other one in turn, for a time; gives how much longer than usually the slowest update took.
    private static TimeSpan Hurt(ulong seed, TimeSpan time, Action<World, int> hurt, Action<World, int> heal)
    {
        World world = Linked(seed);
        Steady(world, 2 * Second);
        TimeSpan usual = Steady(world, 2 * Second);
        var longest = TimeSpan.Zero;
        for (int other = 1; other < world.Sites.Count; other++)
        {
            hurt(world, other);
            TimeSpan worst = Steady(world, time);
            longest = worst > longest ? worst : longest;
            heal(world, other);
            Steady(world, 10 * Second);
        }

        TestContext.Out.WriteLine($"usual {usual.TotalMilliseconds} ms, longest {longest.TotalMilliseconds} ms");
        return longest - usual;
    }

    // Floods from the first site; gives the longest time that an update took to be everywhere.
    private static TimeSpan Steady(World world, TimeSpan time)
    {
        long end = world.Now + time.Ticks;
        var under = new List<Flooded>();
        long worst = 0;
        while (world.Now < end || under.Count > 0)
        {
            if (world.Now < end)
            {
                under.Add(world.Flood(0, 1000));
            }

            world.Run(TimeSpan.FromMilliseconds(5));
            under.RemoveAll(f => f.ExportedCount == world.Sites.Count);
            worst = under.Count > 0 ? Math.Max(worst, world.Now - under[0].SentAt) : worst;
            if (worst > TimeSpan.FromSeconds(20).Ticks)
            {
                throw new ViolationException("an update takes more than twenty seconds");
            }
        }

        return new TimeSpan(worst);
    }

    private static World Linked(ulong seed)
    {
        var world = new World(Seeds.One(seed), 8, w => w.Group = g => g with { Connectivity = 3 });
        world.Run(20 * Second);
        return world;
    }

    private static Dictionary<string, long> Counted(World world)
    {
        var sum = new Dictionary<string, long>();
        foreach (SimulatedSite site in world.Sites)
        {
            foreach ((string name, long value) in StatisticsChecker.Read(world, site))
            {
                sum[name] = sum.GetValueOrDefault(name) + value;
            }
        }

        return sum;
    }
}

// Scenarios seen from client sessions: subscriptions, delivery, members.
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class ClientScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_subscriber_gets_every_update_flooded_after_it_subscribed()
    {
        var world = new World(Seeds.One(21), sites: 3);
        world.Run(3 * Second);
        Session subscriber = world.Connect(2);
        Reply subscribed = subscriber.Ask("subscribe g");
        world.RunUntil(() => subscribed.IsDone, Second);
        Assert.That(subscribed.Code, Is.EqualTo(250), subscribed.ToString());
        for (int i = 0; i < 50; i++)
        {
            world.Flood(i % 3, i * 300);
        }

        world.RunUntilDelivered(10 * Second);
        Assert.That(subscriber.Updates.Select(u => u.Flooded.Number), Is.EquivalentTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public void A_subscriber_that_reads_nothing_holds_nobody_back()
    {
        var world = new World(Seeds.One(22), sites: 3, w => w.Store = 2 << 20);
        world.Run(3 * Second);
        Session subscriber = world.Connect(1);
        Reply subscribed = subscriber.Ask("subscribe g");
        world.RunUntil(() => subscribed.IsDone, Second);
        subscriber.IsSlow = true;
        for (int i = 0; i < 200; i++)
        {
            world.Flood(0, 20_000);
            world.Run(TimeSpan.FromMilliseconds(20));
        }

        world.RunUntilDelivered(40 * Second);
    }

    [Test]
    public void Who_comes_again_and_again_and_reads_nothing_holds_publishers_up_for_a_part_of_the_time_only()
    {
        const int seconds = 200;
        var world = new World(Seeds.One(26), sites: 3, w => w.Store = 2 << 20);
        world.Run(3 * Second);
        var waited = TimeSpan.Zero;
        for (int second = 0; second < seconds; second++)
        {
            if (second % 5 == 0)
            {
                Session subscriber = world.Connect(1);
                Reply subscribed = subscriber.Ask(second % 2 == 0 ? "subscribe g" : "subscribe g from start");
                world.RunUntil(() => subscribed.IsDone, 60 * Second);
                subscriber.IsSlow = true;
            }

            // So many that the half of a store that is theirs is full after three seconds.
            TimeSpan begun = world.Elapsed, next = begun + Second;
            Flooded[] flooded = [.. Enumerable.Range(0, 20).Select(_ => world.Flood(0, 20_000))];
            world.RunUntil(() => Array.TrueForAll(flooded, one => one.Key is not null), 60 * Second);
            waited += world.Elapsed - begun;
            world.Run(world.Elapsed < next ? next - world.Elapsed : TimeSpan.Zero);
        }

        Assert.That(waited, Is.LessThan(world.Elapsed / 2));
        world.RunUntilDelivered(40 * Second);
    }

    [Test]
    public void Where_and_wait_tell_when_an_update_was_exported_everywhere()
    {
        var world = new World(Seeds.One(23), sites: 4);
        world.Run(5 * Second);
        Flooded flooded = world.Flood(0, 100);
        world.RunUntilDelivered(10 * Second);
        UpdateKey key = flooded.Key!.Value;
        string id = $"s01/{key.Incarnation:x}/{key.Sequence}";
        Reply wait = world.Ask(1, $"wait {id} all 30", 40 * Second);
        Assert.That((wait.Code, wait.Text), Is.EqualTo((250, $"{id} exported at 4 of 4 sites")));
        Reply where = world.Ask(2, $"where {id}");
        Assert.That(where.Lines, Has.Count.EqualTo(4).And.All.Contains("(:state exported)"), where.ToString());
    }

    [Test]
    public void Members_are_up_and_one_that_crashed_is_down_soon()
    {
        var world = new World(Seeds.One(24), sites: 5);
        world.Run(10 * Second);
        Reply before = world.Ask(0, "members g");
        Assert.That(before.Lines.Count(l => l.Contains("(:state up)", StringComparison.Ordinal)), Is.EqualTo(4), before.ToString());
        world.Crash(3, silently: true);
        world.Run(30 * Second);
        Reply after = world.Ask(0, "members g");
        Assert.That(after.Lines.Single(l => l.Contains("(:site-name s04)", StringComparison.Ordinal)), Does.Contain("(:state down)"), after.ToString());
        Assert.That(after.Lines.Count(l => l.Contains("(:state up)", StringComparison.Ordinal)), Is.EqualTo(3), after.ToString());
    }
}

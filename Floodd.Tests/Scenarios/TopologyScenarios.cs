// Scenarios about the topology in force, in measured networks and with updates flowing all the time: masters die, halves part, nothing happens.
using Floodd.Model;
using Floodd.Tests.Latency;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class TopologyScenarios
{
    private const int SiteCount = 20;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Agreement = 60 * Second;
    private static readonly LatencyMatrix Cities = LatencyMatrix.Load("wondernetwork-242");

    [TestCase(false)]
    [TestCase(true)]
    public void The_master_dies_then_two_others_at_once_and_the_rest_misses_and_repeats_nothing(bool silently)
    {
        foreach (ulong seed in Seeds.Many(3))
        {
            World world = Begin(seed);
            FaultScenarios.Work(world, 30, 3 * Second);
            world.Crash(0, silently);
            FaultScenarios.Work(world, 60, 10 * Second, Others(0));
            world.RunUntilConverged(Agreement);
            (int a, int b) = (1 + world.Faults.Next(10), 11 + world.Faults.Next(9));
            world.Crash(a, silently);
            world.Crash(b, silently);
            FaultScenarios.Work(world, 60, 10 * Second, Others(0, a, b));
            world.RunUntilConverged(Agreement);
            world.RunUntilDelivered(60 * Second);
            Assert.That(world.TopologyAt(19 == b ? 18 : 19)!.Master, Is.EqualTo(world.Site(a == 1 ? 2 : 1).Name), "the first in name order that is up");

            world.Restart(0);
            FaultScenarios.Work(world, 60, 10 * Second, Others(a, b));
            world.RunUntilConverged(Agreement);
            Assert.That(world.TopologyAt(a == 5 ? 6 : 5)!.Master, Is.EqualTo(world.Site(0).Name), "the configured master has come back");
            world.RunUntilDelivered(60 * Second);
            Tell(world, "the master, two others, the master again");
        }
    }

    [Test]
    public void Two_halves_with_a_master_each_are_of_one_mind_again_after_they_meet()
    {
        foreach (ulong seed in Seeds.Many(3))
        {
            World world = Begin(seed);
            int[] left = [.. Enumerable.Range(0, SiteCount / 2)];
            int[] right = Others(left);
            world.Partition(left);
            FaultScenarios.Work(world, 60, 12 * Second);
            world.RunUntilConverged(Agreement, among: left);
            world.RunUntilConverged(Agreement, among: right);
            Assert.That((world.TopologyAt(0)!.Master, world.TopologyAt(19)!.Master), Is.EqualTo((world.Site(0).Name, world.Site(10).Name)));

            // One half may be editions ahead: the other one's master must not stand in its way.
            SiteName ahead = world.Site(world.Faults.Chance(0.5) ? 0 : 10).Name;
            for (int i = 0; i < 3; i++)
            {
                world.Connect(ahead == world.Site(0).Name ? 0 : 10).Ask("replan g");
                FaultScenarios.Work(world, 10, 2 * Second);
            }

            world.Heal();
            FaultScenarios.Work(world, 60, 12 * Second);
            world.RunUntilConverged(Agreement);
            Assert.That(world.TopologyAt(19)!.Master, Is.EqualTo(world.Site(0).Name));
            world.RunUntilDelivered(60 * Second);
            Tell(world, $"{ahead} ahead");
        }
    }

    [Test]
    public void In_a_quiet_network_nobody_publishes_anything_for_half_an_hour()
    {
        foreach (ulong seed in Seeds.Many(1))
        {
            // Ten minutes for everybody to measure the way to everybody, often enough to believe it.
            World world = Begin(seed, g => g with { UpdatePeriod = TimeSpan.FromMinutes(2) });
            world.Run(TimeSpan.FromMinutes(10));
            int before = world.Topologies.History.Count;
            world.Run(TimeSpan.FromMinutes(30));
            Assert.That(world.Topologies.History.Skip(before), Is.Empty, $"seed {seed}");
            world.RunUntilConverged(Second);
            Tell(world, $"{world.Trace.StepCount} steps");
        }
    }

    [Test]
    public void Sites_that_die_and_return_one_after_the_other_leave_the_others_linked_as_they_should_be()
    {
        foreach (ulong seed in Seeds.Many(2))
        {
            World world = Begin(seed);
            for (int i = 0; i < 4; i++)
            {
                int site = world.Faults.Next(SiteCount);
                world.Crash(site, silently: i % 2 == 1);
                FaultScenarios.Work(world, 20, 4 * Second, Others(site));
                world.RunUntilConverged(Agreement);
                world.Restart(site);
                FaultScenarios.Work(world, 20, 4 * Second);
                world.RunUntilConverged(Agreement);
            }

            world.RunUntilDelivered(60 * Second);
            Tell(world, "four deaths and returns");
        }
    }

    [Test]
    public void A_planned_link_that_two_living_sites_cannot_make_is_planned_around()
    {
        foreach (ulong seed in Seeds.Many(3))
        {
            World world = Begin(seed);

            // Until it is no longer young, when plans change for other reasons.
            world.Run(130 * Second);
            Edge link = world.TopologyAt(0)!.Edges[^1];
            world.Cut(world.Find(link.A.Value)!.Index, world.Find(link.B.Value)!.Index);
            world.RunUntil(() => !world.TopologyAt(0)!.Edges.Contains(link), 40 * Second, "an edition without the link");
            FaultScenarios.Work(world, 20, 4 * Second);
            world.RunUntilConverged(Agreement);
            world.RunUntilDelivered(60 * Second);
            Tell(world, $"{link.A} and {link.B} are cut from each other");
        }
    }

    private static World Begin(ulong seed, Func<GroupDefinition, GroupDefinition>? group = null)
    {
        var world = new World(seed, SiteCount, w =>
        {
            w.Matrix = Cities.Sample(SiteCount, seed);
            w.QueueChance = 0.01;
            w.Group = g => (group ?? (same => same))(g with { Connectivity = 3 });
        });
        world.RunUntilConverged(Agreement);
        return world;
    }

    private static int[] Others(params int[] sites) => [.. Enumerable.Range(0, SiteCount).Except(sites)];

    private static void Tell(World world, string what)
    {
        TestContext.Out.WriteLine($"seed {world.Seed}: {what}");
        foreach (TopologyChange change in world.Topologies.History)
        {
            TestContext.Out.WriteLine($"  {change}");
        }
    }
}

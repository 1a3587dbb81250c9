// Scenarios of sites that no other one's configuration names.
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class JoinScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(0)]
    [TestCase(3)]
    public void A_site_that_joins_starts_from_the_moment_it_joined(int through)
    {
        var world = new World(Seeds.One(71), sites: 4, w => w.Group = g => g with { AllowSites = ["*"] });
        world.Run(5 * Second);
        FaultScenarios.Work(world, 20, Second);
        world.RunUntilDelivered(10 * Second);
        int joined = world.Join(through);
        FaultScenarios.Work(world, 20, 10 * Second, 0, 1, 2, 3);
        world.Flood(joined, 5000);
        world.RunUntilDelivered(30 * Second);
        for (int i = 0; i < 20; i++)
        {
            Assert.That(world.Ledger[i].IsExportedAt(joined), Is.False, $"{world.Ledger[i]} was flooded before {joined} joined");
        }
    }

    [Test]
    public void A_site_that_may_not_join_gets_nothing()
    {
        var world = new World(Seeds.One(72), sites: 3);
        world.Run(5 * Second);
        int refused = world.Join(0);
        world.Site(refused).ExpectedFrom = long.MaxValue;
        FaultScenarios.Work(world, 20, 20 * Second, 0, 1, 2);
        world.RunUntilDelivered(10 * Second);
        foreach (Flooded flooded in world.Ledger.All)
        {
            Assert.That(flooded.IsExportedAt(refused), Is.False);
        }
    }

    [Test]
    public void Ten_sites_that_join_at_once_are_all_served()
    {
        var world = new World(Seeds.One(73), sites: 3, w => w.Group = g => g with { AllowSites = ["*"] });
        world.Run(5 * Second);
        for (int i = 0; i < 10; i++)
        {
            world.Join(i % 3);
        }

        world.Run(10 * Second);
        FaultScenarios.Work(world, 50, 10 * Second);
        world.RunUntilDelivered(30 * Second);
        Assert.That(world.Ask(0, "members g").Lines, Has.Count.EqualTo(13));
    }
}

// Scenarios of export commands that are slow, hang, fail or refuse.
using Floodd.Core;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class ExportScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void A_slow_export_delays_its_own_site_only()
    {
        World world = Begin(61, Personalities.Slow(50_000));
        FaultScenarios.Work(world, 200, 2 * Second, 0, 1);
        world.Site(2).ExpectedFrom = long.MaxValue;
        world.RunUntilDelivered(Second, TimeSpan.Zero);
        world.Site(2).ExpectedFrom = 0;
        world.RunUntilDelivered(120 * Second);
        Assert.That(world.Runs.StartedCount, Is.LessThan(3 * 200), "what arrived meanwhile went into one run together");
    }

    [Test]
    public void An_export_that_hangs_is_run_again_with_the_same_updates()
    {
        World world = Begin(62, Personalities.HangsAtFirst(2, Personalities.TakesAll(Second / 100)));
        FaultScenarios.Work(world, 30, 2 * Second);
        world.RunUntilDelivered(120 * Second);
    }

    [TestCase(75, 8)]
    [TestCase(1, 4)]
    public void An_export_that_fails_at_first_is_tried_again_until_it_takes_all(int code, int times)
    {
        World world = Begin(63, Personalities.FailsAtFirst(code, times, Personalities.TakesAll(Second / 100)));
        FaultScenarios.Work(world, 30, 2 * Second);
        world.RunUntilDelivered(900 * Second);
        Assert.That(world.Site(2).Notes.GetValueOrDefault(NoteKind.ExportRetry), Is.GreaterThan(0));
    }

    [Test]
    public void Updates_that_an_export_refuses_are_set_aside_after_five_tries_and_the_others_go_on()
    {
        World world = Begin(64, Personalities.Refuses(f => f.Number == 7, 1, Personalities.TakesAll(Second / 100)));
        for (int i = 0; i < 20; i++)
        {
            world.Flood(0, 100);
            world.Run(Second / 10);
        }

        world.RunUntilDelivered(900 * Second);
        Flooded last = world.Flood(1, 100);
        world.RunUntilDelivered(900 * Second);
        Assert.That(last.IsExportedAt(2));
        Assert.That(world.Ledger[7].IsExportedAt(2), Is.False);
        Assert.That(world.Site(2).Notes.GetValueOrDefault(NoteKind.ExportSetAside), Is.EqualTo(1));
        Assert.That(world.Ledger.All.ToArray().Count(f => f.IsExportedAt(2)), Is.EqualTo(20), "nothing else is set aside");
        world.CheckStatistics();
    }

    [Test]
    public void Whatever_is_refused_the_rest_arrives_and_what_was_set_aside_arrives_when_it_is_retried()
    {
        int retried = 0;
        foreach (ulong seed in Seeds.Many(8))
        {
            World world = SwarmScenarios.Suffer(seed, w => w.Export = Personalities.Refuses(f => f.Number % 17 == 3, 65, w.Export), keys: seed % 2 == 0);
            world.RunUntilDelivered(900 * Second);
            world.CheckStatistics();
            foreach (SimulatedSite site in world.Sites.Where(s => s.IsUp))
            {
                site.Export = Personalities.TakesAll(Second / 100);
                world.Ask(site.Index, "retry all");
            }

            world.RunUntil(() => world.Sites.All(s => !s.IsUp || StatisticsChecker.Read(world, s)["set-aside-kept"] == 0), 60 * Second);
            world.CheckStatistics();
            foreach (Flooded flooded in world.Ledger.All)
            {
                foreach (SimulatedSite site in world.Sites.Where(s => s.IsUp && flooded.LifeRefusedAt(s.Index) == s.Life))
                {
                    Assert.That(flooded.LifeExportedAt(site.Index), Is.EqualTo(site.Life), $"seed {seed}: {flooded} at {site.Name}");
                    retried++;
                }
            }
        }

        TestContext.Out.WriteLine($"{retried} updates that were set aside were exported by a retry");
        Assert.That(retried, Is.GreaterThan(0));
    }

    private static World Begin(ulong seed, ExportPersonality ofTheThird)
    {
        var world = new World(Seeds.One(seed), sites: 3);
        world.Site(2).Export = ofTheThird;
        world.Run(3 * Second);
        return world;
    }
}

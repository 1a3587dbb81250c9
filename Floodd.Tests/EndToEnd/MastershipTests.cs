// Masters that are killed and come back: somebody always plans, and no site ever goes back to an edition that it had left behind.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class MastershipTests
{
    [Test]
    public void The_next_in_name_order_plans_while_the_master_is_dead_and_editions_only_grow()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 4 });
        var editions = new Editions(group);
        editions.WaitFor("a topology of all by s1", t => t.Master == "s1" && t.Sites.Count == 4);
        int first = editions.Highest;

        group[0].Daemon.Kill();
        editions.WaitFor("a topology without s1 by s2", t => t.Master == "s2" && t.Sites.SetEquals(["s2", "s3", "s4"]));
        Assert.That(editions.Highest, Is.GreaterThan(first));
        Assert.That(MasterAt(group[3]), Is.EqualTo("s2"));

        int second = editions.Highest;
        group.Restart(group[0]);
        group.WaitUntilUp();
        editions.WaitFor("a topology of all by s1 again", t => t.Master == "s1" && t.Sites.Count == 4);
        Assert.That(editions.Highest, Is.GreaterThan(second));
        Assert.That(group.Sites.Select(MasterAt), Is.All.EqualTo("s1"));

        int third = editions.Highest;
        Reply replan = group[2].Ask("replan g");
        Assert.That(replan.Code, Is.EqualTo(250));
        Assert.That(replan.Text, Does.StartWith("s1 is asked for a new topology of g"));
        editions.WaitFor("a higher edition at all sites", t => t.Master == "s1" && t.Edition > third);
        TestContext.Out.WriteLine($"editions {first}, {second}, {third}, {editions.Highest}");
    }

    private static string? MasterAt(TestSite site) => Reply.Value(site.Ask("groups").Body[0], "master-site");

    // What edition each site said that it has; a new life begins again.
    private sealed class Editions(SiteGroup group)
    {
        private readonly Dictionary<(TestSite Site, int Life), int> _last = [];

        public int Highest => _last.Values.Max();

        public void WaitFor(string what, Predicate<SeenTopology> holds) => Eventually.Holds(
            () => group.Sites.Where(site => site.Daemon.IsRunning).Select(site => Look(site, holds)).ToList().All(found => found),
            what,
            () => string.Join('\n', group.Sites.Where(site => site.Daemon.IsRunning).Select(site => site.Ask("topology"))) + group.Logs());

        private bool Look(TestSite site, Predicate<SeenTopology> holds)
        {
            var topology = SeenTopology.At(site);
            Assert.That(topology.Edition, Is.GreaterThanOrEqualTo(_last.GetValueOrDefault((site, site.Life))), $"{site.Name} went back");
            _last[(site, site.Life)] = topology.Edition;
            return topology.Edition > 0 && holds(topology);
        }
    }
}

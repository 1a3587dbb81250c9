// The checkers of topologies are given sites that do wrong: they must say so.
using System.Collections.Immutable;
using Floodd.Core;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Simulation;

internal sealed class TopologyCheckerTests
{
    private static readonly GroupName Group = new("g");

    [Test]
    public void A_site_that_goes_back_is_caught() =>
        Assert.That(Take((0, Ring(7, "s01", 4)), (0, Ring(6, "s02", 4))), Throws.TypeOf<ViolationException>().With.Message.Contains("went from edition 7 of g by s01 back to edition 6 of g by s02"));

    [Test]
    public void A_site_that_goes_to_the_lesser_master_of_one_edition_is_caught() =>
        Assert.That(Take((0, Ring(7, "s02", 4)), (0, Ring(7, "s01", 4))), Throws.TypeOf<ViolationException>().With.Message.Contains("back to"));

    [Test]
    public void Two_contents_of_one_edition_are_caught() =>
        Assert.That(Take((0, Ring(7, "s01", 4)), (1, Ring(7, "s01", 3))), Throws.TypeOf<ViolationException>().With.Message.Contains("another edition 7 of g by s01"));

    [Test]
    public void A_topology_that_is_parted_too_easily_is_caught()
    {
        Topology weak = Graph(1, "s01", 2, [(1, 2), (2, 3), (3, 4)]);
        Assert.That(Take((0, weak)), Throws.TypeOf<ViolationException>().With.Message.Contains("parted when 1 go"));
        Assert.That(Take(world => world.Topologies.ChecksConnectivity = false, (0, weak)), Throws.Nothing);
    }

    [Test]
    public void Too_many_links_at_a_site_are_caught()
    {
        Topology mesh = Graph(1, "s01", 2, [.. Enumerable.Range(1, 4).SelectMany(a => Enumerable.Range(a + 1, 4 - a).Select(b => (a, b)))]);
        Assert.That(Take(world => world.Topologies.ChecksDegree = false, (0, mesh)), Throws.Nothing);
        Assert.That(Take((0, mesh)), Throws.TypeOf<ViolationException>().With.Message.Contains("3 links, where 2 are allowed"));
    }

    [Test]
    public void Editions_that_rise_and_spread_are_not_accused_and_what_they_changed_is_told()
    {
        World world = Script((0, Ring(1, "s01", 4)), (1, Ring(1, "s01", 4)), (0, Ring(2, "s01", 3)), (1, Ring(2, "s01", 3)), (1, Ring(2, "s02", 4)), (0, Ring(2, "s02", 4)));
        Assert.That(() => world.Run(TimeSpan.FromSeconds(10)), Throws.Nothing);
        Assert.That(world.Topologies.History.Select(c => (c.Added, c.Removed, c.Lost)), Is.EqualTo(new[] { (4, 0, 0), (1, 0, 2), (2, 1, 0) }));
    }

    [Test]
    public void A_master_that_begins_a_new_life_may_use_a_number_again_and_is_counted()
    {
        World world = Script((0, Ring(1, "s01", 4)), (1, Ring(1, "s01", 4)));
        world.Run(TimeSpan.FromSeconds(3));
        world.Crash(0);
        world.Options.Core = Scripted([(0, Ring(1, "s01", 3))]);
        world.Restart(0);
        world.Run(TimeSpan.FromSeconds(3));
        Assert.That(world.Topologies.ReusedCount, Is.EqualTo(1));
    }

    [Test]
    public void Sites_of_one_mind_are_not_accused_and_a_link_that_carries_nothing_is()
    {
        var world = new World(5, 6);
        TimeSpan took = world.RunUntilConverged(TimeSpan.FromSeconds(30));
        Assert.That(took, Is.GreaterThan(TimeSpan.FromSeconds(1)), "nothing is planned in the first second");
        world.Sever(0, 1);
        world.Run(TimeSpan.FromMilliseconds(1));
        Assert.That(ConvergenceChecker.FirstDifference(world, 0, [0, 1, 2, 3, 4, 5]), Does.Contain("carry nothing, among them s01 to s02"));
    }

    [Test]
    public void Sites_that_differ_or_link_to_the_dead_are_accused()
    {
        var world = new World(5, 6);
        Assert.That(() => world.RunUntilConverged(TimeSpan.FromSeconds(1)), Throws.TypeOf<ViolationException>().With.Message.Contains("there is no agreement"));
        world.RunUntilConverged(TimeSpan.FromSeconds(30));
        world.Crash(5);
        Assert.That(ConvergenceChecker.FirstDifference(world, 0, [0, 1, 2, 3, 4]), Does.Contain("links other sites than s01 s02 s03 s04 s05"));
        world.Partition(0, 1);
        world.Impose(0, world.TopologyAt(0)! with { Edition = 100 });
        world.Run(TimeSpan.FromSeconds(1));
        Assert.That(ConvergenceChecker.FirstDifference(world, 0, [0, 1, 2, 3, 4]), Does.Contain("s03 has").And.Contain("(:edition 100)"));
    }

    [Test]
    public void A_topology_that_is_imposed_on_one_is_lived_by_at_all()
    {
        var world = new World(5, 5);
        world.RunUntilConverged(TimeSpan.FromSeconds(30));
        Topology mesh = Graph(50, "s01", 3, [.. Enumerable.Range(1, 5).SelectMany(a => Enumerable.Range(a + 1, 5 - a).Select(b => (a, b)))]);
        world.Impose(3, mesh);
        world.RunUntilConverged(TimeSpan.FromSeconds(10));
        Assert.That(world.TopologyAt(0)!.Edges, Is.EqualTo(mesh.Edges));
    }

    private static Topology Ring(long edition, string master, int sites) =>
        Graph(edition, master, 2, [.. Enumerable.Range(1, sites).Select(i => (i, (i % sites) + 1))]);

    private static Topology Graph(long edition, string master, int connectivity, IEnumerable<(int A, int B)> edges) =>
        new(Group, edition, new SiteName(master), connectivity, [.. edges.Select(e => Edge.Between(Configurations.NameOf(e.A - 1), Configurations.NameOf(e.B - 1))).Order()]);

    private static Action Take(params (int Site, Topology Topology)[] script) => Take(_ => { }, script);

    private static Action Take(Action<World> begin, params (int Site, Topology Topology)[] script)
    {
        World world = Script(script);
        begin(world);
        return () => world.Run(TimeSpan.FromSeconds(10));
    }

    private static World Script(params (int Site, Topology Topology)[] script) => new(1, 2, w =>
    {
        (w.Core, w.Drift, w.StartSpread) = (Scripted([.. script]), 0, TimeSpan.Zero);
        w.Group = g => g with { MaxDegree = 2 };
    });

    // A core that takes the topologies meant for its site, one each quarter of a second, and does nothing else.
    private static CoreFactory Scripted(ImmutableArray<(int Site, Topology Topology)> script) => (configuration, _, _) =>
    {
        Topology? inForce = null;
        int next = 0;
        Instant due = Instant.Zero;
        return new CoreDriver(Step, () => next < script.Length ? due : Instant.Never, () => 0) { Topologies = () => inForce is null ? [] : [inForce] };

        void Step(Instant now, Event e, List<Effect> effects)
        {
            if (e is Event.Wake)
            {
                due = now + TimeSpan.FromMilliseconds(250);
                (int site, Topology topology) = script[next++];
                if (Configurations.NameOf(site) == configuration.Self)
                {
                    inForce = topology;
                    effects.Add(new Effect.Note(NoteKind.TopologyChanged, "taken"));
                }
            }
        }
    };
}

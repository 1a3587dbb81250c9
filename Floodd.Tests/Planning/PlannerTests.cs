// Plans of every kind of matrix: connected as asked, within the degree bound, the same again, and calm when measurements tremble.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Planning;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Floodd.Tests.Planning;

[Parallelizable]
internal sealed class PlannerTests
{
    // Enough to move most links of a small plan, and a hundred plans a second.
    private static readonly Effort Little = new(100_000);

    [Test]
    public void A_plan_is_as_connected_as_asked_and_within_its_degree() =>
        ForAnySeed(chance =>
        {
            int count = 1 + chance.Next(60);
            int k = 1 + chance.Next(6);
            // With D = k and both odd no graph has k links at each of an odd number of sites.
            int maxDegree = k + 1 + chance.Next(8);
            PlanProblem problem = Problem(Matrices.Of((Kind)chance.Next(6), count, chance.NextUInt64()), k, maxDegree, chance.NextUInt64());
            Plan plan = Planner.Plan(problem);
            int wanted = Math.Min(k, count - 1);
            Assert.That(plan.ProvenConnectivity, Is.EqualTo(wanted), $"n = {count}, k = {k}, D = {maxDegree}");
            Check(problem, plan);
        });

    [Test]
    public void Bounds_may_be_tight_and_repair_meets_them_from_whatever_is_left() =>
        ForAnySeed(chance =>
        {
            int count = 1 + chance.Next(25);
            int k = 1 + chance.Next(6);
            int maxDegree = k + chance.Next(k + 1);
            PairTable table = Matrices.Of((Kind)chance.Next(6), count, chance.NextUInt64());
            ImmutableArray<PlanEdge> edges = Planner.Plan(Problem(table, k, maxDegree, chance.NextUInt64())).Edges;
            // Sites that the edges leave out have just joined; some edges are gone with sites that left.
            int known = chance.Next(count + 1);
            PlanProblem problem = Problem(table, k, maxDegree, 0).WithPrevious([.. edges.Where(e => e.B < known && chance.Chance(0.9))]);
            foreach (Plan plan in new[] { Planner.Plan(problem), Repair.After(problem) })
            {
                Check(problem, plan);
                if (maxDegree > 1 && (maxDegree > k || k * count % 2 == 0 || count <= k + 1))
                {
                    Assert.That(plan.ProvenConnectivity, Is.EqualTo(Math.Min(k, count - 1)), $"n = {count}, k = {k}, D = {maxDegree}");
                }
            }
        });

    [Test]
    public void Where_pairs_are_missing_a_plan_is_as_connected_as_they_allow() =>
        ForAnySeed(chance =>
        {
            int count = 2 + chance.Next(30);
            int k = 1 + chance.Next(4);
            PairTable table = Matrices.Gappy(Matrices.Of((Kind)chance.Next(6), count, chance.NextUInt64()), chance.NextDouble(), chance.NextUInt64());
            PlanProblem problem = Problem(table, k, Math.Max(k, count), chance.NextUInt64());
            Plan plan = Planner.Plan(problem);
            Assert.That(plan.ProvenConnectivity, Is.EqualTo(Oracle.ByPaths(count, Usable(problem), Math.Min(k, count - 1))), $"n = {count}, k = {k}");
            Check(problem, plan);
        });

    [Test]
    public void Where_pairs_are_missing_the_degree_still_holds() =>
        ForAnySeed(chance =>
        {
            int count = 2 + chance.Next(30);
            int k = 1 + chance.Next(4);
            PairTable table = Matrices.Gappy(Matrices.Of((Kind)chance.Next(6), count, chance.NextUInt64()), 0.6 * chance.NextDouble(), chance.NextUInt64());
            PlanProblem problem = Problem(table, k, k + chance.Next(3), chance.NextUInt64());
            Check(problem, Planner.Plan(problem));
        });

    [Test]
    public void No_sites_and_few_sites_have_plans([Values(0, 1, 2, 3, 4, 5)] int count, [Values(1, 2, 3, 4)] int k)
    {
        PlanProblem problem = Problem(Matrices.Of(Kind.Plane, count, 1), k, 8, 0);
        Plan plan = Planner.Plan(problem);
        Check(problem, plan);
        Assert.That(plan.ProvenConnectivity, Is.EqualTo(Math.Min(k, Math.Max(0, count - 1))));
        Assert.That(plan.Edges, Has.Length.EqualTo(count * (count - 1) / 2).Or.Length.Not.EqualTo(0), "links where there are two sites");
        Assert.That(count > k + 1 || plan.Edges.Length == count * (count - 1) / 2, "all of them up to k + 1 sites");
    }

    [Test]
    public void Every_site_may_have_exactly_k_links([Values(2, 3, 4, 5)] int k, [Values(10, 24)] int count)
    {
        PlanProblem problem = Problem(Matrices.Of(Kind.Clustered, count, 5), k, k, 0);
        Plan plan = Planner.Plan(problem);
        Assert.That((plan.ProvenConnectivity, plan.Score.MaxDegree, plan.Edges.Length), Is.EqualTo((k, k, count * k / 2)));
        Check(problem, plan);
    }

    [Test]
    public void The_same_problem_has_the_same_plan_on_every_machine()
    {
        Plan plan = Planner.Plan(Problem(Matrices.Of(Kind.Clustered, 60, 7), 3, 8, 42, new Effort(2_000_000)));
        Plan again = Planner.Plan(Problem(Matrices.Of(Kind.Clustered, 60, 7), 3, 8, 42, new Effort(2_000_000)));
        Assert.That(again.Edges, Is.EqualTo(plan.Edges));
        ulong digest = 0xCBF29CE484222325;
        foreach (PlanEdge edge in plan.Edges)
        {
            digest = (((digest ^ (ulong)edge.A) * 0x100000001B3) ^ (ulong)edge.B) * 0x100000001B3;
        }

        Assert.That(digest.ToString("x16", System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo("c1970c167b8e0cc9"), "pinned: a change of the search changes it, a change of machine must not");
    }

    [Test]
    public void Sampled_sources_give_the_same_plan_again()
    {
        PairTable table = Matrices.Of(Kind.Clustered, 200, 3);
        Plan plan = Planner.Plan(Problem(table, 3, 8, 1, new Effort(5_000_000)));
        Assert.That(Planner.Plan(Problem(table, 3, 8, 1, new Effort(5_000_000))).Edges, Is.EqualTo(plan.Edges));
        Assert.That(plan.ProvenConnectivity, Is.EqualTo(3));
    }

    [TestCase(Kind.Plane, 2)]
    [TestCase(Kind.Plane, 3)]
    [TestCase(Kind.Clustered, 3)]
    [TestCase(Kind.Wild, 3)]
    public void More_effort_finds_better_plans(Kind kind, int k)
    {
        PairTable table = Matrices.Of(kind, 50, 11);
        double little = Planner.Plan(Problem(table, k, 8, 0, new Effort(1))).Score.J;
        double much = Planner.Plan(Problem(table, k, 8, 0, new Effort(20_000_000))).Score.J;
        Assert.That(much, Is.LessThan(0.9 * little));
        Assert.That(much, Is.GreaterThan(2), "no plan is below its bounds");
    }

    [Test]
    public void Round_trips_that_tremble_change_nothing_and_those_that_change_change_little([Values(1UL, 2UL, 3UL)] ulong seed, [Values(Kind.Plane, Kind.Clustered)] Kind kind)
    {
        PairTable table = Matrices.Of(kind, 60, seed);
        PlanProblem first = Problem(table, 3, 8, seed, new Effort(20_000_000));
        ImmutableArray<PlanEdge> edges = Planner.Plan(first).Edges;
        Plan same = Planner.Plan(first.WithPrevious(edges));
        Assert.That((same.IsWorthwhile, same.PreviousScore), Is.EqualTo((false, PlanScore.Of(first, edges))));
        var trembling = new PlanProblem
        {
            Count = 60,
            Connectivity = 3,
            MaxDegree = 8,
            RoundTrips = Matrices.Wobbled(table, seed),
            Previous = edges,
            Seed = seed + 1,
            Effort = new Effort(20_000_000),
        };
        Plan next = Planner.Plan(trembling);
        Check(trembling, next);
        Assert.That(next.IsWorthwhile ? next.Added.Length : 0, Is.LessThan(0.02 * edges.Length));
    }

    [Test]
    public void What_is_in_force_and_cannot_stay_makes_a_plan_worthwhile()
    {
        PlanProblem problem = Problem(Matrices.Of(Kind.Plane, 20, 1), 3, 8, 0, new Effort(10_000_000));
        ImmutableArray<PlanEdge> edges = Planner.Plan(problem).Edges;
        Assert.That(Planner.Plan(problem.WithPrevious(edges)).IsWorthwhile, Is.False);
        Assert.That(Planner.Plan(problem.WithPrevious([.. edges.Where(e => e.A != 0)])).IsWorthwhile, Is.True, "a member without links");
        Assert.That(Planner.Plan(problem.WithPrevious(edges.Add(new PlanEdge(3, 99)))).IsWorthwhile, Is.True, "an edge to nowhere");
        Assert.That(Planner.Plan(problem.WithPrevious([.. Enumerable.Range(1, 19).Select(i => new PlanEdge(0, i))])).IsWorthwhile, Is.True, "a star");
    }

    [Test]
    public void A_plan_that_is_cancelled_is_whole()
    {
        int asked = 0;
        PlanProblem problem = Problem(Matrices.Of(Kind.Plane, 100, 1), 3, 8, 0, new Effort(1_000_000_000));
        Plan plan = Planner.Plan(problem, () => ++asked > 3);
        Check(problem, plan);
        Assert.That(plan.ProvenConnectivity, Is.EqualTo(3));
        Assert.That(plan.Proposals, Is.LessThan(20_000));
    }

    [Test]
    public void A_problem_that_contradicts_itself_is_refused()
    {
        Assert.That(() => Planner.Plan(Problem(Matrices.Of(Kind.Plane, 5, 1), 4, 3, 0)), Throws.InstanceOf<ArgumentException>(), "k above D");
        Assert.That(() => Planner.Plan(Problem(Matrices.Of(Kind.Plane, 5, 1), 0, 3, 0)), Throws.InstanceOf<ArgumentException>(), "k of 0");
        var table = new PairTable(3) { [0, 1] = -1 };
        Assert.That(() => Planner.Plan(Problem(table, 1, 3, 0)), Throws.InstanceOf<ArgumentException>(), "less than no time");
    }

    [Test]
    public void What_64_KiB_take_over_a_link_is_part_of_its_cost()
    {
        var bandwidths = new PairTable(2) { [0, 1] = 65_536 };
        var problem = new PlanProblem { Count = 2, Connectivity = 1, MaxDegree = 8, RoundTrips = new PairTable(2) { [0, 1] = 10 }, Bandwidths = bandwidths };
        Assert.That(Planner.Plan(problem).Score.Cost, Is.EqualTo(1010));
    }

    private static void ForAnySeed(Action<Prng> test) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => test(new Prng((ulong)seed))).Check(FsCheck.Config.QuickThrowOnFailure);

    private static PlanProblem Problem(PairTable table, int k, int maxDegree, ulong seed, Effort? effort = null) => new()
    {
        Count = table.Count,
        Connectivity = k,
        MaxDegree = maxDegree,
        RoundTrips = table,
        Seed = seed,
        Effort = effort ?? Little,
    };

    private static IEnumerable<PlanEdge> Usable(PlanProblem problem) =>
        from a in Enumerable.Range(0, problem.Count)
        from b in Enumerable.Range(a + 1, problem.Count - a - 1)
        where problem.IsUsable(a, b)
        select new PlanEdge(a, b);

    private static void Check(PlanProblem problem, Plan plan)
    {
        Assert.That(plan.Edges, Is.Ordered.And.Unique);
        Assert.That(plan.Edges.Where(e => e.A >= e.B || !problem.IsUsable(e.A, e.B)), Is.Empty);
        Assert.That(Oracle.MaxDegree(plan.Edges), Is.LessThanOrEqualTo(problem.MaxDegree));
        Assert.That(Oracle.ByPaths(problem.Count, plan.Edges, Math.Min(problem.Connectivity, problem.Count - 1)), Is.EqualTo(Math.Max(0, plan.ProvenConnectivity)).Or.EqualTo(-1));
    }
}

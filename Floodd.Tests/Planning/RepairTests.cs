// After every single loss and after pairs lost: whole again, with few links touched. And why a link is there.
using System.Collections.Immutable;
using Floodd.Planning;
using NUnit.Framework;

namespace Floodd.Tests.Planning;

[Parallelizable]
internal sealed class RepairTests
{
    private const int Count = 60;
    private const int K = 3;
    private const int MaxDegree = 8;

    private PairTable _table = null!;
    private ImmutableArray<PlanEdge> _edges;

    [OneTimeSetUp]
    public void Plan()
    {
        _table = Matrices.Of(Kind.Clustered, Count, 4);
        _edges = Planner.Plan(Problem(_table, [], new Effort(20_000_000))).Edges;
    }

    [Test]
    public void Every_single_loss_is_mended_with_few_links()
    {
        for (int lost = 0; lost < Count; lost++)
        {
            Check(lost);
        }
    }

    [Test]
    public void Every_loss_of_two_is_mended_with_few_links()
    {
        for (int one = 0; one < Count; one += 4)
        {
            for (int other = one + 1; other < Count; other++)
            {
                Check(one, other);
            }
        }
    }

    [Test]
    public void What_is_whole_is_left_alone()
    {
        Plan repaired = Repair.After(Problem(_table, _edges));
        Assert.That((repaired.Added.Length, repaired.Removed.Length, repaired.IsWorthwhile), Is.EqualTo((0, 0, false)));
    }

    [Test]
    public void A_link_in_the_plan_says_what_it_is_for()
    {
        PlanProblem problem = Problem(_table, []);
        PlanScore score = PlanScore.Of(problem, _edges);
        foreach (PlanEdge edge in _edges)
        {
            LinkReason reason = LinkReason.Of(problem, _edges, edge.B, edge.A);
            PlanEdge[] without = [.. _edges.Where(e => e != edge)];
            Assert.That((reason.IsPlanned, reason.IsUsable, reason.With), Is.EqualTo((true, true, score)));
            Assert.That(reason.Without, Is.EqualTo(PlanScore.Of(problem, without)));
            Assert.That(reason.ConnectivityWithout, Is.EqualTo(Oracle.ByPaths(Count, without, K)));
            Assert.That((reason.WayRound[0], reason.WayRound[^1]), Is.EqualTo((edge.B, edge.A)));
            Assert.That(reason.WayRound.Zip(reason.WayRound.Skip(1)).Select(p => PlanEdge.Between(p.First, p.Second)), Is.SubsetOf(without));
            if (reason.ConnectivityWithout < K)
            {
                Assert.That(reason.Cut, Has.Length.LessThan(K).And.None.EqualTo(edge.A).And.None.EqualTo(edge.B));
                PlanEdge[] left = Matrices.Without(without, Count, [.. reason.Cut]);
                Assert.That(Oracle.ByPaths(Count - reason.Cut.Length, left, 1), Is.Zero, "without the cut the rest is parted");
            }
        }
    }

    [Test]
    public void A_link_that_is_not_in_the_plan_says_what_it_would_do()
    {
        PlanProblem problem = Problem(_table, []);
        PlanEdge absent = Enumerable.Range(1, Count - 1).Select(b => new PlanEdge(0, b)).First(e => !_edges.Contains(e));
        LinkReason reason = LinkReason.Of(problem, _edges, absent.A, absent.B);
        Assert.That((reason.IsPlanned, reason.ConnectivityWithout, reason.Cut.Length), Is.EqualTo((false, K, 0)));
        Assert.That(reason.Without, Is.EqualTo(PlanScore.Of(problem, _edges)));
        Assert.That(reason.With, Is.EqualTo(PlanScore.Of(problem, [.. _edges, absent])));
    }

    private static PlanProblem Problem(PairTable table, ImmutableArray<PlanEdge> previous, Effort effort = default) => new()
    {
        Count = table.Count,
        Connectivity = K,
        MaxDegree = MaxDegree,
        RoundTrips = table,
        Previous = previous,
        Effort = effort,
    };

    private void Check(params int[] lost)
    {
        PlanEdge[] left = Matrices.Without(_edges, Count, lost);
        Plan repaired = Repair.After(Problem(Matrices.Without(_table, lost), [.. left]));
        Assert.That(repaired.ProvenConnectivity, Is.EqualTo(K));
        Assert.That(Oracle.ByPaths(Count - lost.Length, repaired.Edges, K), Is.EqualTo(K));
        Assert.That(Oracle.MaxDegree(repaired.Edges), Is.LessThanOrEqualTo(MaxDegree));
        Assert.That(repaired.Added.Length + repaired.Removed.Length, Is.LessThanOrEqualTo(3 * K * lost.Length), $"lost {string.Join(", ", lost)}");
        Assert.That(repaired.Removed, Is.Empty);
    }
}

// Plans that are mended as sites come and go, in a measured network: whole each time, judged by the plain and slow count.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Planning;
using Floodd.Tests.Latency;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Planning;

internal sealed class MendedPlansTests
{
    private const int SiteCount = 20;
    private static readonly LatencyMatrix Cities = LatencyMatrix.Load("wondernetwork-242");

    [Test]
    public void Sites_that_go_and_return_leave_plans_that_are_whole_and_link_nobody_twice([Range(1, 8)] int seed)
    {
        LatencyMatrix matrix = Cities.Sample(SiteCount, (ulong)seed);
        var draw = new Prng((ulong)seed);
        int[] all = [.. Enumerable.Range(0, SiteCount)];
        HashSet<(int A, int B)> edges = Named(Planner.Plan(Problem(matrix, all, [])), all);
        for (int i = 0; i < 10; i++)
        {
            int gone = draw.Next(SiteCount);
            foreach (int[] sites in (int[][])[[.. all.Where(s => s != gone)], all])
            {
                Plan plan = Repair.After(Problem(matrix, sites, edges));
                var graph = new VertexConnectivity(
                    [.. sites.Select(Configurations.NameOf)],
                    plan.Edges.Select(e => Edge.Between(Configurations.NameOf(sites[e.A]), Configurations.NameOf(sites[e.B]))));
                Assert.That(plan.Edges, Is.Ordered.And.Unique);
                Assert.That((graph.Count(3), plan.ProvenConnectivity), Is.EqualTo((3, 3)));
                edges = Named(plan, sites);
            }
        }
    }

    private static HashSet<(int A, int B)> Named(Plan plan, int[] sites) => [.. plan.Edges.Select(e => (sites[e.A], sites[e.B]))];

    private static PlanProblem Problem(LatencyMatrix matrix, int[] sites, HashSet<(int A, int B)> edges)
    {
        var trips = new PairTable(sites.Length);
        for (int a = 0; a < sites.Length; a++)
        {
            for (int b = a + 1; b < sites.Length; b++)
            {
                trips[a, b] = (float)matrix.RttMilliseconds(sites[a], sites[b]);
            }
        }

        ImmutableArray<PlanEdge> previous = [.. edges
            .Where(e => sites.Contains(e.A) && sites.Contains(e.B))
            .Select(e => PlanEdge.Between(Array.IndexOf(sites, e.A), Array.IndexOf(sites, e.B))).Order()];
        return new PlanProblem { Count = sites.Length, Connectivity = 3, MaxDegree = 8, RoundTrips = trips, Previous = previous, Effort = Effort.For(sites.Length, 0.01) };
    }
}

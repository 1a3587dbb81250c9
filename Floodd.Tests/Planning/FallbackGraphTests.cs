// The graph that every site computes alike: connected as it should be, proven by cutting it, and no site with too many links.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Planning;
using NUnit.Framework;

namespace Floodd.Tests.Planning;

internal sealed class FallbackGraphTests
{
    [Test]
    public void Fewer_than_k_sites_lost_never_part_the_rest([Range(1, 8)] int k)
    {
        for (int n = 2; n <= 60; n++)
        {
            ImmutableArray<SiteName> members = Members(n);
            var graph = new VertexConnectivity(members, FallbackGraph.Edges(members, k));
            Assert.That(graph.Count(Math.Min(k, n - 1)), Is.EqualTo(Math.Min(k, n - 1)), $"n = {n}, k = {k}");
        }
    }

    [Test]
    public void No_site_has_more_than_one_link_beyond_k([Range(1, 16)] int k)
    {
        for (int n = 2; n <= 200; n++)
        {
            ImmutableArray<SiteName> members = Members(n);
            var graph = new VertexConnectivity(members, FallbackGraph.Edges(members, k));
            Assert.That(graph.Degrees().Max(), Is.LessThanOrEqualTo(Math.Min(k + 1, n - 1)), $"n = {n}, k = {k}");
        }
    }

    [Test]
    public void What_a_site_computes_for_itself_is_what_all_compute([Values(1, 2, 3, 5, 8)] int k)
    {
        for (int n = 1; n <= 60; n++)
        {
            ImmutableArray<SiteName> members = Members(n);
            ImmutableArray<Edge> edges = FallbackGraph.Edges(members, k);
            foreach (SiteName site in members)
            {
                Assert.That(
                    FallbackGraph.NeighborsOf(members, site, k).Order(),
                    Is.EqualTo(edges.Where(e => e.Touches(site)).Select(e => e.Other(site)).Order()), $"n = {n}, k = {k}, {site}");
            }
        }
    }

    [Test]
    public void Edges_are_in_order_none_twice_and_none_to_itself()
    {
        ImmutableArray<Edge> edges = FallbackGraph.Edges(Members(17), 5);
        Assert.That(edges, Is.Ordered.And.Unique);
        Assert.That(edges.Select(e => e.A), Has.None.EqualTo(null));
        Assert.That(edges.Where(e => e.A == e.B), Is.Empty);
        Assert.That(FallbackGraph.Edges(Members(17), 5), Is.EqualTo(edges));
    }

    [Test]
    public void One_site_alone_has_no_links()
    {
        Assert.That(FallbackGraph.Edges(Members(1), 3), Is.Empty);
        Assert.That(FallbackGraph.Edges([], 3), Is.Empty);
        Assert.That(FallbackGraph.NeighborsOf(Members(5), new SiteName("stranger"), 3), Is.Empty);
    }

    [Test]
    public void Chords_keep_the_way_short()
    {
        // A ring alone would need 150 steps.
        Assert.That(Diameter(300, 4), Is.LessThanOrEqualTo(20));
        Assert.That(Diameter(300, 8), Is.LessThanOrEqualTo(8));
    }

    private static ImmutableArray<SiteName> Members(int count) => [.. Enumerable.Range(0, count).Select(i => new SiteName($"s{i:000}"))];

    private static int Diameter(int n, int k)
    {
        ImmutableArray<SiteName> members = Members(n);
        var distances = new Dictionary<SiteName, int> { [members[0]] = 0 };
        var line = new Queue<SiteName>([members[0]]);
        while (line.TryDequeue(out SiteName site))
        {
            foreach (SiteName next in FallbackGraph.NeighborsOf(members, site, k).Where(s => distances.TryAdd(s, distances[site] + 1)))
            {
                line.Enqueue(next);
            }
        }

        Assert.That(distances, Has.Count.EqualTo(n));
        return distances.Values.Max();
    }
}

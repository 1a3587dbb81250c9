// Topologies that a plan is compared with: a ring, a random graph, all links. Made from numbers of sites, measured by nobody.
using Floodd.Model;
using Floodd.Tests.Latency;
using Floodd.Tests.Planning;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Benchmarks;

/// <summary>Edges between the sites of a world.</summary>
internal static class Graphs
{
    /// <summary>A ring that goes on, from the first site, to the nearest one not yet in it.</summary>
    public static List<Edge> Ring(LatencyMatrix matrix)
    {
        List<int> ring = [0];
        while (ring.Count < matrix.Count)
        {
            ring.Add(Enumerable.Range(0, matrix.Count).Except(ring).MinBy(next => matrix.RttMilliseconds(ring[^1], next)));
        }

        return [.. ring.Select((site, i) => Between(site, ring[(i + 1) % ring.Count])).Distinct().Order()];
    }

    /// <summary>Every site with every other.</summary>
    public static List<Edge> Mesh(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(a => Enumerable.Range(a + 1, count - a - 1).Select(b => Between(a, b))).Order()];

    /// <summary>A random graph in which each site has <paramref name="degree"/> links, one site one more if it does not come out even, and which is that connected.</summary>
    public static List<Edge> Random(int count, int degree, ulong seed)
    {
        var draw = new Prng(seed);
        while (true)
        {
            // Steger and Wormald (1999): links between sites that have room, drawn until nobody has; begun again if that gets stuck.
            var edges = new SortedSet<Edge>();
            List<int> ends = [.. Enumerable.Range(0, count).SelectMany(site => Enumerable.Repeat(site, degree))];
            if (ends.Count % 2 == 1)
            {
                ends.Add(draw.Next(count));
            }

            for (int tries = 0; ends.Count > 0 && tries < 1000; tries++)
            {
                (int i, int j) = (draw.Next(ends.Count), draw.Next(ends.Count));
                if (ends[i] != ends[j] && edges.Add(Between(ends[i], ends[j])))
                {
                    ends.RemoveAt(Math.Max(i, j));
                    ends.RemoveAt(Math.Min(i, j));
                    tries = 0;
                }
            }

            if (ends.Count == 0 && new VertexConnectivity([.. Enumerable.Range(0, count).Select(Configurations.NameOf)], edges).Count(degree) == degree)
            {
                return [.. edges];
            }
        }
    }

    private static Edge Between(int a, int b) => Edge.Between(Configurations.NameOf(a), Configurations.NameOf(b));
}

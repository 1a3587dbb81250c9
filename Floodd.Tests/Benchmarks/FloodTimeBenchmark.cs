// How long one update takes to be exported everywhere, in measured networks, over different topologies. Run by hand; asserts nothing about figures.
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Floodd.Model;
using Floodd.Planning;
using Floodd.Tests.Latency;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// <code>dotnet test Floodd.Tests --filter FullyQualifiedName~FloodTimeBenchmark --logger "console;verbosity=detailed"</code>
/// Whole daemons in a simulated world; virtual time, so that neither the machine nor what else it does counts.
/// </summary>
[Explicit("prints a table; takes minutes")]
[Category("Benchmark")]
internal sealed class FloodTimeBenchmark
{
    private const int Connectivity = 3;
    private const int UpdateBytes = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [TestCase("aws-13", 13)]
    [TestCase("skyplane-60", 60)]
    [TestCase("wondernetwork-242", 100)]
    public void How_long_an_update_takes_to_be_everywhere(string network, int sites)
    {
        LatencyMatrix matrix = MeasuredWorld.Load(network, sites);
        TestContext.Out.WriteLine($"{matrix.Title}: {UpdateBytes} bytes, once from each site; from its receipt to the last export, in milliseconds");
        TestContext.Out.WriteLine("| topology | links | links a site: mean, most | round trips of all links: sum | flood time: mean | most | copies received per export | real seconds |");
        TestContext.Out.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        ImmutableArray<SiteName> names = [.. Enumerable.Range(0, sites).Select(Configurations.NameOf).Order()];
        Measure("in force", matrix, Connectivity, null);
        Measure("fall-back", matrix, Connectivity, FallbackGraph.Edges(names, Connectivity));
        Measure("ring", matrix, 2, Graphs.Ring(matrix));
        Measure("random", matrix, Connectivity, Graphs.Random(sites, Connectivity, 1));
        Measure("full mesh", matrix, Connectivity, Graphs.Mesh(sites));
    }

    private static void Measure(string title, LatencyMatrix matrix, int connectivity, IEnumerable<Edge>? imposed)
    {
        long began = Stopwatch.GetTimestamp();
        World world = MeasuredWorld.Begin(matrix, connectivity, plans: imposed is null);
        if (imposed is not null)
        {
            world.Topologies.ChecksConnectivity = world.Topologies.ChecksDegree = false;
            world.Impose(1, new Topology(world.GroupOf(0).Name, 1, world.Site(0).Name, connectivity, [.. imposed]));
        }

        world.RunUntilConverged(Patience);
        ImmutableArray<Edge> edges = world.TopologyAt(0)!.Edges;
        world.RunUntil(() => ConvergenceChecker.LinksThatCarry(world, 0, [.. Enumerable.Range(0, matrix.Count)]).SequenceEqual(edges), Patience);
        long copies = world.Echoes.PartsReceived;
        List<double> times = [];
        for (int origin = 0; origin < matrix.Count; origin++)
        {
            Flooded flooded = world.Flood(origin, UpdateBytes);
            world.RunUntil(() => flooded.IsAnswered && flooded.ExportedCount == matrix.Count, Patience);
            times.Add(new TimeSpan(Enumerable.Range(0, matrix.Count).Max(flooded.LastExportAt) - flooded.AcceptedAt).TotalMilliseconds);
        }

        Assert.That(world.TopologyAt(0)!.Edges, Is.EqualTo(edges), "measured over one topology");
        double perExport = (world.Echoes.PartsReceived - copies) / (double)(times.Count * times.Count);
        int[] degrees = [.. Enumerable.Range(0, matrix.Count).Select(s => edges.Count(e => e.Touches(world.Site(s).Name)))];
        double cost = edges.Sum(e => matrix.RttMilliseconds(world.Find(e.A.Value)!.Index, world.Find(e.B.Value)!.Index));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {title} | {edges.Length} | {degrees.Average():F1}, {degrees.Max()} | {cost:F0} | {times.Average():F1} | {times.Max():F1} | {perExport:F2} | {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} |"));
    }
}

// How long the updates of a stream take to be exported everywhere, with its neighbors spared and without, while links die and while none does. Run by hand; asserts nothing about figures.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Model;
using Floodd.Tests.Latency;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Benchmarks;

/// <summary>
/// <code>dotnet test Floodd.Tests --filter FullyQualifiedName~StreamTimeBenchmark --logger "console;verbosity=detailed"</code>
/// Few updates go over all links (plain flooding); of many, each neighbor but one is asked to keep quiet. A link that dies here takes
/// everything and says nothing, which is the worst that it can do: who is told that a link is gone turns to another at once.
/// </summary>
[Explicit("prints a table; takes minutes")]
[Category("Benchmark")]
internal sealed class StreamTimeBenchmark
{
    private const int Connectivity = 3;
    private const int UpdateBytes = 1000;
    private const int Cuts = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CutEvery = TimeSpan.FromSeconds(5);

    [TestCase("aws-13", 13)]
    [TestCase("skyplane-60", 40)]
    public void How_long_the_updates_of_a_stream_take_to_be_everywhere(string network, int sites)
    {
        LatencyMatrix matrix = MeasuredWorld.Load(network, sites);
        TestContext.Out.WriteLine($"{matrix.Title}: {UpdateBytes} bytes each from one site; from the receipt to the last export, in milliseconds");
        TestContext.Out.WriteLine("| updates a second | links cut in silence | updates | copies received per export | mean | p99 | most | not everywhere |");
        TestContext.Out.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (int rate in new[] { 2, 100 })
        {
            Measure(matrix, rate, cuts: false);
            Measure(matrix, rate, cuts: true);
        }
    }

    private static void Measure(LatencyMatrix matrix, int rate, bool cuts)
    {
        World world = MeasuredWorld.Begin(matrix, Connectivity, plans: true);
        world.RunUntilConverged(Patience);
        ImmutableArray<Edge> edges = world.TopologyAt(0)!.Edges;
        var draw = new Random(1);
        List<Flooded> floods = [];
        Stream(world, rate, Begun, floods);
        floods.Clear();
        long copies = world.Echoes.PartsReceived;
        for (int cut = 0; cut < Cuts; cut++)
        {
            Edge edge = edges[draw.Next(edges.Length)];
            (int a, int b) = (world.Find(edge.A.Value)!.Index, world.Find(edge.B.Value)!.Index);
            if (cuts)
            {
                world.Cut(a, b);
            }

            Stream(world, rate, CutFor, floods);
            world.Mend(a, b);
            Stream(world, rate, CutEvery - CutFor, floods);
        }

        world.RunUntil(() => floods.All(flood => flood.IsAnswered && flood.ExportedCount == matrix.Count), Patience);
        double[] times = [.. floods.Select(flood => new TimeSpan(Enumerable.Range(0, matrix.Count).Max(flood.LastExportAt) - flood.AcceptedAt).TotalMilliseconds).Order()];
        double perExport = (world.Echoes.PartsReceived - copies) / (double)(floods.Count * (matrix.Count - 1));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {rate} | {(cuts ? Cuts : 0)} | {floods.Count} | {perExport:F2} | {times.Average():F1} | {times[times.Length * 99 / 100]:F1} | {times[^1]:F1} | {floods.Count(flood => flood.ExportedCount < matrix.Count)} |"));
    }

    private static void Stream(World world, int rate, TimeSpan time, List<Flooded> floods)
    {
        for (int i = 0; i < rate * time.TotalSeconds; i++)
        {
            floods.Add(world.Flood(0, UpdateBytes));
            world.Run(TimeSpan.FromSeconds(1) / rate);
        }
    }
}

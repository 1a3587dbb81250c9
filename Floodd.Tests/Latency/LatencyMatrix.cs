// Measured round trips, bandwidths and places of the sites of a real network, read from the files beside it; invents nothing.
using System.Globalization;
using Floodd.Model;

namespace Floodd.Tests.Latency;

/// <summary>What was measured between each two of some sites; sites are numbered from 0 in the order of their file. The same in both directions.</summary>
internal sealed class LatencyMatrix
{
    private readonly string[] _names;
    private readonly (double Latitude, double Longitude)?[] _places;
    private readonly double[] _rtts;
    private readonly double?[] _bandwidths;

    private LatencyMatrix(string title, string[] names, (double, double)?[] places, double[] rtts, double?[] bandwidths) =>
        (Title, _names, _places, _rtts, _bandwidths) = (title, names, places, rtts, bandwidths);

    /// <summary>The names that <see cref="Load"/> knows.</summary>
    public static IReadOnlyList<string> Known { get; } = ["aws-13", "skyplane-60", "wondernetwork-242"];

    /// <summary>What it was loaded as, and how it was cut down since.</summary>
    public string Title { get; }

    /// <summary>How many sites there are.</summary>
    public int Count => _names.Length;

    /// <summary>The sites' names, as their source gives them.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads one of <see cref="Known"/>; anything else, or a pair that is missing, is an error.</summary>
    public static LatencyMatrix Load(string name)
    {
        string[][] sites = [.. Lines($"{name}.sites.csv", "name,latitude,longitude")];
        Dictionary<string, int> numbers = sites.Select((fields, i) => (Name: fields[0], Number: i)).ToDictionary(s => s.Name, s => s.Number);
        int count = sites.Length;
        double[] rtts = new double[count * count];
        double?[] bandwidths = new double?[count * count];
        int pairs = 0;
        foreach (string[] fields in Lines($"{name}.csv", "from,to,rtt_ms,bandwidth_mbps"))
        {
            (int a, int b) = (numbers[fields[0]], numbers[fields[1]]);
            (int forth, int back) = ((a * count) + b, (b * count) + a);
            pairs += rtts[forth] == 0 ? 1 : 0;
            rtts[forth] = rtts[back] = Number(fields[2]) is > 0 and double rtt ? rtt : throw new InvalidDataException($"{name}: {fields[0]} to {fields[1]} takes no time");
            bandwidths[forth] = bandwidths[back] = Number(fields[3]);
        }

        return pairs == count * (count - 1) / 2
            ? new(name, [.. sites.Select(fields => fields[0])], [.. sites.Select(PlaceIn)], rtts, bandwidths)
            : throw new InvalidDataException($"{name}: {pairs} pairs of {count} sites");
    }

    /// <summary>The round trip between two sites, in milliseconds; 0 from a site to itself.</summary>
    public double RttMilliseconds(int a, int b) => _rtts[(a * Count) + b];

    /// <summary>The bandwidth between two sites, in Mbit/s (10^6); null where nothing was measured.</summary>
    public double? BandwidthMegabits(int a, int b) => _bandwidths[(a * Count) + b];

    /// <summary>Where a site is, in degrees north and east; null where unknown.</summary>
    public (double Latitude, double Longitude)? PlaceOf(int site) => _places[site];

    /// <summary>The first sites of it alone.</summary>
    public LatencyMatrix First(int count) => Of($"the first {count} of {Title}", [.. Enumerable.Range(0, count)]);

    /// <summary>Some of its sites, drawn at random: equal seeds draw alike. They keep the order of the whole.</summary>
    public LatencyMatrix Sample(int count, ulong seed)
    {
        var draw = new Prng(seed);
        int[] sites = [.. Enumerable.Range(0, Count)];
        for (int i = 0; i < count; i++)
        {
            int other = i + draw.Next(Count - i);
            (sites[i], sites[other]) = (sites[other], sites[i]);
        }

        return Of($"{count} of {Title}, seed {seed}", [.. sites.Take(count).Order()]);
    }

    /// <summary>These sites of it alone, in this order.</summary>
    private LatencyMatrix Of(string title, int[] sites)
    {
        int count = sites.Length;
        double[] rtts = new double[count * count];
        double?[] bandwidths = new double?[count * count];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                (rtts[(a * count) + b], bandwidths[(a * count) + b]) = (RttMilliseconds(sites[a], sites[b]), BandwidthMegabits(sites[a], sites[b]));
            }
        }

        return new(title, [.. sites.Select(s => _names[s])], [.. sites.Select(s => _places[s])], rtts, bandwidths);
    }

    private static IEnumerable<string[]> Lines(string file, string header)
    {
        // The build takes the files into the assembly under their own names.
        Stream stream = typeof(LatencyMatrix).Assembly.GetManifestResourceStream(file) ?? throw new FileNotFoundException($"no {file} among the measured networks");
        using var reader = new StreamReader(stream);
        if (reader.ReadLine() != header)
        {
            throw new InvalidDataException($"{file} does not begin with {header}");
        }

        int fields = header.Split(',').Length;
        while (reader.ReadLine() is { } line)
        {
            string[] read = line.Split(',');
            yield return read.Length == fields ? read : throw new InvalidDataException($"{file}: {line}");
        }
    }

    private static (double, double)? PlaceIn(string[] fields) =>
        Number(fields[1]) is { } latitude && Number(fields[2]) is { } longitude ? (latitude, longitude) : null;

    private static double? Number(string field) => field.Length == 0 ? null : double.Parse(field, NumberStyles.Float, CultureInfo.InvariantCulture);
}

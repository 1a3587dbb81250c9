// Measurements as `floodd plan` reads them, with the place of whatever is wrong. Fills tables; plans nothing.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Planning;

namespace Floodd.Commands;

/// <summary>What was read.</summary>
internal sealed class LinksFile
{
    // The tables grow with the square: 10,000 sites would take gigabytes and hours.
    private const int MostSites = 5000;
    private const float BytesOfMegabit = 125_000;

    private readonly Dictionary<string, int> _numbers;

    private LinksFile(ImmutableArray<string> names)
    {
        Names = names;
        _numbers = names.Select((name, number) => (name, number)).ToDictionary(p => p.name, p => p.number, StringComparer.Ordinal);
        RoundTrips = new PairTable(names.Length);
    }

    /// <summary>The sites in name order: their numbers in the tables.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Milliseconds.</summary>
    public PairTable RoundTrips { get; }

    /// <summary>Bytes per second; null if the file has none.</summary>
    public PairTable? Bandwidths { get; private set; }

    /// <summary>Reads measurements.</summary>
    /// <param name="file">from,to,rtt_ms,bandwidth_mbps; the columns may stand in any order, the last may be missing.</param>
    /// <param name="sitesFile">The sites, in a column 'name'; null takes those of the measurements.</param>
    /// <exception cref="FormatException">Something is wrong: FILE:LINE: what.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static LinksFile Read(string file, string? sitesFile)
    {
        TableLine[] lines = [.. TableLines.Commas(file)];
        if (lines.Length == 0)
        {
            throw new FormatException($"{file}:1: the file is empty; expected the header from,to,rtt_ms,bandwidth_mbps");
        }

        TableLine header = lines[0];
        int from = Column(header, "from"), to = Column(header, "to"), rtt = Column(header, "rtt_ms");
        int bandwidth = Array.IndexOf(header.Fields, "bandwidth_mbps");
        int least = Math.Max(from, Math.Max(to, rtt)) + 1;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (TableLine line in lines.Skip(1))
        {
            if (line.Fields.Length < least || line.Fields.Length > header.Fields.Length)
            {
                throw line.Error($"{line.Fields.Length} fields; expected {header.Fields.Length} as in the header");
            }

            if (sitesFile is null)
            {
                names.Add(Name(line, from));
                names.Add(Name(line, to));
            }
        }

        var links = new LinksFile(sitesFile is null ? [.. names] : ReadSites(sitesFile));
        if (links.Names.Length is < 2 or > MostSites)
        {
            throw new FormatException($"{sitesFile ?? file}:1: {links.Names.Length} sites; expected 2 to {MostSites}");
        }

        foreach (TableLine line in lines.Skip(1))
        {
            (int a, int b) = links.Pair(line, line.Fields[from], line.Fields[to]);
            if (!float.IsNaN(links.RoundTrips[a, b]))
            {
                throw line.Error($"{line.Fields[from]} and {line.Fields[to]} are a pair for the second time");
            }

            links.RoundTrips[a, b] = Number(line, rtt, "rtt_ms");
            if (bandwidth >= 0 && bandwidth < line.Fields.Length && line.Fields[bandwidth].Length > 0)
            {
                links.Bandwidths ??= new PairTable(links.Names.Length);
                links.Bandwidths[a, b] = Number(line, bandwidth, "bandwidth_mbps") * BytesOfMegabit;
            }
        }

        return links;
    }

    /// <summary>Reads links in force, a line 'a b' for each.</summary>
    /// <exception cref="FormatException">Something is wrong: FILE:LINE: what.</exception>
    public ImmutableArray<PlanEdge> ReadEdges(string file)
    {
        var edges = new SortedSet<PlanEdge>();
        foreach (TableLine line in TableLines.Blanks(file))
        {
            if (line.Fields.Length < 2)
            {
                throw line.Error("one word; expected two sites");
            }

            (int a, int b) = Pair(line, line.Fields[0], line.Fields[1]);
            if (!edges.Add(PlanEdge.Between(a, b)))
            {
                throw line.Error($"{line.Fields[0]} and {line.Fields[1]} are linked for the second time");
            }
        }

        return [.. edges];
    }

    private static int Column(TableLine header, string name)
    {
        int at = Array.IndexOf(header.Fields, name);
        return at >= 0 ? at : throw header.Error($"no column {name}; expected the header from,to,rtt_ms,bandwidth_mbps");
    }

    private static ImmutableArray<string> ReadSites(string file)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        int column = -1;
        foreach (TableLine line in TableLines.Commas(file))
        {
            if (column < 0)
            {
                column = Array.IndexOf(line.Fields, "name");
                column = column >= 0 ? column : throw line.Error("no column name");
            }
            else if (line.Fields.Length <= column || !names.Add(Name(line, column)))
            {
                throw line.Error(line.Fields.Length <= column ? "no name" : $"{line.Fields[column]} for the second time");
            }
        }

        return [.. names];
    }

    // Names stand between blanks in the output.
    private static string Name(TableLine line, int column)
    {
        string name = line.Fields[column];
        return name.Length > 0 && name[0] != '#' && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? name
            : throw line.Error($"'{name}' cannot be written as a site in a line 'a b'");
    }

    private static float Number(TableLine line, int column, string name) =>
        float.TryParse(line.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) && value >= 0
            ? value
            : throw line.Error($"{name} is '{line.Fields[column]}'; expected a number from 0");

    private (int A, int B) Pair(TableLine line, string from, string to)
    {
        int a = Known(line, from), b = Known(line, to);
        return a != b ? (a, b) : throw line.Error($"{from} with itself");
    }

    private int Known(TableLine line, string name) =>
        _numbers.TryGetValue(name, out int number) ? number : throw line.Error($"no site '{name}'");
}

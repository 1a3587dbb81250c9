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
        ImmutableArray<string>? known = sitesFile is null ? null : ReadSites(sitesFile);
        return Read(TableLines.Commas(file), file, sitesFile, known);
    }

    /// <summary>Reads measurements from a text that is open already.</summary>
    /// <param name="text">It.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <exception cref="FormatException">Something is wrong: NAME:LINE: what.</exception>
    public static LinksFile Read(TextReader text, string name) => Read(TableLines.Commas(text, name), name, null, null);

    private static LinksFile Read(IEnumerable<TableLine> lines, string file, string? sitesFile, ImmutableArray<string>? known)
    {
        List<Row> rows = ReadRows(lines, file, out List<string> found);
        var links = new LinksFile(known ?? [.. found.Order(StringComparer.Ordinal)]);
        if (links.Names.Length is < 2 or > MostSites)
        {
            throw new FormatException($"{sitesFile ?? file}:1: {links.Names.Length} sites; expected 2 to {MostSites}");
        }

        foreach (Row row in rows)
        {
            links.Fill(row, file, found[row.From], found[row.To]);
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

            (int a, int b) = Pair(file, line.Number, line.Fields[0], line.Fields[1]);
            if (!edges.Add(PlanEdge.Between(a, b)))
            {
                throw line.Error($"{line.Fields[0]} and {line.Fields[1]} are linked for the second time");
            }
        }

        return [.. edges];
    }

    // One row is kept in a few bytes: a thousand sites have half a million.
    private static List<Row> ReadRows(IEnumerable<TableLine> lines, string file, out List<string> names)
    {
        var rows = new List<Row>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        (TableLine Line, int From, int To, int Rtt, int Bandwidth)? columns = null;
        names = [];
        foreach (TableLine line in lines)
        {
            if (columns is not var (header, from, to, rtt, bandwidth))
            {
                columns = (line, Column(line, "from"), Column(line, "to"), Column(line, "rtt_ms"), Array.IndexOf(line.Fields, "bandwidth_mbps"));
                continue;
            }

            if (line.Fields.Length <= Math.Max(from, Math.Max(to, rtt)) || line.Fields.Length > header.Fields.Length)
            {
                throw line.Error($"{line.Fields.Length} fields; expected {header.Fields.Length} as in the header");
            }

            if (Name(line, from) == Name(line, to))
            {
                throw line.Error($"{line.Fields[from]} with itself");
            }

            bool measured = bandwidth >= 0 && bandwidth < line.Fields.Length && line.Fields[bandwidth].Length > 0;
            rows.Add(new Row(
                line.Number,
                Number(line.Fields[from], numbers, names),
                Number(line.Fields[to], numbers, names),
                Number(line, rtt, "rtt_ms"),
                measured ? Number(line, bandwidth, "bandwidth_mbps") * BytesOfMegabit : float.NaN));
        }

        return columns is null ? throw new FormatException($"{file}:1: the file is empty; expected the header from,to,rtt_ms,bandwidth_mbps") : rows;
    }

    private static int Number(string name, Dictionary<string, int> numbers, List<string> names)
    {
        if (!numbers.TryGetValue(name, out int number))
        {
            number = names.Count;
            numbers.Add(name, number);
            names.Add(name);
        }

        return number;
    }

    private void Fill(Row row, string file, string from, string to)
    {
        (int a, int b) = Pair(file, row.Line, from, to);
        if (!float.IsNaN(RoundTrips[a, b]))
        {
            throw new FormatException($"{file}:{row.Line}: {from} and {to} are a pair for the second time");
        }

        RoundTrips[a, b] = row.Rtt;
        if (!float.IsNaN(row.Bandwidth))
        {
            Bandwidths ??= new PairTable(Names.Length);
            Bandwidths[a, b] = row.Bandwidth;
        }
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

    private (int A, int B) Pair(string file, int line, string from, string to)
    {
        int a = Known(file, line, from), b = Known(file, line, to);
        return a != b ? (a, b) : throw new FormatException($"{file}:{line}: {from} with itself");
    }

    private int Known(string file, int line, string name) =>
        _numbers.TryGetValue(name, out int number) ? number : throw new FormatException($"{file}:{line}: no site '{name}'");

    private readonly record struct Row(int Line, int From, int To, float Rtt, float Bandwidth);
}

// What `floodd status` shows a person: the table, the store's gauge, and only those counters that say something. Asks nothing, never lets remote text steer a terminal.
using System.Globalization;
using Floodd.Client;
using Floodd.Client.Protocol;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Floodd.Commands;

internal sealed class StatusTable
{
    // Redirected output has no width of its own: wide enough that no name wraps.
    private const int RedirectedWidth = 160;
    private const int GaugeWidth = 30;

    private static readonly Style Fine = new(Color.Green);
    private static readonly Style Doubtful = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);

    private readonly SiteStatus _status;

    private StatusTable(SiteStatus status) => _status = status;

    /// <summary>Prints all of it.</summary>
    public static void Print(SiteStatus status, TextWriter output)
    {
        bool plain = Console.IsOutputRedirected;
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(plain ? text : output),
        });
        if (plain)
        {
            console.Profile.Width = RedirectedWidth;
        }

        console.Write(new StatusTable(status).Picture());
        if (plain)
        {
            // Blanks to the right of a table are for terminals.
            foreach (string line in text.ToString().TrimEnd().Split('\n'))
            {
                output.WriteLine(line.TrimEnd());
            }
        }
    }

    /// <summary>A number of bytes as a person reads it.</summary>
    internal static string Bytes(double bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        for (; bytes >= 1024 && unit + 1 < units.Length; unit++)
        {
            bytes /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? $"{bytes:0}" : $"{bytes:0.0}")} {units[unit]}");
    }

    /// <summary>A time as a person reads it: its two largest units.</summary>
    internal static string Time(long seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalDays: >= 1 } t => $"{(int)t.TotalDays} d {t.Hours} h",
        { TotalHours: >= 1 } t => $"{t.Hours} h {t.Minutes} min",
        { TotalMinutes: >= 1 } t => $"{t.Minutes} min {t.Seconds} s",
        var t => $"{t.Seconds} s",
    };

    private Rows Picture() => new(
        (IEnumerable<IRenderable>)[
            new Text($"{Printable.Text(_status.Site ?? "unknown site")} at {_status.Endpoint}, up {Time(Value("uptime-seconds"))}"),
            .. _status.Groups.SelectMany(group => (IRenderable[])[new Text($"\n{Title(group.Group)}"), Members(group)]),
            Facts()]);

    private static string Title(FloodGroup group) => Printable.Text(string.Create(
        CultureInfo.InvariantCulture,
        $"{group.Name}: {group.SiteCount} sites, master {group.MasterSite ?? "unknown"}, {(group.Edition > 0 ? $"topology {group.Edition}" : "no topology yet, linked by the fall-back")}"));

    private static Table Members(GroupStatus group)
    {
        // Only some daemons tell how many updates a member is behind.
        bool counted = group.Members.Any(member => member.BehindCount is not null);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("site", "state").AddColumn(new TableColumn("rtt").RightAligned());
        if (counted)
        {
            table.AddColumn(new TableColumn("behind").RightAligned());
        }

        table.AddColumn("client port");
        foreach (FloodMember member in group.Members)
        {
            List<Text> row =
            [
                new(Printable.Text(member.SiteName)),
                new(member.State.ToString().ToLowerInvariant(), StyleOf(member.State)),
                new(member.RttMilliseconds is { } rtt ? string.Create(CultureInfo.InvariantCulture, $"{rtt:0.0} ms") : "-"),
                new(Printable.Text(member.Endpoint?.ToString() ?? "-")),
            ];
            if (counted)
            {
                row.Insert(3, new(member.BehindCount is { } behind ? Number(behind) : "-"));
            }

            table.AddRow(row);
        }

        return table;
    }

    private static Style StyleOf(FloodMemberState state) => state switch
    {
        FloodMemberState.Self or FloodMemberState.Up => Fine,
        FloodMemberState.Behind => Doubtful,
        FloodMemberState.Down => Bad,
        _ => Style.Plain,
    };

    private Grid Facts()
    {
        var facts = new Grid().AddColumns(2);
        facts.AddRow(new Text("  storage"), Gauge(Value("store-bytes"), Value("store-max")));
        facts.AddRow(new Text("  exports"), new Text(
            $"{Number(Value("updates-exported"))} updates, {Bytes(Value("bytes-exported"))}, in {Number(Value("export-runs"))} runs; {Number(Value("segments-waiting-for-export"))} waiting"));
        facts.AddRow(new Text("  flooded here"), new Text($"{Number(Value("updates-accepted"))} updates, {Bytes(Value("bytes-accepted"))}"));
        facts.AddRow(new Text("  links"), new Text(
            $"{Number(Value("links-up"))} up; {Bytes(Value("segment-bytes-received"))} received, {Bytes(Value("segment-bytes-sent"))} sent, {Share("segments-duplicate", "segments-received")} of what came was known already"));
        facts.AddRow(new Text("  sessions"), new Text($"{Number(Value("sessions"))} open, {Number(Value("subscriptions"))} subscriptions"));
        facts.AddRow(new Text("  gaps"), Value("gaps") == 0
            ? new Text("none", Fine)
            : new Text($"{Number(Value("gaps"))}: {Number(Value("gap-segments"))} segments that no member has any more", Bad));
        Warn("export-retries", "runs of the export command failed and were tried again", Doubtful);
        Warn("export-timeouts", "of them took too long", Doubtful);
        Warn("updates-set-aside", "updates were refused by the export command and set aside", Bad);
        Warn("updates-refused", "updates were refused to clients", Doubtful);
        Warn("given-up-up", "segments were given up though a member that is up waits for them", Doubtful);
        Warn("given-up-down", "segments were given up though a member that is down lacks them", Doubtful);
        Warn("links-refused", "links were refused", Doubtful);
        Warn("names-in-use", "times another site came with this site's name", Bad);
        Warn("insecure", "anybody may link and flood: the configuration says insecure", Doubtful);
        return facts;

        void Warn(string name, string what, Style style)
        {
            if (Value(name) is var count and > 0)
            {
                facts.AddRow(new Text("  note", style), new Text($"{Number(count)} {what}", style));
            }
        }
    }

    private static Text Gauge(long used, long max)
    {
        double share = max > 0 ? Math.Clamp((double)used / max, 0, 1) : 0;
        int full = (int)Math.Ceiling(share * GaugeWidth);
        Style style = share > 0.9 ? Bad : share > 0.5 ? Doubtful : Fine;
        return new Text(
            string.Create(CultureInfo.InvariantCulture, $"{new string('█', full)}{new string('░', GaugeWidth - full)} {Bytes(used)} of {Bytes(max)}, {share * 100:0.0} %"), style);
    }

    private string Share(string part, string whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{(Value(whole) > 0 ? 100.0 * Value(part) / Value(whole) : 0):0} %");

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private long Value(string name) => _status.Statistics[name];
}

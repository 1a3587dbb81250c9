// What the demo's reader sees: a table that stays up to date on a terminal, plain lines everywhere else. Knows the sites by sight only.
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Floodd.Commands.Demo;

/// <summary>Where the demo's story is told.</summary>
internal sealed class DemoScreen
{
    // Redirected output has no width of its own: wide enough that nothing wraps.
    private const int RedirectedWidth = 160;

    private readonly IAnsiConsole _console;
    private readonly TextWriter _output;

    private bool _tableStands;

    /// <summary>A screen on standard output, or on what stands for it.</summary>
    public DemoScreen(TextWriter output)
    {
        _output = output;
        bool redirected = Console.IsOutputRedirected;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(output),
        });
        IsLive = _console.Profile.Capabilities.Ansi;
        if (!IsLive)
        {
            _console.Profile.Width = RedirectedWidth;
        }
    }

    /// <summary>Whether the table can be kept up to date.</summary>
    public bool IsLive { get; }

    /// <summary>Tells something, above the table if there is one.</summary>
    public void Say(string text)
    {
        if (_tableStands)
        {
            _console.Write(new Text(text + "\n"));
        }
        else
        {
            // A line to be pasted must not be wrapped.
            _output.WriteLine(text);
        }

        _output.Flush();
    }

    /// <summary>The table as it is now, to stay.</summary>
    public void Show(DemoSites sites)
    {
        if (IsLive)
        {
            _console.Write(Picture(sites));
            return;
        }

        using var text = new StringWriter();

        // Blanks to the right of a table are for terminals.
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        plain.Profile.Width = RedirectedWidth;
        plain.Write(Picture(sites));
        foreach (string line in text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            _output.WriteLine(line);
        }

        _output.Flush();
    }

    /// <summary>Does something repeatedly, with the table up to date on a terminal.</summary>
    /// <param name="sites">Whom the table shows.</param>
    /// <param name="step">A step; its result is whether there is another.</param>
    public async Task WhileAsync(DemoSites sites, Func<Task<bool>> step)
    {
        if (!IsLive)
        {
            while (await step().ConfigureAwait(false))
            {
            }

            return;
        }

        _tableStands = true;
        await _console.Live(Picture(sites)).AutoClear(true).StartAsync(async live =>
        {
            while (await step().ConfigureAwait(false))
            {
                live.UpdateTarget(Picture(sites));
            }
        }).ConfigureAwait(false);
        _tableStands = false;
    }

    private static Rows Picture(DemoSites sites)
    {
        bool agreed = sites.All.All(site => site.Exports.Digest == sites.All[0].Exports.Digest);
        var table = new Table { Border = TableBorder.Simple };
        foreach (string title in (string[])["site", "client port", "links", "edition", "exports", "bytes", "digest"])
        {
            // Within the 80 columns that terminals begin with: a port that wraps cannot be pasted.
            var column = new TableColumn(title) { NoWrap = true, Padding = new Padding(0, 0, 1, 0) };
            table.AddColumn(title is "site" or "client port" or "digest" ? column : column.RightAligned());
        }

        foreach (DemoSite site in sites.All)
        {
            table.AddRow(
                new Text(site.Name),
                new Text(Telnet(site)),
                site.Runs ? new Text(site.LinksUp) : new Text("down", new Style(Color.Red)),
                new Text(Number(site.Edition)),
                new Text(Number(site.Exports.Updates.Count)),
                new Text(Number(site.Exports.Bytes)),
                new Text(site.Exports.Digest.ToString("x32", CultureInfo.InvariantCulture)[..8], new Style(agreed ? Color.Green : Color.Yellow)));
        }

        return new Rows(table, new Text(Last(sites) is { Length: > 0 } last ? $"  last export: {last}" : ""));
    }

    /// <summary>What connects to a site, ready to paste.</summary>
    public static string Telnet(DemoSite site) => string.Create(CultureInfo.InvariantCulture, $"telnet 127.0.0.1 {site.ClientPort}");

    /// <summary>The update that the site with the most exports exported last.</summary>
    public static string Last(DemoSites sites) =>
        sites.All.MaxBy(site => site.Exports.Updates.Count)!.Exports is { Updates: [.., var last] } exports
            ? $"{last.Id}, {Number(last.Bytes)} bytes: {exports.LastText}" : "";

    /// <summary>A number as a person reads it.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}

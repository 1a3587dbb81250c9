// `floodd status`: what a person, or with --json a program, wants to see of a daemon first. Only reads.
using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Floodd.Client;
using Floodd.Client.Protocol;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Floodd.Commands;

internal static class StatusCommand
{
    // Redirected output has no width of its own: wide enough that no name wraps.
    private const int RedirectedWidth = 160;

    // A table shows what these speak of; --json shows everything.
    private static readonly ImmutableArray<string> Shown = ["stor", "export", "updates", "gap", "session", "uptime"];

    internal static Command Create()
    {
        Option<string?> to = ClientCommand.To();
        var json = new Option<bool>("--json") { Description = "Print everything as one JSON object." };
        var command = new Command("status", "Shows a daemon's groups, their members, and its storage and exports.") { to, json };
        command.SetAction((parseResult, cancellation) => ClientCommand.RunAsync(
            parseResult,
            to,
            async (client, end) =>
            {
                SiteStatus status = await AskAsync(client, end).ConfigureAwait(false);
                TextWriter output = parseResult.InvocationConfiguration.Output;
                if (parseResult.GetValue(json))
                {
                    await output.WriteLineAsync(ToJson(status)).ConfigureAwait(false);
                }
                else
                {
                    Print(status, output);
                }

                return ExitCode.Done;
            },
            cancellation));
        return command;
    }

    private static async Task<SiteStatus> AskAsync(FlooddClient client, CancellationToken cancellation)
    {
        Task<IReadOnlyDictionary<string, string>> statistics = client.GetStatisticsAsync(cancellation);
        ImmutableArray<FloodGroup> groups = await client.GetGroupsAsync(cancellation).ConfigureAwait(false);
        ImmutableArray<FloodMember>[] members =
            await Task.WhenAll(groups.Select(group => client.GetMembersAsync(group.Name, cancellation))).ConfigureAwait(false);
        return new SiteStatus(
            client.Endpoint, [.. groups.Zip(members, (group, all) => new GroupStatus(group, all))], await statistics.ConfigureAwait(false));
    }

    private static void Print(SiteStatus status, TextWriter output)
    {
        bool redirected = Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(output),
        });
        if (redirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        console.Write(new Text($"{status.Site ?? "unknown site"} at {status.Endpoint}\n"));
        foreach (GroupStatus group in status.Groups)
        {
            var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(Markup.Escape(Title(group.Group))) };
            table.AddColumns("site", "state", "rtt", "behind", "host");
            table.Columns[2].RightAligned();
            table.Columns[3].RightAligned();
            foreach (FloodMember member in group.Members)
            {
                table.AddRow(
                    new Text(Printable.Text(member.SiteName)),
                    new Text(member.State.ToString().ToLowerInvariant(), ColorOf(member.State)),
                    new Text(member.RttMilliseconds is { } rtt ? FormattableString.Invariant($"{rtt:0.0} ms") : "-"),
                    new Text(member.BehindCount is { } behind ? FormattableString.Invariant($"{behind}") : "-"),
                    new Text(Printable.Text(member.Endpoint?.ToString() ?? "-")));
            }

            console.Write(table);
        }

        var counters = new Table { Border = TableBorder.None, ShowHeaders = false };
        counters.AddColumns("name", "value");
        foreach ((string name, string value) in status.Statistics.Where(s => Shown.Any(start => s.Key.StartsWith(start, StringComparison.Ordinal))))
        {
            counters.AddRow(new Text(Printable.Text(name)), new Text(Printable.Text(value)));
        }

        console.Write(counters);
    }

    private static string Title(FloodGroup group) => Printable.Text(FormattableString.Invariant(
        $"{group.Name}: {group.SiteCount} sites, master {group.MasterSite ?? "unknown"}, topology {group.Edition}"));

    private static Style ColorOf(FloodMemberState state) => new(foreground: state switch
    {
        FloodMemberState.Self or FloodMemberState.Up => Color.Green,
        FloodMemberState.Behind => Color.Yellow,
        FloodMemberState.Down => Color.Red,
        _ => Color.Default,
    });

    private static string ToJson(SiteStatus status)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("site", status.Site);
            json.WriteString("endpoint", status.Endpoint.ToString());
            json.WriteStartArray("groups");
            foreach (GroupStatus group in status.Groups)
            {
                json.WriteStartObject();
                json.WriteString("name", group.Group.Name);
                json.WriteString("master", group.Group.MasterSite);
                json.WriteNumber("edition", group.Group.Edition);
                json.WriteStartArray("sites");
                foreach (FloodMember member in group.Members)
                {
                    Write(json, member);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("statistics");
            foreach ((string name, string value) in status.Statistics)
            {
                Write(json, name, ListingLine.ToNumber(value), value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, FloodMember member)
    {
        json.WriteStartObject();
        json.WriteString("name", member.SiteName);
        json.WriteString("state", member.State.ToString().ToLowerInvariant());
        Write(json, "rtt_ms", member.RttMilliseconds, null);
        Write(json, "behind", member.BehindCount, null);
        json.WriteString("hostname", member.HostName);
        json.WriteString("address", member.Address);
        json.WriteNumber("client_port", member.ClientPort);
        json.WriteNumber("data_port", member.DataPort);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? number, string? text)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, text);
        }
    }

    private sealed record GroupStatus(FloodGroup Group, ImmutableArray<FloodMember> Members);

    private sealed record SiteStatus(FlooddEndpoint Endpoint, ImmutableArray<GroupStatus> Groups, IReadOnlyDictionary<string, string> Statistics)
    {
        public string? Site => Groups.SelectMany(g => g.Members).FirstOrDefault(m => m.State == FloodMemberState.Self)?.SiteName;
    }
}

// The command `floodd status`: what a person, or with --json a program, wants to see of a daemon first. Only reads.
using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Floodd.Client;

namespace Floodd.Commands;

internal static class StatusCommand
{
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
                    StatusTable.Print(status, output);
                }

                return ExitCode.Done;
            },
            cancellation));
        return command;
    }

    private static async Task<SiteStatus> AskAsync(FlooddClient client, CancellationToken cancellation)
    {
        Task<FloodStatistics> statistics = client.GetStatisticsAsync(cancellation);
        ImmutableArray<FloodGroup> groups = await client.GetGroupsAsync(cancellation).ConfigureAwait(false);
        ImmutableArray<FloodMember>[] members =
            await Task.WhenAll(groups.Select(group => client.GetMembersAsync(group.Name, cancellation))).ConfigureAwait(false);
        return new SiteStatus(
            client.Endpoint, [.. groups.Zip(members, (group, all) => new GroupStatus(group, all))], await statistics.ConfigureAwait(false));
    }

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
            foreach ((string name, long value) in status.Statistics.Values)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
            json.WriteStartArray("set_aside");
            foreach (FloodSetAside updates in status.Statistics.SetAside)
            {
                Write(json, updates);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, FloodMember member)
    {
        json.WriteStartObject();
        json.WriteString("name", member.SiteName);
        json.WriteString("state", member.State.ToString().ToLowerInvariant());
        Write(json, "rtt_ms", member.RttMilliseconds);
        Write(json, "behind", member.BehindCount);
        json.WriteString("hostname", member.HostName);
        json.WriteString("address", member.Address);
        json.WriteNumber("client_port", member.ClientPort);
        json.WriteNumber("data_port", member.DataPort);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FloodSetAside updates)
    {
        json.WriteStartObject();
        json.WriteString("group", updates.Group);
        json.WriteString("first", updates.First.ToString());
        json.WriteString("last", updates.Last.ToString());
        json.WriteNumber("count", updates.Count);
        json.WriteString("reason", updates.Reason);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

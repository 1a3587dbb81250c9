// The command `floodd exports`: how a daemon's exports go, and what becomes of the updates that its export command refused. Library calls only.
using System.CommandLine;
using System.Globalization;
using Floodd.Client;
using Printable = Floodd.Client.Protocol.Printable;

namespace Floodd.Commands;

internal static class ExportsCommand
{
    internal static Command Create()
    {
        Argument<string?> group = ClientCommand.Group();
        Option<string?> to = ClientCommand.To();
        Option<string?> retry = Which("--retry", "Export an update again that was set aside, or all; returns before that is over.");
        Option<string?> skip = Which("--skip", "Drop an update for good that was set aside, or all.");
        var command = new Command("exports", "Shows a daemon's exports and the updates that its export command refused; retries or skips those, on the daemon's own host.") { group, to, retry, skip };
        command.Validators.Add(result =>
        {
            if (result.GetResult(retry) is not null && result.GetResult(skip) is not null)
            {
                result.AddError("--retry and --skip are not for one command");
            }
        });
        command.SetAction((parseResult, cancellation) => ClientCommand.RunAsync(
            parseResult,
            to,
            async (client, end) =>
            {
                (string? name, TextWriter output) = (parseResult.GetValue(group), parseResult.InvocationConfiguration.Output);
                if (parseResult.GetValue(retry) is { } again)
                {
                    await RetryAsync(client, name, ReadId(again), output, end).ConfigureAwait(false);
                }
                else if (parseResult.GetValue(skip) is { } dropped)
                {
                    await SkipAsync(client, name, ReadId(dropped), output, end).ConfigureAwait(false);
                }
                else
                {
                    IEnumerable<string> groups = name is not null ? [name] : (await client.GetGroupsAsync(end).ConfigureAwait(false)).Select(g => g.Name);
                    foreach (string each in groups)
                    {
                        Print(await client.GetExportsAsync(each, end).ConfigureAwait(false), output);
                    }
                }

                return ExitCode.Done;
            },
            cancellation));
        return command;
    }

    private static async Task RetryAsync(FlooddClient client, string? group, FloodId? id, TextWriter output, CancellationToken cancellation)
    {
        int count = 1;
        if (id is { } one)
        {
            await client.RetryExportAsync(group, one, cancellation).ConfigureAwait(false);
        }
        else
        {
            count = await client.RetryAllExportsAsync(group, cancellation).ConfigureAwait(false);
        }

        await output.WriteLineAsync($"{Updates(count)} exported again").ConfigureAwait(false);
    }

    private static async Task SkipAsync(FlooddClient client, string? group, FloodId? id, TextWriter output, CancellationToken cancellation)
    {
        int count = 1;
        if (id is { } one)
        {
            await client.SkipExportAsync(group, one, cancellation).ConfigureAwait(false);
        }
        else
        {
            count = await client.SkipAllExportsAsync(group, cancellation).ConfigureAwait(false);
        }

        await output.WriteLineAsync($"{Updates(count)} skipped").ConfigureAwait(false);
    }

    private static void Print(FloodExports exports, TextWriter output)
    {
        string again = exports.AgainIn is { } pause ? string.Create(CultureInfo.InvariantCulture, $", again in {pause.TotalSeconds:F1} s") : "";
        string most = exports.AtMostCount is { } count ? $" with at most {Number(count)}" : "";
        string end = exports.LastEnd is { } last ? $"; the last run: {Printable.Text(last)}" : "";
        output.WriteLine(
            $"{Printable.Text(exports.Group)}: {exports.State.ToString().ToLowerInvariant()}{again}{most}, {Number(exports.WaitingCount)} updates wait ({Number(exports.WaitingBytes)} bytes), {Number(exports.SetAside.Length)} set aside{end}");
        foreach (FloodRefusedUpdate update in exports.SetAside)
        {
            string doing = update.IsRetrying ? ", being exported again" : "";
            output.WriteLine($"  {update.Id}  {Number(update.Size)} bytes, tried {Number(update.TryCount)} times, {Number((long)update.Age.TotalSeconds)} s ago{doing}: {Printable.Text(update.Reason)}");
        }
    }

    private static string Updates(int count) => count == 1 ? "1 update is" : $"{Number(count)} updates are";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static Option<string?> Which(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "ID|all" };
        option.Validators.Add(result => ClientCommand.Check(result, ReadId));
        return option;
    }

    private static FloodId? ReadId(string text) => text == "all" ? null : FloodId.Parse(text);
}

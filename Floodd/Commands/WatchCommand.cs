// The command `floodd watch`: prints updates, or pipes each to a command, as they arrive. Never lets an update's bytes reach a command line or steer a terminal.
using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Floodd.Client;
using Floodd.Client.Hosting;

namespace Floodd.Commands;

internal static class WatchCommand
{
    // As long as the daemon gives its neighbors when it is asked to end.
    private static readonly TimeSpan LastCommand = TimeSpan.FromSeconds(5);

    internal static Command Create()
    {
        Argument<string?> group = ClientCommand.Group();
        Option<string?> to = ClientCommand.To();
        var from = new Option<string?>("--from")
        {
            Description = "Where to begin: start (everything still held), now (the default), or the ids last seen, separated by commas.",
            HelpName = "POSITION",
        };
        from.Validators.Add(result => ClientCommand.Check(result, FloodPosition.Parse));
        var exec = new Option<string?>("--exec")
        {
            Description = "Run this with /bin/sh for each update, one at a time, the update on its standard input; FLOODD_GROUP, FLOODD_ID, FLOODD_ORIGIN and FLOODD_BYTES say which it is.",
            HelpName = "COMMAND",
        };
        var position = new Option<string?>("--position")
        {
            Description = "Keep in this file how far watching has come, and go on there the next time. An update counts once it was printed, or its command has exited with 0; until then it comes again.",
            HelpName = "FILE",
        };
        var command = new Command("watch", "Prints updates as they arrive, or pipes each to a command.") { group, to, from, exec, position };
        command.SetAction((parseResult, cancellation) => ClientCommand.RunAsync(
            parseResult,
            to,
            async (client, end) =>
            {
                await using Stream output = StandardOutput.Open();
                TextWriter error = parseResult.InvocationConfiguration.Error;
                FloodPosition begin = FloodPosition.Parse(parseResult.GetValue(from) ?? "now");
                Func<FloodUpdate, Task<int>> take = parseResult.GetValue(exec) is { } line
                    ? update => ExecAsync(line, update, error, end)
                    : update => PrintAsync(update, output, !Console.IsOutputRedirected, end);
                return parseResult.GetValue(position) is { } file
                    ? await WatchOnAsync(client, parseResult.GetValue(group), begin, new FloodPositionFile(file), take, error, end).ConfigureAwait(false)
                    : await WatchAsync(client, parseResult.GetValue(group), begin, take, error, end).ConfigureAwait(false);
            },
            cancellation));
        return command;
    }

    private static async Task<int> WatchAsync(
        FlooddClient client, string? group, FloodPosition from, Func<FloodUpdate, Task<int>> take, TextWriter error, CancellationToken cancellation)
    {
        try
        {
            await foreach (FloodUpdate update in client.SubscribeAsync(group, from, gap => TellGap(gap, error), cancellation).ConfigureAwait(false))
            {
                await take(update).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Being interrupted is how watching ends.
            return ExitCode.Done;
        }
        catch (IOException e) when (StandardOutput.HasNoReader(e))
        {
            // So is a reader that has seen enough, as head.
            return ExitCode.Done;
        }

        return ExitCode.Done;
    }

    /// <summary>The same from where the file says, as often as it is begun again.</summary>
    private static async Task<int> WatchOnAsync(
        FlooddClient client, string? group, FloodPosition from, FloodPositionFile file, Func<FloodUpdate, Task<int>> take, TextWriter error, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var taking = new Taking(async update =>
        {
            try
            {
                foreach (FloodGap gap in update.Missed)
                {
                    TellGap(gap, error);
                }

                if (await take(update).ConfigureAwait(false) is var code and not 0)
                {
                    throw new InvalidOperationException($"exit code {code}");
                }
            }
            catch (IOException e) when (StandardOutput.HasNoReader(e))
            {
                await end.CancelAsync().ConfigureAwait(false);
                throw;
            }
        });
        var options = new FloodReceiverOptions { Group = group, From = from, Positions = file };
        await new FloodReceiving(client, taking, options).RunAsync(end.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static void TellGap(FloodGap gap, TextWriter error) =>
        error.WriteLine($"floodd: {gap.First} to {gap.Last} of {gap.Group} can no longer be had");

    /// <summary>Writes an update: as it is to a file or pipe; to a terminal with a line that says which it is, and harmless.</summary>
    internal static async Task<int> PrintAsync(FloodUpdate update, Stream output, bool toTerminal, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> bytes = update.Bytes;
        if (toTerminal)
        {
            var text = new StringBuilder($"-- {update.Id} {update.Group} {update.Bytes.Length} bytes\n");
            foreach (Rune rune in Encoding.UTF8.GetString(bytes.Span).EnumerateRunes())
            {
                bool plain = rune.Value is '\n' or '\t' || !Rune.IsControl(rune);
                text.Append(plain ? rune.ToString() : $"\\x{rune.Value:x2}");
            }

            bytes = Encoding.UTF8.GetBytes((text[^1] == '\n' ? text : text.Append('\n')).ToString());
        }

        await output.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
        return 0;
    }

    /// <summary>
    /// Runs the command with an update on its standard input. That it does not read it is no error; that it fails is told. Whoever ends
    /// the watch does not mean to cut a command short: it has a while to end by itself, and its update then counts.
    /// </summary>
    internal static async Task<int> ExecAsync(string line, FloodUpdate update, TextWriter error, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["FLOODD_GROUP"] = update.Group;
        start.Environment["FLOODD_ID"] = update.Id.ToString();
        start.Environment["FLOODD_ORIGIN"] = update.Id.Origin;
        start.Environment["FLOODD_BYTES"] = FormattableString.Invariant($"{update.Bytes.Length}");
        using var limit = new CancellationTokenSource();
        using CancellationTokenRegistration ending = cancellation.Register(() => limit.CancelAfter(LastCommand));
        using Process child = Process.Start(start) ?? throw new IOException("cannot start /bin/sh");
        try
        {
            await FeedAsync(child, update.Bytes, limit.Token).ConfigureAwait(false);
            await child.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
            }
        }

        if (child.ExitCode != 0)
        {
            await error.WriteLineAsync($"floodd: the command exited with {child.ExitCode} for {update.Id}").ConfigureAwait(false);
        }

        return child.ExitCode;
    }

    /// <returns>Whether the command read all of it; a broken pipe is how one says that it has read enough.</returns>
    private static async Task<bool> FeedAsync(Process child, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await using Stream input = child.StandardInput.BaseStream;
            await input.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class Taking(Func<FloodUpdate, Task> take) : IFloodReceiver
    {
        public Task ReceiveAsync(FloodUpdate update, CancellationToken cancellation) => take(update);
    }
}

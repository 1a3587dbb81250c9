// The command `floodd flood`: one update from a file or standard input. Prints the update's id and nothing else.
using System.CommandLine;
using System.Globalization;
using Floodd.Client;
using Floodd.Model;
using Microsoft.Win32.SafeHandles;

namespace Floodd.Commands;

internal static class FloodCommand
{
    // As long as a person or a script may want to wait; then the exit code says to try again.
    private static readonly TimeSpan WaitTime = TimeSpan.FromMinutes(5);

    internal static Command Create()
    {
        Argument<string?> group = ClientCommand.Group();
        var file = new Argument<string?>("FILE|-")
        {
            Description = "The update; - or nothing is standard input. A single argument is a FILE if there is such a file, else a GROUP.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> to = ClientCommand.To();
        var wait = new Option<string?>("--wait")
        {
            Description = "Wait until all or N members have exported the update; 75 if they have not within 5 minutes.",
            HelpName = "all|N",
        };
        wait.Validators.Add(result => ClientCommand.Check(result, ReadCount));
        var key = new Option<string?>("--key")
        {
            Description = "Names the flood, so that trying again, here or at another site, does not flood it twice: 1 to 64 letters, digits, '.', '_' or '-'.",
            HelpName = "KEY",
        };
        var command = new Command("flood", "Floods one update from a file or standard input and prints its id.") { group, file, to, wait, key };
        command.SetAction((parseResult, cancellation) =>
        {
            (string? name, string source) = Sort(parseResult.GetValue(group), parseResult.GetValue(file), File.Exists);
            string? count = parseResult.GetValue(wait);
            var options = new FloodOptions { Key = parseResult.GetValue(key) };
            return ClientCommand.RunAsync(parseResult, to, (client, end) => FloodAsync(parseResult, client, name, source, options, count, end), cancellation);
        });
        return command;
    }

    /// <summary>Which of the arguments is the group and which the file. What cannot be a group's name was meant as a file.</summary>
    internal static (string? Group, string File) Sort(string? first, string? second, Func<string, bool> exists) =>
        second is not null ? (first, second)
        : first is not null && (first == "-" || exists(first) || !NameRule.IsName(first)) ? (null, first)
        : (first, "-");

    // A file is as long as it is, by name or as standard input: of what says no size, all has to be read before any of it can be sent.
    private static Stream OpenInput()
    {
        if (!OperatingSystem.IsWindows())
        {
            try
            {
                var file = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
                if (file.CanSeek && file.Length > 0)
                {
                    return file;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Closed, or nothing that can be read: whoever reads it says so.
                return Console.OpenStandardInput();
            }
        }

        return Console.OpenStandardInput();
    }

    private static async Task<int> FloodAsync(
        ParseResult parseResult, FlooddClient client, string? group, string source, FloodOptions options, string? wait, CancellationToken cancellation)
    {
        FloodReceipt receipt;
        await using (Stream update = source == "-" ? OpenInput() : File.OpenRead(source))
        {
            receipt = await client.FloodAsync(group, update, options, cancellation).ConfigureAwait(false);
        }

        await parseResult.InvocationConfiguration.Output.WriteLineAsync(receipt.Id.ToString()).ConfigureAwait(false);
        if (wait is null)
        {
            return ExitCode.Done;
        }

        FloodDeliveryProgress progress = await client.WaitForDeliveryAsync(receipt.Id, ReadCount(wait), WaitTime, cancellation).ConfigureAwait(false);
        return progress.Reached
            ? ExitCode.Done
            : await ClientCommand.FailAsync(
                parseResult.InvocationConfiguration.Error,
                ReadCount(wait) > progress.MemberCount
                    ? $"{receipt.Id} cannot be exported at {wait} sites: the group has {progress.MemberCount}"
                    : $"{receipt.Id} is exported at {progress.ExportedCount} of {progress.MemberCount} sites so far",
                ExitCode.TryAgain).ConfigureAwait(false);
    }

    private static int? ReadCount(string text) =>
        text == "all" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count < 1_000_000_000 ? count
        : throw new FormatException($"--wait is '{text}'; expected all or a number of sites");
}

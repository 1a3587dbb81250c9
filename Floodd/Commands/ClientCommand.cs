// What the commands that talk to a daemon have in common: where it is, and how a failure becomes one line and an exit code. Asks a daemon nothing itself.
using System.CommandLine;
using System.CommandLine.Parsing;
using Floodd.Client;

namespace Floodd.Commands;

internal static class ClientCommand
{
    /// <summary>The environment variable that says where the daemon is.</summary>
    internal const string Variable = "FLOODD_TO";

    // A person or a script waits: a daemon that does not come back soon is reported.
    private static readonly TimeSpan ReconnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The daemon to talk to.</summary>
    internal static Option<string?> To()
    {
        var to = new Option<string?>("--to")
        {
            Description = $"The daemon's client port; several, separated by commas, are tried in order; options may follow as in the library. Else ${Variable}, else 127.0.0.1:{FlooddEndpoint.DefaultPort}.",
            HelpName = "HOST:PORT",
        };
        to.Validators.Add(result => Check(result, FlooddClientOptions.Parse));
        return to;
    }

    /// <summary>The group, which may be left out when there is only one.</summary>
    internal static Argument<string?> Group(string name = "GROUP") => new(name)
    {
        Description = "The group; may be left out if the daemon has only one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Turns a parser's <see cref="FormatException"/> into an error of the command line.</summary>
    internal static void Check<T>(SymbolResult result, Func<string, T> parse)
    {
        foreach (Token token in result.Tokens)
        {
            try
            {
                parse(token.Value);
            }
            catch (FormatException e)
            {
                result.AddError(e.Message);
            }
        }
    }

    /// <summary>Does a command's work with a connected client.</summary>
    /// <returns>The work's exit code, or that of what went wrong; then one line on standard error says what.</returns>
    internal static async Task<int> RunAsync(
        ParseResult parseResult, Option<string?> to, Func<FlooddClient, CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        TextWriter error = parseResult.InvocationConfiguration.Error;
        try
        {
            string where = parseResult.GetValue(to) ?? Environment.GetEnvironmentVariable(Variable) ?? $"127.0.0.1:{FlooddEndpoint.DefaultPort}";
            FlooddClientOptions options = FlooddClientOptions.Parse(where);
            options = options.ReconnectTimeout == new FlooddClientOptions().ReconnectTimeout ? options with { ReconnectTimeout = ReconnectTimeout } : options;
            await using FlooddClient client = await FlooddClient.ConnectAsync(options, cancellation).ConfigureAwait(false);
            return await work(client, cancellation).ConfigureAwait(false);
        }
        catch (FlooddException e)
        {
            return await FailAsync(error, e.Message, CodeOf(e)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return await FailAsync(error, e.Message, ExitCode.Usage).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return await FailAsync(error, e.Message, ExitCode.InputOutput).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await FailAsync(error, "interrupted", ExitCode.TryAgain).ConfigureAwait(false);
        }
    }

    /// <summary>Says in one line what went wrong.</summary>
    internal static async Task<int> FailAsync(TextWriter error, string text, int code)
    {
        await error.WriteLineAsync($"floodd: {text.ReplaceLineEndings(" ")}").ConfigureAwait(false);
        return code;
    }

    private static int CodeOf(FlooddException e) => e switch
    {
        { IsUnreachable: true } => ExitCode.Unavailable,
        { IsTransient: true } => ExitCode.TryAgain,
        { Code: FlooddReplyCode.Unreadable } => ExitCode.Internal,
        _ => ExitCode.Usage,
    };
}

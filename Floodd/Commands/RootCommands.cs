// The command line as a whole: which commands there are, and what every one of them does with errors. No command's own work is here.
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Floodd.Hosting;

namespace Floodd.Commands;

internal static class RootCommands
{
    // The daemon itself gives up after 8 s; only what is still alive then is cut off by the library.
    private static readonly TimeSpan TerminationTime = TimeSpan.FromSeconds(15);

    /// <summary>The version that <c>--version</c> and the greeting tell.</summary>
    internal static string Version { get; } =
        typeof(RootCommands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Runs a command line.</summary>
    /// <returns>The process's exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        ParseResult result = Create().Parse(arguments);
        if (result.Action is ParseErrorAction)
        {
            foreach (var wrong in result.Errors)
            {
                await error.WriteLineAsync($"floodd: {wrong.Message}").ConfigureAwait(false);
            }

            await error.WriteLineAsync("floodd: try 'floodd --help'").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationTime,
            }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Last resort: a defect must end in its own exit code, not in the runtime's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await error.WriteLineAsync($"floodd: internal error: {e}").ConfigureAwait(false);
            return ExitCode.Internal;
        }
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Replicates updates among the sites of a group, over links that it chooses by measuring them.");
        RunCommand.Fill(root);
        root.Add(CheckCommand.Create());
        root.Add(DemoCommand.Create());
        root.Add(FloodCommand.Create());
        root.Add(WatchCommand.Create());
        root.Add(StatusCommand.Create());
        root.Add(ExportsCommand.Create());
        root.Add(PlanCommand.Create());
        foreach (Option option in root.Options)
        {
            if (option is VersionOption version)
            {
                version.Action = new PrintVersion();
            }
        }

        return root;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"{DaemonLog.Name} {Version}");
            return ExitCode.Done;
        }
    }
}

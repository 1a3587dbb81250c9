// The command `floodd [SITE]`: the daemon in the foreground, from reading its configuration to its exit code. It decides nothing about flooding.
using System.CommandLine;
using System.Runtime.InteropServices;
using Floodd.Config;
using Floodd.Hosting;
using Microsoft.Extensions.Logging;

namespace Floodd.Commands;

internal static class RunCommand
{
    private static readonly Option<bool> PrintPid = new("--print-pid", "-p") { Description = "Print the process id alone on the first line of standard output, once both ports are open." };
    private static readonly Option<bool> Debug = new("--debug", "-d") { Description = "Log everything." };

    /// <summary>Makes running the daemon what the program does without a subcommand.</summary>
    internal static void Fill(RootCommand root)
    {
        root.Add(ConfigurationOptions.Site);
        root.Add(ConfigurationOptions.Config);
        root.Add(PrintPid);
        root.Add(Debug);
        root.SetAction(RunAsync);
    }

    // Whoever parsed the words hears SIGTERM and SIGINT, from before this begins: a daemon that is asked to end while it starts ends when it has.
    private static async Task<int> RunAsync(ParseResult result, CancellationToken ending)
    {
        // One that is told while it starts that its files have changed reads them again when it has.
        var started = new TaskCompletionSource<Reload>(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = started.Task.ContinueWith(reload => reload.Result.Run(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        });

        // Both take a while to load, and a daemon should answer soon after its start: at the same time then.
        bool debug = result.GetValue(Debug);
        Task<ILoggerFactory> making = Task.Run(() => DaemonLog.Create(debug));
        LoadedConfiguration loaded = ConfigurationOptions.Load(result);
        using ILoggerFactory logs = await making.ConfigureAwait(false);
        if (loaded.Configuration is not { } configuration)
        {
            foreach (string error in loaded.Errors)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync(error).ConfigureAwait(false);
            }

            return ExitCode.Configuration;
        }

        ILogger log = logs.CreateLogger(DaemonLog.Name);
        Daemon daemon;
        try
        {
            daemon = Daemon.Start(configuration, new DaemonOptions { Log = log, HasProcess = true });
        }
        catch (SpoolUnusableException e)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync($"floodd: {e.Message}").ConfigureAwait(false);
            return ExitCode.InputOutput;
        }
        catch (IOException e)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync($"floodd: {e.Message}").ConfigureAwait(false);
            return ExitCode.CannotCreate;
        }

        if (result.GetValue(PrintPid))
        {
            await result.InvocationConfiguration.Output.WriteLineAsync($"{Environment.ProcessId}").ConfigureAwait(false);
            await result.InvocationConfiguration.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        started.SetResult(new Reload(daemon, log, () => ConfigurationOptions.Load(result)));
        using CancellationTokenRegistration asked = ending.Register(() => _ = daemon.StopAsync("a signal"));
        return await daemon.Completion.ConfigureAwait(false);
    }
}

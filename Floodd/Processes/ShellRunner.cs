// Runs shell commands: starts, feeds, limits and ends them with all that they started. Nothing of the input reaches a command line.
using System.ComponentModel;
using Medallion.Shell;

namespace Floodd.Processes;

/// <summary>
/// Runs a <see cref="ShellCommand"/> to its end. The child library, MedallionShell, stands behind this file alone. Measured on
/// two shared cores: <c>setsid</c>, the shell and <c>cat</c> take 2.7 ms of a processor (a bare <c>sh -c cat</c> 2.0), starting and
/// attending them 1 ms of ours (the library's two extra pipes and the control groups 0.2 ms each).
/// </summary>
public static class ShellRunner
{
    // Output goes to /dev/null for real before the command starts, unless it is asked for: a grandchild that held a pipe would keep us waiting.
    // The command travels as an argument of its own. The control groups are entered before anything can be forked.
    // setsid does not fork here (the child of a library is no group leader), so process id and exit status stay the command's.
    // The shell runs the command itself, as another one would take a millisecond; the command finds none of its variables.
    private const string Shell = "/bin/sh";
    private const string Wrapper = """
        exec 2>/dev/null
        umask 077
        floodd_command=$1
        [ "$2" ] || exec >/dev/null
        shift 2
        for floodd_group; do echo 0 >"$floodd_group/cgroup.procs"; done
        set --
        eval "unset floodd_command floodd_group
        $floodd_command"
        """;

    // A process that the kernel does not let go (a dead file server) is not waited for any longer.
    private static readonly TimeSpan EndingPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>Runs a command. Whatever it started and left behind is ended with it.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="cancellation">Ends the command; the result says that a signal did.</param>
    /// <returns>How it ended. Exceptions come from the enumeration of the input only.</returns>
    public static Task<ShellResult> RunAsync(ShellCommand command, CancellationToken cancellation = default) =>
        RunAsync(command, Containment.Here, cancellation);

    internal static async Task<ShellResult> RunAsync(ShellCommand command, Containment containment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (cancellation.IsCancellationRequested)
        {
            return Ended(0);
        }

        if (!Directory.Exists(command.WorkingDirectory))
        {
            return new(ShellEnd.NotStarted, 0, 0, $"no directory {command.WorkingDirectory}");
        }

        RunFamily family = new(containment);
        try
        {
            Command child;
            try
            {
                child = Start(command, containment, family);
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                return new(ShellEnd.NotStarted, 0, 0, e.Message);
            }

            using (child)
            {
                return await AttendAsync(child, command, family, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            await family.EndAsync().ConfigureAwait(false);
        }
    }

    private static Command Start(ShellCommand command, Containment containment, RunFamily family)
    {
        Command child = Command.Run(containment.SetsidPath ?? Shell, [], options => options.ThrowOnError(false).DisposeOnExit(false).StartInfo(start =>
        {
            start.Arguments = "";
            string[] shell = containment.SetsidPath is null ? [] : [Shell];
            foreach (string argument in (string[])[.. shell, "-c", Wrapper, Shell, command.Text, command.OutputMax > 0 ? "kept" : "", .. family.Directories])
            {
                start.ArgumentList.Add(argument);
            }

            start.WorkingDirectory = command.WorkingDirectory;
            CleanEnvironment.Fill(start.Environment, command);
            start.Environment[FamilySweep.TokenName] = family.Token;
        }));
        family.Started(child.ProcessId);
        return child;
    }

    private static async Task<ShellResult> AttendAsync(Command child, ShellCommand command, RunFamily family, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        void Progress() => limit.CancelAfter(command.Timeout < LongestTimer ? command.Timeout : LongestTimer);

        Progress();

        // The library's own stream takes bytes for a closed pipe without a word.
        InputFeed feed = new(child.Process.StandardInput.BaseStream, Progress);
        Task feeding = FeedAsync(feed, command.Input, limit, over.Token);
        OutputKeeper output = new(command.OutputMax);
        Task keeping = command.OutputMax > 0 ? output.RunAsync(child.StandardOutput.BaseStream, limit) : Task.CompletedTask;
        Task<CommandResult> exit = child.Task;
        if (command.OutputMax > 0)
        {
            // The library waits for the end of the output too, and whoever the command left behind may hold that: it is over with the command.
            await child.Process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            family.Kill();
        }

        await ((Task)exit).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bool exited = exit.IsCompleted;
        if (!exited)
        {
            child.Kill();
            family.Kill();
            await Task.WhenAny(exit, Task.Delay(EndingPatience, CancellationToken.None)).ConfigureAwait(false);
        }

        await Task.WhenAny(keeping, Task.Delay(EndingPatience, CancellationToken.None)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (feeding.IsFaulted)
        {
            await feeding.ConfigureAwait(false);
        }

        return output.IsTooMuch ? new(ShellEnd.TimedOut, 0, feed.BytesTaken, $"said more than {command.OutputMax} bytes")
            : exited ? ShellResult.FromStatus((await exit.ConfigureAwait(false)).ExitCode, feed.BytesTaken) with { Output = output.Kept }
            : cancellation.IsCancellationRequested ? Ended(feed.BytesTaken)
            : new(ShellEnd.TimedOut, 0, feed.BytesTaken, $"no progress for {command.Timeout.TotalSeconds:0.###} s, {feed.BytesTaken} bytes taken");
    }

    // A broken input ends the run too; that it is through, or not wanted, says nothing about the command.
    private static async Task FeedAsync(
        InputFeed feed, IEnumerable<ReadOnlyMemory<byte>> input, CancellationTokenSource limit, CancellationToken over)
    {
        try
        {
            await feed.RunAsync(input, over).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ShellResult Ended(long bytesTaken) => new(ShellEnd.Signaled, 9, bytesTaken, "ended on request");
}

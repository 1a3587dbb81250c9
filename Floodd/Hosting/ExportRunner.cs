// Runs export and resync commands for the loop: each run ends in exactly one event. It decides nothing about what an end means.
using Floodd.Core;
using Floodd.Processes;

namespace Floodd.Hosting;

/// <summary>The children that the core asked for.</summary>
/// <param name="post">Hands an event to the loop; called on any thread; must not throw.</param>
internal sealed class ExportRunner(Action<Event> post) : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<Task> _running = [];
    private readonly Lock _guard = new();

    /// <summary>Starts a run, and returns at once.</summary>
    public void Start(ExportRun run)
    {
        lock (_guard)
        {
            Task task = Task.Run(() => RunAsync(run));
            _running.Add(task);
            task.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

    /// <summary>Ends all that run, and all that is started later, and waits until they are gone and their events are posted.</summary>
    public async Task EndAllAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_guard)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();

    private async Task RunAsync(ExportRun run) =>
        post(new Event.RunEnded(run.Group, run.Number, await OutcomeAsync(run).ConfigureAwait(false)));

    private async Task<RunOutcome> OutcomeAsync(ExportRun run)
    {
        try
        {
            ShellCommand command = new(run.Command)
            {
                WorkingDirectory = run.Directory,
                Timeout = run.Timeout,
                Environment = run.Environment,
                Input = run.Input,
            };
            ShellResult result = await ShellRunner.RunAsync(command, _ending.Token).ConfigureAwait(false);
            return new RunOutcome(EndOf(result.End), result.Code, result.Text);
        }
        catch (Exception e)
        {
            // Whatever it was, the core waits for this run's end; a run that is not over would stop the group's exports for ever.
            return new RunOutcome(RunEnd.NotStarted, 0, e.Message);
        }
    }

    private static RunEnd EndOf(ShellEnd end) => end switch
    {
        ShellEnd.Exited => RunEnd.Exited,
        ShellEnd.Signaled => RunEnd.Signaled,
        ShellEnd.TimedOut => RunEnd.TimedOut,
        ShellEnd.NotStarted => RunEnd.NotStarted,
        _ => throw new InvalidOperationException($"no such end: {end}"),
    };

    private void Forget(Task task)
    {
        lock (_guard)
        {
            _running.Remove(task);
        }
    }
}

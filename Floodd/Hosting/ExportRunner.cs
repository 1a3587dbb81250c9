// Runs export and resync commands and topology generators for the loop: each run ends in exactly one event. It decides nothing about what an end means.
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
    public void Start(ExportRun run) => Start(() => RunAsync(run));

    /// <summary>Starts a topology generator, and returns at once.</summary>
    public void Start(GeneratorJob job) => Start(() => GenerateAsync(job));

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

    /// <summary>A run's end as the core knows it.</summary>
    public static RunOutcome OutcomeOf(ShellResult result) => new(EndOf(result.End), result.Code, result.Text);

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();

    private void Start(Func<Task> run)
    {
        lock (_guard)
        {
            Task task = Task.Run(run);
            _running.Add(task);
            task.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

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
            return OutcomeOf(result);
        }
        catch (Exception e)
        {
            // Whatever it was, the core waits for this run's end; a run that is not over would stop the group's exports for ever.
            return new RunOutcome(RunEnd.NotStarted, 0, e.Message);
        }
    }

    private async Task GenerateAsync(GeneratorJob job)
    {
        RunOutcome outcome;
        ReadOnlyMemory<byte> answer = default;
        try
        {
            var command = new ShellCommand(job.Command) { Timeout = job.Timeout, Input = GeneratorText.Question(job.Draft), OutputMax = GeneratorText.AnswerMax };
            ShellResult result = await ShellRunner.RunAsync(command, _ending.Token).ConfigureAwait(false);
            (outcome, answer) = (OutcomeOf(result), result.Output);
        }
#pragma warning disable CA1031 // Whatever it was, the core waits for this run's end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome = new RunOutcome(RunEnd.NotStarted, 0, e.Message);
        }

        post(new Event.Generated(job.Draft.Group, job.Number, outcome, answer));
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

// Plans and explains beside the loop, on one thread that yields to others. It decides nothing about what comes of it.
using System.Collections.Concurrent;
using Floodd.Core;

namespace Floodd.Hosting;

/// <summary>The thinking that the core asked for: one thing after the other, each answered by one event.</summary>
/// <param name="post">Hands an event to the loop; called on any thread; must not throw.</param>
/// <param name="fail">Ends the daemon: a plan that cannot be made is a defect.</param>
internal sealed class PlanRunner(Action<Event> post, Action<Exception> fail) : IDisposable
{
    private readonly BlockingCollection<Func<Event>> _jobs = [];
    private readonly CancellationTokenSource _ending = new();
    private Thread? _work;
    private int _users = 1;

    /// <summary>Begins to plan, and returns at once.</summary>
    public void Start(PlanJob job) => Add(() => new Event.Planned(job.Draft.Group, job.Number, job.Run(cancelled: () => _ending.IsCancellationRequested)));

    /// <summary>Begins to look into a question, and returns at once.</summary>
    public void Start(WhyJob job) => Add(() => new Event.Explained(job, job.Run()));

    /// <summary>Begins nothing more and ends soon what runs; its answer is nobody's any more.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _jobs.CompleteAdding();
        Leave();
    }

    private void Add(Func<Event> job)
    {
        if (_work is null)
        {
            Interlocked.Increment(ref _users);
            _work = YieldingThread.Start("floodd planner", Work);
        }

        _jobs.Add(job);
    }

    private void Work()
    {
        try
        {
            foreach (Func<Event> job in _jobs.GetConsumingEnumerable(_ending.Token))
            {
                post(job());
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon has ended.
        }
#pragma warning disable CA1031 // Whatever it is, it must not end the process without a word.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fail(e);
        }

        Leave();
    }

    // Whoever goes last closes the door: the owner and the thread end at the same time.
    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _jobs.Dispose();
            _ending.Dispose();
        }
    }
}

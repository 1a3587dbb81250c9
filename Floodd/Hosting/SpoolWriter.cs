// The spool's thread: appends what the core hands over, syncs once for all that waits, and says so. It decides nothing.
using Floodd.Core;
using Floodd.Spool;

namespace Floodd.Hosting;

/// <summary>Writes one spool. <see cref="Submit"/> may be called from any thread.</summary>
/// <param name="log">The spool; disposed of with the writer. From <see cref="Start"/> on it belongs to the writer's thread.</param>
/// <param name="post">Hands an event to the loop; called on the writer's thread; must not throw.</param>
internal sealed class SpoolWriter(SpoolLog log, Action<Event> post) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly object _guard = new();
    private readonly Queue<Effect.Spool> _waiting = new();
    private Thread? _thread;
    private bool _ending;

    /// <summary>Whether nothing can be believed to last any more.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Begins.</summary>
    public void Start(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>A batch is to be written.</summary>
    public void Submit(Effect.Spool batch)
    {
        lock (_guard)
        {
            _waiting.Enqueue(batch);
            Monitor.Pulse(_guard);
        }
    }

    /// <summary>Writes what still waits, if there is room for it, and closes the files.</summary>
    public void Dispose()
    {
        lock (_guard)
        {
            _ending = true;
            Monitor.Pulse(_guard);
        }

        _thread?.Join();
        log.Dispose();
    }

    private void Run()
    {
        Queue<Effect.Spool> batches = new();
        try
        {
            while (Take(batches))
            {
                if (!Write(batches) && !Pause())
                {
                    return;
                }
            }
        }
        catch (DiskException e)
        {
            HasFailed = true;
            post(new Event.SpoolFailed(e.Message));
        }
    }

    // All that waits, behind what is left over; none at the end.
    private bool Take(Queue<Effect.Spool> batches)
    {
        lock (_guard)
        {
            while (_waiting.Count == 0 && batches.Count == 0 && !_ending)
            {
                Monitor.Wait(_guard);
            }

            while (_waiting.TryDequeue(out Effect.Spool? batch))
            {
                batches.Enqueue(batch);
            }
        }

        return batches.Count > 0;
    }

    // Whether all was written; else there was no room for the rest.
    private bool Write(Queue<Effect.Spool> batches)
    {
        long ticket = 0;
        bool isFull = false;
        while (!isFull && batches.TryPeek(out Effect.Spool? batch))
        {
            try
            {
                log.Append(batch.Entries);
                ticket = batch.Ticket;
                batches.Dequeue();
            }
            catch (DiskException e) when (e.Fault == DiskFault.Full)
            {
                isFull = true;
            }
        }

        if (ticket > 0)
        {
            log.Sync();
        }

        post(new Event.Spooled(ticket, isFull || log.IsShort, log.BytesUsed));
        return !isFull;
    }

    // Whether to go on; nobody waits for room when all ends.
    private bool Pause()
    {
        lock (_guard)
        {
            if (!_ending)
            {
                Monitor.Wait(_guard, RetryAfter);
            }

            return !_ending;
        }
    }
}

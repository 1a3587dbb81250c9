// The one way into the loop from other threads. It never waits and never runs what it holds.
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>What another thread has for the loop: an event for the core, or else work on the loop's own sockets.</summary>
/// <param name="Event">The event, or null.</param>
/// <param name="Work">The work, or null.</param>
internal readonly record struct Arrival(Event? Event, Action? Work);

/// <summary>A queue with many writers and one reader, who is woken when it stops being empty.</summary>
/// <param name="wake">Ends the reader's wait.</param>
internal sealed class Inbox(Action wake)
{
    /// <summary>Only answers to what the core asked come in here, so that many mean a defect.</summary>
    public const int MaxCount = 1 << 16;

    private readonly Lock _gate = new();
    private List<Arrival> _waiting = [];
    private List<Arrival> _taken = [];
    private bool _isClosed;

    /// <summary>Whether something waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <summary>Adds an event; after <see cref="Close"/> it is nobody's any more.</summary>
    public void Post(Event e) => Post(new Arrival(e, null));

    /// <summary>Adds work for the loop's thread.</summary>
    public void Post(Action work) => Post(new Arrival(null, work));

    /// <summary>All that waits, in order; valid until the next call. For the reader only.</summary>
    public List<Arrival> Take()
    {
        lock (_gate)
        {
            _taken.Clear();
            (_waiting, _taken) = (_taken, _waiting);
            return _taken;
        }
    }

    /// <summary>Takes in nothing more and wakes nobody more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
        }
    }

    private void Post(Arrival arrival)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            Invariant.Check(_waiting.Count < MaxCount);
            _waiting.Add(arrival);
            if (_waiting.Count == 1)
            {
                wake();
            }
        }
    }
}

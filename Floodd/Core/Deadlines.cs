// What is to be done later. The only timers there are; equal times go in the order in which they were asked for.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>A heap of things to do, by (due, order asked): ties of a plain priority queue are not first-in-first-out.</summary>
internal sealed class Deadlines
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _queue = new();
    private long _order;

    /// <summary>When the first is due; <see cref="Instant.Never"/> if none.</summary>
    public Instant Next => _queue.TryPeek(out _, out (long Due, long) first) ? new Instant(first.Due) : Instant.Never;

    /// <summary>Does <paramref name="action"/> at <paramref name="due"/>. It cannot be taken back: it looks for itself whether it still matters.</summary>
    public void At(Instant due, Action action) => _queue.Enqueue(action, (due.Ticks, _order++));

    /// <summary>Does everything due by <paramref name="now"/>, including what that asks for by then.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Run(Instant now)
    {
        bool any = false;
        while (_queue.TryPeek(out Action? action, out (long Due, long) first) && first.Due <= now.Ticks)
        {
            _queue.Dequeue();
            action();
            any = true;
        }

        return any;
    }
}

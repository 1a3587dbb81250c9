// What is to be done later. The only timers there are; equal times go in the order in which they were asked for.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>A heap of things to do, by (due, order asked): ties of a plain priority queue are not first-in-first-out.</summary>
internal sealed class Deadlines
{
    // An action, or a deadline, which may have been moved or taken back since: that is found out when it comes to the top.
    private readonly PriorityQueue<object, (long Due, long Order)> _queue = new();
    private long _order;

    /// <summary>When the first is due; <see cref="Instant.Never"/> if none.</summary>
    public Instant Next
    {
        get
        {
            while (_queue.TryPeek(out object? item, out (long Due, long) first))
            {
                if (item is not Deadline deadline || deadline.Due.Ticks == first.Due)
                {
                    return new Instant(first.Due);
                }

                _queue.Dequeue();
            }

            return Instant.Never;
        }
    }

    /// <summary>Does <paramref name="action"/> at <paramref name="due"/>. It cannot be taken back, as a <see cref="Deadline"/> can.</summary>
    public void At(Instant due, Action action) => _queue.Enqueue(action, (due.Ticks, _order++));

    /// <summary>A deadline was set.</summary>
    public void Put(Deadline deadline) => _queue.Enqueue(deadline, (deadline.Due.Ticks, _order++));

    /// <summary>Does everything due by <paramref name="now"/>, including what that asks for by then.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Run(Instant now)
    {
        bool any = false;
        while (Next <= now)
        {
            any = true;
            object item = _queue.Dequeue();
            if (item is Deadline deadline)
            {
                deadline.Pass();
            }
            else
            {
                ((Action)item)();
            }
        }

        return any;
    }
}

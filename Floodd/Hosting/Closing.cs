// How a connection ends that the core closed: written out, shut, drained, each for a bounded time. It tells the core nothing.
using System.Net.Sockets;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>The last stages of connections. Belongs to the loop's thread.</summary>
/// <param name="table">Where they are dropped at the end.</param>
internal sealed class Closing(ConnectionTable table)
{
    /// <summary>How long a closed connection may take to be written out, and then how long it may take the other end to see the end.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // In the order of their times, since all have the same limit.
    private readonly Queue<(Instant At, Connection Connection)> _deadlines = new();

    /// <summary>When <see cref="Expire"/> has something to do.</summary>
    public Instant NextDeadline => _deadlines.TryPeek(out (Instant At, Connection) first) ? first.At : Instant.Never;

    /// <summary>From now on the connection is only written out.</summary>
    public void Begin(Instant now, Connection c)
    {
        c.Stage = Stage.Flushing;
        SetDeadline(now, c);
    }

    /// <summary>Everything is written: shuts our end and lets the other end see it.</summary>
    public void Shut(Instant now, Connection c)
    {
        if (c.Cause is not null)
        {
            table.Drop(c);
            return;
        }

        try
        {
            c.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other end reset it in this moment: there is nobody left to drain for.
            table.Drop(c);
            return;
        }

        c.Stage = Stage.Draining;
        SetDeadline(now, c);
    }

    /// <summary>Gives up what took too long.</summary>
    public void Expire(Instant now)
    {
        while (_deadlines.TryPeek(out (Instant At, Connection Connection) first) && first.At <= now)
        {
            _deadlines.Dequeue();
            if (first.Connection.Deadline <= now)
            {
                table.Drop(first.Connection);
            }
        }
    }

    private void SetDeadline(Instant now, Connection c)
    {
        c.Deadline = now + Limit;
        _deadlines.Enqueue((c.Deadline, c));
    }
}

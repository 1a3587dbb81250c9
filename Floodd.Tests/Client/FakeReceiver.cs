// A receiver that notes what it takes and does what the test says, and a position that lives and dies with the test. Never waits for anything itself.
using System.Collections.Concurrent;
using Floodd.Client;
using Floodd.Client.Hosting;

namespace Floodd.Tests.Client;

/// <summary>Notes each call, then does what the test gave it; what that throws is its failure.</summary>
internal sealed class FakeReceiver(Func<FloodUpdate, CancellationToken, Task>? then = null) : IFloodReceiver
{
    /// <summary>The updates of all calls, failed ones too.</summary>
    public ConcurrentQueue<FloodUpdate> Calls { get; } = new();

    public IEnumerable<FloodId> Ids => Calls.Select(update => update.Id);

    public Task ReceiveAsync(FloodUpdate update, CancellationToken cancellation)
    {
        Calls.Enqueue(update);
        return then?.Invoke(update, cancellation) ?? Task.CompletedTask;
    }
}

/// <summary>A position in memory.</summary>
internal sealed class FakePositions : IFloodPositions
{
    /// <summary>All that was stored.</summary>
    public ConcurrentQueue<FloodPosition> Stored { get; } = new();

    public FloodPosition? Last { get; set; }

    /// <summary>Whether the program is to be thought of as killed: what it stores reaches nothing any more.</summary>
    public bool IsCut { get; set; }

    /// <summary>How many of the next writes fail.</summary>
    public int FailureCount { get; set; }

    public ValueTask<FloodPosition?> ReadAsync(CancellationToken cancellation) => ValueTask.FromResult(Last);

    public ValueTask WriteAsync(FloodPosition position, CancellationToken cancellation)
    {
        if (FailureCount > 0)
        {
            FailureCount--;
            throw new IOException("no space left");
        }

        if (!IsCut)
        {
            Last = position;
            Stored.Enqueue(position);
        }

        return ValueTask.CompletedTask;
    }
}

// Keeps a client's requests flowing: one conversation after another, without end, with back-off between. Never loses or repeats a flood silently.
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>The connection of a client, made again whenever it is lost.</summary>
internal sealed class Keeper : IAsyncDisposable
{
    private readonly FlooddClientOptions options;
    private readonly RequestQueue queue;
    private readonly EndpointRing ring;
    private readonly ClientEvents events;
    private readonly ILogger log;
    private readonly Watch watch;
    private readonly BackOff backOff;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private FlooddException? lastReason;
    private Request? probe;
    private long outageBegan;
    private int closing;
    private volatile FlooddConnectionState state;

    /// <summary>Begins, with a connection if one stands.</summary>
    public Keeper(FlooddClientOptions options, RequestQueue queue, EndpointRing ring, ClientEvents events, Connection? first, ILogger log)
    {
        this.options = options;
        this.queue = queue;
        this.ring = ring;
        this.events = events;
        this.log = log;
        watch = new Watch(options, log);
        backOff = new BackOff(options.BackOffFirst, options.BackOffMax);
        outageBegan = options.TimeProvider.GetTimestamp();
        if (first is not null)
        {
            Stand(first);
        }

        // What surrounds the first caller (its trace, its culture, its locals) is not the connection's.
        using (ExecutionContext.SuppressFlow())
        {
            running = Task.Run(() => RunAsync(first));
        }
    }

    /// <summary>How it stands.</summary>
    public FlooddConnectionState State => state;

    /// <summary>The site that greeted last; null before the first.</summary>
    public FlooddConnectionOpened? Site { get; private set; }

    /// <summary>Ends the connection; what has no reply yet fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closing, 1) == 0)
        {
            await stopping.CancelAsync().ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
    }

    private async Task RunAsync(Connection? connection)
    {
        FlooddException end = FlooddException.Lost("the client was closed");
        var last = FlooddConnectionState.Closed;
        try
        {
            while (true)
            {
                if (connection is null)
                {
                    connection = await ConnectAsync().ConfigureAwait(false);
                    events.Tell(Stand(connection));
                }

                bool useful = await TalkAsync(connection).ConfigureAwait(false);
                connection = null;
                await SettleAsync(useful).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            ClientLog.Closed(log);
        }
        catch (FlooddException e)
        {
            (end, last) = (e, FlooddConnectionState.Failed);
            ClientLog.Failed(log, e.Message);
        }
#pragma warning disable CA1031 // A defect must reach those who wait, not only the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            (end, last) = (new FlooddException(FlooddReplyCode.Unreadable, $"a defect of the library: {e.Message}", e), FlooddConnectionState.Failed);
            ClientLog.Defect(log, e);
        }

        connection?.Dispose();
        state = last;
        if (last == FlooddConnectionState.Failed)
        {
            queue.Close(end, end);
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            state = FlooddConnectionState.Closed;
        }

        queue.Close(end, new ObjectDisposedException(nameof(FlooddClient)));
        events.End();
    }

    /// <summary>One conversation.</summary>
    /// <returns>Whether it was of use: a daemon that only greets, and is lost again soon, is no end of an outage.</returns>
    private async Task<bool> TalkAsync(Connection connection)
    {
        long begun = options.TimeProvider.GetTimestamp();
        var conversation = new Conversation(connection, queue, watch, options.TimeProvider);
        (FlooddException reason, List<Request> open) = await conversation.RunAsync(stopping.Token).ConfigureAwait(false);
        bool notTaken = reason.Code == FlooddReplyCode.Busy;
        bool useful = conversation.AnsweredCount > (probe is { Answered.IsCompleted: true } ? 1 : 0) || options.TimeProvider.GetElapsedTime(begun) > Long;
        List<Request> again = [];
        for (int i = 0; i < open.Count; i++)
        {
            // The daemon had answered and then was lost at the oldest: that may be the reason. A connection that was lost before tells nothing.
            if (open[i].SendAgain(reason, notTaken, suspect: i == 0 && conversation.AnsweredCount > 0) && open[i] != probe)
            {
                again.Add(open[i]);
            }
        }

        ClientLog.SentAgain(log, again.Count);
        probe = null;
        if (again.Count > 0 && !useful)
        {
            // In front of one that may be the reason, and for as long, so that the next connection tells whether it is.
            probe = Watch.Ping(again[0].MadeAt);
            again.Insert(0, probe);
        }

        queue.PutBack(again);
        stopping.Token.ThrowIfCancellationRequested();
        state = reason.IsTransient ? FlooddConnectionState.Connecting : FlooddConnectionState.Failed;
        lastReason = reason;
        ClientLog.Lost(log, connection.Endpoint, reason.Message);
        events.Tell(new FlooddConnectionLost(connection.Endpoint, reason));
        return reason.IsTransient ? useful : throw reason;
    }

    /// <summary>How long a conversation has lasted that ends an outage though nothing was answered.</summary>
    private TimeSpan Long => options.ReconnectTimeout > options.BackOffMax ? options.ReconnectTimeout : options.BackOffMax;

    /// <summary>After a conversation: at once on to the next if it was of use; else only after a wait, and the outage goes on.</summary>
    private async Task SettleAsync(bool useful)
    {
        if (useful)
        {
            backOff.Reset();
            outageBegan = options.TimeProvider.GetTimestamp();
            return;
        }

        await ExpiringAsync(cancellation => Task.Delay(backOff.Next(), options.TimeProvider, cancellation)).ConfigureAwait(false);
    }

    /// <summary>Connects, however long it takes.</summary>
    /// <exception cref="FlooddException">What is at the other end of every endpoint is no floodd, or refuses for good.</exception>
    private async Task<Connection> ConnectAsync()
    {
        Connection? connection = null;
        await ExpiringAsync(async cancellation =>
        {
            while (true)
            {
                try
                {
                    connection = await Connection.OpenAsync(ring.Round(), options, Failed, cancellation).ConfigureAwait(false);
                    return;
                }
                catch (FlooddException e) when (e.IsTransient)
                {
                    lastReason = e;
                    TimeSpan wait = backOff.Next();
                    ClientLog.NobodyThere(log, wait);
                    await Task.Delay(wait, options.TimeProvider, cancellation).ConfigureAwait(false);
                }
            }
        }).ConfigureAwait(false);
        return connection!;
    }

    /// <summary>Does something while there is no connection, and meanwhile fails what has waited for one for too long.</summary>
    private async Task ExpiringAsync(Func<CancellationToken, Task> work)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        Task expiring = options.ReconnectTimeout == Timeout.InfiniteTimeSpan ? Task.CompletedTask : ExpireAsync(end.Token);
        try
        {
            await work(end.Token).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await expiring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ExpireAsync(CancellationToken cancellation)
    {
        while (true)
        {
            List<Request> overdue = queue.TakeOverdue(outageBegan, options.ReconnectTimeout, out TimeSpan? left, out Task changed);
            foreach (Request request in overdue)
            {
                request.Fail(new FlooddException(
                    lastReason?.Code ?? FlooddReplyCode.Unreachable,
                    $"no connection within {options.ReconnectTimeout.TotalSeconds:0.###} s: {lastReason?.Text ?? "still connecting"}",
                    lastReason));
            }

            await (left is { } wait
                ? Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), options.TimeProvider, cancellation)
                : changed.WaitAsync(cancellation)).ConfigureAwait(false);
        }
    }

    private FlooddConnectionOpened Stand(Connection connection)
    {
        ring.Take(connection.Endpoint);
        FlooddConnectionOpened opened = new(connection.Endpoint, connection.SiteName, connection.Version);
        Site = opened;
        state = FlooddConnectionState.Connected;
        ClientLog.Connected(log, connection.Endpoint, connection.SiteName, connection.Version);
        return opened;
    }

    private void Failed(FlooddEndpoint endpoint, FlooddException reason)
    {
        ClientLog.AttemptFailed(log, endpoint, reason.Message);
        events.Tell(new FlooddAttemptFailed(endpoint, reason));
    }
}

// Keeps a client's requests flowing: one conversation after another, without end, with back-off between. Never loses or repeats a flood silently.
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>The connection of a client, made again whenever it is lost.</summary>
internal sealed class Keeper : IAsyncDisposable
{
    private readonly FlooddClientOptions _options;
    private readonly RequestQueue _queue;
    private readonly EndpointRing _ring;
    private readonly ClientEvents _events;
    private readonly ILogger _log;
    private readonly Watch _watch;
    private readonly BackOff _backOff;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private FlooddException? _lastReason;
    private Request? _probe;
    private long _outageBegan;
    private int _closing;
    private volatile FlooddConnectionState _state;

    /// <summary>Begins, with a connection if one stands.</summary>
    public Keeper(FlooddClientOptions options, RequestQueue queue, EndpointRing ring, ClientEvents events, Connection? first, ILogger log)
    {
        _options = options;
        _queue = queue;
        _ring = ring;
        _events = events;
        _log = log;
        _watch = new Watch(options, log);
        _backOff = new BackOff(options.BackOffFirst, options.BackOffMax);
        _outageBegan = options.TimeProvider.GetTimestamp();
        if (first is not null)
        {
            Stand(first);
        }

        // What surrounds the first caller (its trace, its culture, its locals) is not the connection's.
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(() => RunAsync(first));
        }
    }

    /// <summary>How it stands.</summary>
    public FlooddConnectionState State => _state;

    /// <summary>The site that greeted last; null before the first.</summary>
    public FlooddConnectionOpened? Site { get; private set; }

    /// <summary>Ends the connection; what has no reply yet fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closing, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(false);
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
                    _events.Tell(Stand(connection));
                }

                bool useful = await TalkAsync(connection).ConfigureAwait(false);
                connection = null;
                await SettleAsync(useful).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            ClientLog.Closed(_log);
        }
        catch (FlooddException e)
        {
            (end, last) = (e, FlooddConnectionState.Failed);
            ClientLog.Failed(_log, e.Message);
        }
#pragma warning disable CA1031 // A defect must reach those who wait, not only the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            (end, last) = (new FlooddException(FlooddReplyCode.Unreadable, $"a defect of the library: {e.Message}", e), FlooddConnectionState.Failed);
            ClientLog.Defect(_log, e);
        }

        connection?.Dispose();
        _state = last;
        if (last == FlooddConnectionState.Failed)
        {
            _queue.Close(end, end);
            await Task.Delay(Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _state = FlooddConnectionState.Closed;
        }

        _queue.Close(end, new ObjectDisposedException(nameof(FlooddClient)));
        _events.End();
    }

    /// <summary>One conversation.</summary>
    /// <returns>Whether it was of use: a daemon that only greets, and is lost again soon, is no end of an outage.</returns>
    private async Task<bool> TalkAsync(Connection connection)
    {
        long begun = _options.TimeProvider.GetTimestamp();
        var conversation = new Conversation(connection, _queue, _watch, _options.TimeProvider);
        (FlooddException reason, List<Request> open) = await conversation.RunAsync(_stopping.Token).ConfigureAwait(false);
        bool notTaken = reason.Code == FlooddReplyCode.Busy;
        bool useful = conversation.AnsweredCount > (_probe is { Answered.IsCompleted: true } ? 1 : 0) || _options.TimeProvider.GetElapsedTime(begun) > Long;
        List<Request> again = [];
        for (int i = 0; i < open.Count; i++)
        {
            // The daemon had answered and then was lost at the oldest: that may be the reason. A connection that was lost before tells nothing.
            if (open[i].SendAgain(reason, notTaken, suspect: i == 0 && conversation.AnsweredCount > 0) && open[i] != _probe)
            {
                again.Add(open[i]);
            }
        }

        ClientLog.SentAgain(_log, again.Count);
        _probe = null;
        if (again.Count > 0 && !useful)
        {
            // In front of one that may be the reason, and for as long, so that the next connection tells whether it is.
            _probe = Watch.Ping(again[0].MadeAt);
            again.Insert(0, _probe);
        }

        _queue.PutBack(again);
        _stopping.Token.ThrowIfCancellationRequested();
        _state = reason.IsTransient ? FlooddConnectionState.Connecting : FlooddConnectionState.Failed;
        _lastReason = reason;
        ClientLog.Lost(_log, connection.Endpoint, reason.Message);
        _events.Tell(new FlooddConnectionLost(connection.Endpoint, reason));
        return reason.IsTransient ? useful : throw reason;
    }

    /// <summary>How long a conversation has lasted that ends an outage though nothing was answered.</summary>
    private TimeSpan Long => _options.ReconnectTimeout > _options.BackOffMax ? _options.ReconnectTimeout : _options.BackOffMax;

    /// <summary>After a conversation: at once on to the next if it was of use; else only after a wait, and the outage goes on.</summary>
    private async Task SettleAsync(bool useful)
    {
        if (useful)
        {
            _backOff.Reset();
            _outageBegan = _options.TimeProvider.GetTimestamp();
            return;
        }

        await ExpiringAsync(cancellation => Task.Delay(_backOff.Next(), _options.TimeProvider, cancellation)).ConfigureAwait(false);
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
                    connection = await Connection.OpenAsync(_ring.Round(), _options, Failed, cancellation).ConfigureAwait(false);
                    return;
                }
                catch (FlooddException e) when (e.IsTransient)
                {
                    _lastReason = e;
                    TimeSpan wait = _backOff.Next();
                    ClientLog.NobodyThere(_log, wait);
                    await Task.Delay(wait, _options.TimeProvider, cancellation).ConfigureAwait(false);
                }
            }
        }).ConfigureAwait(false);
        return connection!;
    }

    /// <summary>Does something while there is no connection, and meanwhile fails what has waited for one for too long.</summary>
    private async Task ExpiringAsync(Func<CancellationToken, Task> work)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task expiring = _options.ReconnectTimeout == Timeout.InfiniteTimeSpan ? Task.CompletedTask : ExpireAsync(end.Token);
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
            List<Request> overdue = _queue.TakeOverdue(_outageBegan, _options.ReconnectTimeout, out TimeSpan? left, out Task changed);
            foreach (Request request in overdue)
            {
                request.Fail(new FlooddException(
                    _lastReason?.Code ?? FlooddReplyCode.Unreachable,
                    $"no connection within {_options.ReconnectTimeout.TotalSeconds:0.###} s: {_lastReason?.Text ?? "still connecting"}",
                    _lastReason));
            }

            await (left is { } wait
                ? Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _options.TimeProvider, cancellation)
                : changed.WaitAsync(cancellation)).ConfigureAwait(false);
        }
    }

    private FlooddConnectionOpened Stand(Connection connection)
    {
        _ring.Take(connection.Endpoint);
        FlooddConnectionOpened opened = new(connection.Endpoint, connection.SiteName, connection.Version);
        Site = opened;
        _state = FlooddConnectionState.Connected;
        ClientLog.Connected(_log, connection.Endpoint, connection.SiteName, connection.Version);
        return opened;
    }

    private void Failed(FlooddEndpoint endpoint, FlooddException reason)
    {
        ClientLog.AttemptFailed(_log, endpoint, reason.Message);
        _events.Tell(new FlooddAttemptFailed(endpoint, reason));
    }
}

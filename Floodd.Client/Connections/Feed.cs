// One connection that carries one subscription, and its silence: whoever says nothing is asked, and given up if there is no answer. Never reads ahead of its reader.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>A subscription's connection, from the daemon's consent to its end.</summary>
internal sealed class Feed : IDisposable
{
    private static readonly byte[] Ping = "ping\n"u8.ToArray();

    private readonly FlooddClientOptions _options;
    private readonly Connection _connection;
    private readonly ILogger _log;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _lost;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private bool _waiting;
    private bool _asked;
    private long _readCount;

    private Feed(FlooddClientOptions options, Connection connection, ILogger log, CancellationToken cancellation)
    {
        _options = options;
        _connection = connection;
        _log = log;
        _cancellation = cancellation;
        _lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = options.TimeProvider.CreateTimer(static feed => ((Feed)feed!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where this subscription began, if the daemon said so.</summary>
    public FloodPosition? Begun { get; private init; }

    /// <summary>The daemon that it comes from.</summary>
    public FlooddEndpoint Endpoint => _connection.Endpoint;

    /// <summary>Subscribes on a fresh connection, which is its own from here on.</summary>
    /// <param name="options">How.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group, or null for the only one.</param>
    /// <param name="position">From where on.</param>
    /// <param name="log">Told of silence.</param>
    /// <param name="cancellation">Ends this, and all reading.</param>
    /// <exception cref="FlooddException">It is lost before the answer, or the subscription is refused.</exception>
    public static async Task<Feed> BeginAsync(
        FlooddClientOptions options, Connection connection, string? group, FloodPosition position, ILogger log, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        Feed? feed = null;
        try
        {
            Reply reply = await connection.AskAsync($"subscribe {(group is null ? "" : group + " ")}from {position}", limit.Token).ConfigureAwait(false);

            // 250 subscribed to g at POSITION
            FloodPosition? begun = FloodPosition.TryParse(reply.Text.Split(' ')[^1], out FloodPosition? said) ? said : null;
            feed = new Feed(options, connection, log, cancellation) { Begun = begun };
            return feed;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost($"{connection.Endpoint}: no answer within {options.ConnectTimeout.TotalSeconds:0.###} s", e);
        }
        finally
        {
            if (feed is null)
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>What the daemon says next.</summary>
    /// <exception cref="FlooddException">The connection was lost, or the daemon says what no daemon says.</exception>
    public ValueTask<Incoming> NextAsync()
    {
        ValueTask<Incoming> next = _connection.Replies.NextAsync(_lost.Token);
        return next.IsCompletedSuccessfully ? next : WaitAsync(next);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _connection.Dispose();
        _lost.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Incoming> WaitAsync(ValueTask<Incoming> next)
    {
        lock (_gate)
        {
            _waiting = true;
            _asked = false;
            _readCount = _connection.Replies.ReadCount;
            _timer.Change(_options.KeepAlive, Timeout.InfiniteTimeSpan);
        }

        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!_cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost($"{Endpoint} has said nothing and does not answer", e);
        }
        finally
        {
            // A reader that takes its time is not the daemon's silence.
            lock (_gate)
            {
                _waiting = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            long count = _connection.Replies.ReadCount;
            if (!_waiting)
            {
                return;
            }

            if (count != _readCount)
            {
                // A long update: some of it came.
                _readCount = count;
                _asked = false;
                _timer.Change(_options.KeepAlive, Timeout.InfiniteTimeSpan);
                return;
            }

            if (!_asked)
            {
                _asked = true;
                _timer.Change(_options.ConnectTimeout, Timeout.InfiniteTimeSpan);
                _ = AskAsync();
                return;
            }
        }

        // Outside of the lock, as the reading that it ends takes it.
        GiveUp();
    }

    private void GiveUp()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException e)
        {
            _log.LogDebug("was closed meanwhile: {Reason}", e.Message);
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await _connection.Stream.WriteAsync(Ping, _lost.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What is wrong with the connection shows where it is read.
            _log.LogDebug("cannot ask {Endpoint} for a sign of life: {Reason}", Endpoint, e.Message);
        }
    }
}

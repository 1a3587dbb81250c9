// One connection that carries one subscription, and its silence: whoever says nothing is asked, and given up if there is no answer. Never reads ahead of its reader.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>A subscription's connection, from the daemon's consent to its end.</summary>
internal sealed class Feed : IDisposable
{
    private static readonly byte[] Ping = "ping\n"u8.ToArray();

    private readonly FlooddClientOptions options;
    private readonly Connection connection;
    private readonly ILogger log;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenSource lost;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private bool waiting;
    private bool asked;
    private long readCount;

    private Feed(FlooddClientOptions options, Connection connection, ILogger log, CancellationToken cancellation)
    {
        this.options = options;
        this.connection = connection;
        this.log = log;
        this.cancellation = cancellation;
        lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer = options.TimeProvider.CreateTimer(static feed => ((Feed)feed!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where this subscription began, if the daemon said so.</summary>
    public FloodPosition? Begun { get; private init; }

    /// <summary>The daemon that it comes from.</summary>
    public FlooddEndpoint Endpoint => connection.Endpoint;

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
        ValueTask<Incoming> next = connection.Replies.NextAsync(lost.Token);
        return next.IsCompletedSuccessfully ? next : WaitAsync(next);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        timer.Dispose();
        connection.Dispose();
        lost.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Incoming> WaitAsync(ValueTask<Incoming> next)
    {
        lock (gate)
        {
            waiting = true;
            asked = false;
            readCount = connection.Replies.ReadCount;
            timer.Change(options.KeepAlive, Timeout.InfiniteTimeSpan);
        }

        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost($"{Endpoint} has said nothing and does not answer", e);
        }
        finally
        {
            // A reader that takes its time is not the daemon's silence.
            lock (gate)
            {
                waiting = false;
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Look()
    {
        lock (gate)
        {
            long count = connection.Replies.ReadCount;
            if (!waiting)
            {
                return;
            }

            if (count != readCount)
            {
                // A long update: some of it came.
                readCount = count;
                asked = false;
                timer.Change(options.KeepAlive, Timeout.InfiniteTimeSpan);
                return;
            }

            if (!asked)
            {
                asked = true;
                timer.Change(options.ConnectTimeout, Timeout.InfiniteTimeSpan);
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
            lost.Cancel();
        }
        catch (ObjectDisposedException e)
        {
            log.LogDebug("was closed meanwhile: {Reason}", e.Message);
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await connection.Stream.WriteAsync(Ping, lost.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What is wrong with the connection shows where it is read.
            log.LogDebug("cannot ask {Endpoint} for a sign of life: {Reason}", Endpoint, e.Message);
        }
    }
}

// Notices a daemon that is dead or frozen, and keeps idle connections from being closed. Never takes a daemon that only keeps a publisher waiting for dead.
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>Looks after silent connections. Each watch ends only with an exception: the reason, or that it was canceled.</summary>
internal sealed class Watch(FlooddClientOptions options, ILogger log)
{
    private TimeProvider Clock => options.TimeProvider;

    /// <summary>Watches a connection that requests go over.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="queue">Gets the pings.</param>
    /// <param name="oldest">The request that is to be answered next, if any.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FlooddException">The daemon is dead.</exception>
    public async Task ConversationAsync(Connection connection, RequestQueue queue, Func<Request?> oldest, CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan silence = await SilenceAsync(() => connection.Replies.HeardAt, cancellation).ConfigureAwait(false);
            if (queue.Count == 0)
            {
                queue.Add(Ping(Clock.GetTimestamp()));
            }
            else
            {
                await AskAsync(connection.Peer, () => connection.Replies.HeardAt, cancellation).ConfigureAwait(false);

                // Whatever is no update is answered at once; if others are greeted all the same, it is the way of this connection that is dead.
                if (oldest() is { IsFlood: false } && silence >= options.KeepAlive * 2 && IsSilent(connection.Replies.HeardAt))
                {
                    throw FlooddException.Lost($"no reply within {silence.TotalSeconds:0.###} s");
                }
            }

            await Task.Delay(options.KeepAlive, Clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Watches a connection that one update goes over.</summary>
    /// <param name="peer">The other end.</param>
    /// <param name="movedAt">When the last byte moved either way.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FlooddException">The daemon is dead.</exception>
    public async Task UploadAsync(FlooddEndpoint peer, Func<long> movedAt, CancellationToken cancellation)
    {
        while (true)
        {
            await SilenceAsync(movedAt, cancellation).ConfigureAwait(false);
            await AskAsync(peer, movedAt, cancellation).ConfigureAwait(false);
            await Task.Delay(options.KeepAlive, Clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<TimeSpan> SilenceAsync(Func<long> since, CancellationToken cancellation)
    {
        if (options.KeepAlive == Timeout.InfiniteTimeSpan)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Clock, cancellation).ConfigureAwait(false);
        }

        TimeSpan silence;
        while ((silence = Clock.GetElapsedTime(since())) < options.KeepAlive)
        {
            // Whole milliseconds, rounded up: a timer knows nothing finer, and would be early.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((options.KeepAlive - silence).TotalMilliseconds)), Clock, cancellation).ConfigureAwait(false);
        }

        return silence;
    }

    private bool IsSilent(long since) => Clock.GetElapsedTime(since) >= options.KeepAlive;

    /// <summary>Whether the daemon still greets; a refusal will do. It is asked at the address that it has: its name may mean another one by now, or nobody.</summary>
    private async Task AskAsync(FlooddEndpoint peer, Func<long> since, CancellationToken cancellation)
    {
        ClientLog.Silent(log, peer, Clock.GetElapsedTime(since()));
        try
        {
            (await Connection.OpenAsync(peer, options, cancellation).ConfigureAwait(false)).Dispose();
        }
        catch (FlooddException e) when (!e.IsUnreachable || !IsSilent(since()))
        {
            // It lives: it refuses in words, or has said something meanwhile.
            return;
        }
        catch (FlooddException e)
        {
            throw FlooddException.Lost($"nothing heard for {Clock.GetElapsedTime(since()).TotalSeconds:0.###} s, and no greeting to another connection: {e.Text}", e);
        }
    }

    /// <summary>A ping of which nobody waits for the reply; that there is one is enough.</summary>
    public static Request Ping(long madeAt)
    {
        var ping = new Request("ping", default, repeatable: false, madeAt);
        ping.Answered.Leave();
        return ping;
    }
}

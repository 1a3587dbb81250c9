// One wait for an update's delivery: where it is asked for, and where it goes on when a connection is lost. Never waits beyond its time, and a daemon's answer.
using System.Globalization;
using Floodd.Client.Protocol;
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>Waits until members have exported an update.</summary>
/// <param name="options">Where and how to connect.</param>
/// <param name="ring">The endpoints; the client's own is asked first.</param>
/// <param name="id">The update.</param>
/// <param name="count">How many members: a number, or <c>all</c>.</param>
/// <param name="time">How long.</param>
/// <param name="log">Told of interruptions.</param>
internal sealed class DeliveryWait(FlooddClientOptions options, EndpointRing ring, FloodId id, string count, TimeSpan time, ILogger log)
{
    private readonly long _begun = options.TimeProvider.GetTimestamp();
    private readonly BackOff _backOff = new(options.BackOffFirst, options.BackOffMax);

    // By when a site of which it is not should have heard of it.
    private readonly TimeSpan _heardBy = time < options.ConnectTimeout ? time : options.ConnectTimeout;

    private TimeSpan Elapsed => options.TimeProvider.GetElapsedTime(_begun);

    /// <summary>Asks, again and elsewhere if it must.</summary>
    /// <param name="closing">The client is disposed of.</param>
    /// <param name="cancellation">The caller gives up.</param>
    /// <exception cref="FlooddException">No such update, or nobody who says.</exception>
    public async Task<FloodDeliveryProgress> RunAsync(CancellationToken closing, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(closing, cancellation);
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                string site = "";
                try
                {
                    int start = ring.CurrentIndex + (attempt % options.Endpoints.Length);
                    using Connection connection = await Connection.OpenAsync(options, start, end.Token).ConfigureAwait(false);
                    site = connection.SiteName;
                    return await AskAsync(connection, attempt == 0 ? time : time - Elapsed, end.Token).ConfigureAwait(false);
                }
                catch (FlooddException e) when (e.IsTransient || (e.Code == ReplyCode.NoSuch && site != id.Origin))
                {
                    TimeSpan wait = _backOff.Next();
                    if (Elapsed + wait >= (e.IsTransient ? time : _heardBy))
                    {
                        throw;
                    }

                    ClientLog.WaitInterrupted(log, id, e.Message);
                    await Task.Delay(wait, options.TimeProvider, end.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost("the client was closed");
        }
    }

    private async Task<FloodDeliveryProgress> AskAsync(Connection connection, TimeSpan left, CancellationToken cancellation)
    {
        left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        using var late = new CancellationTokenSource(left + options.ConnectTimeout, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"wait {id} {count} {left.TotalSeconds:0.###}");
            return FloodDeliveryProgress.From(await connection.AskAsync(line, limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost($"{connection.Endpoint}: no answer to a wait of {left.TotalSeconds:0.###} s", e);
        }
    }
}

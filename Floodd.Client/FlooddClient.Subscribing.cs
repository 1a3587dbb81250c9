// Updates taken from the daemon. Each subscription has a connection of its own.
using System.Runtime.CompilerServices;
using Floodd.Client.Connections;

namespace Floodd.Client;

/// <content>Subscribing.</content>
public sealed partial class FlooddClient
{
    // Canceled when the client is disposed; has no timer and needs no disposal of its own.
    private readonly CancellationTokenSource _ended = new();

    /// <summary>
    /// The updates of a group as they arrive, over a connection of its own, at first to the daemon that the client talks to. When it is lost, it is made
    /// again, over any endpoint, and goes on behind the last update yielded: nothing is lost or repeated while the group still holds it. What it no longer
    /// holds is a gap: logged, told, and named by the next update's <see cref="FloodUpdate.Missed"/>. Nothing is read ahead but what one read brings, 64 KiB:
    /// who reads slowly holds up the daemon's sending, and costs others nothing. Ends normally only when the client is disposed. Each enumeration is a
    /// subscription that begins at <paramref name="from"/>.
    /// </summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="from">From where on; null is <see cref="FloodPosition.Now"/>. To go on after an update: its <see cref="FloodUpdate.Position"/>.</param>
    /// <param name="onGap">Told of updates that can no longer be had, before the update behind them; null for nobody. What it throws ends the enumeration.</param>
    /// <param name="cancellation">Ends the enumeration, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The updates, without end. Nothing is asked before they are enumerated.</returns>
    /// <exception cref="FlooddException">
    /// By the enumeration. 501 or 550: the group must be named, or is not there; when it goes on, at every endpoint. 552: an update is larger than
    /// <see cref="FlooddClientOptions.UpdateSizeMax"/>. 554: no floodd, or it cannot be understood. 0: nobody can be reached to begin with, or connections break
    /// before the answer (unless <see cref="FlooddClientOptions.RequireInitialConnect"/> is false).
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="group"/> is no name.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before.</exception>
    public IAsyncEnumerable<FloodUpdate> SubscribeAsync(
        string? group, FloodPosition? from = null, Action<FloodGap>? onGap = null, CancellationToken cancellation = default)
    {
        Word(group);
        ObjectDisposedException.ThrowIf(_ended.IsCancellationRequested, this);
        return EnumerateAsync(_options, group, from ?? FloodPosition.Now, onGap, cancellation);
    }

    /// <summary>Canceled when the client is disposed.</summary>
    internal CancellationToken Ended => _ended.Token;

    /// <summary>The clock of all that belongs to the client.</summary>
    internal TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>A subscription for a reader that outlives any outage, the first too.</summary>
    internal Subscription SubscribePatiently(string? group, FloodPosition from, CancellationToken cancellation)
    {
        Word(group);
        return new Subscription(_options with { RequireInitialConnect = false }, _ring.CurrentIndex, group, from, null, _log, cancellation);
    }

    private async IAsyncEnumerable<FloodUpdate> EnumerateAsync(
        FlooddClientOptions with, string? group, FloodPosition from, Action<FloodGap>? onGap, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);

        // The daemon that the client talks to is the first to be asked: those before it are perhaps dead.
        using var subscription = new Subscription(with, _ring.CurrentIndex, group, from, onGap, _log, end.Token);
        while (true)
        {
            FloodUpdate update;
            try
            {
                update = await subscription.NextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                cancellation.ThrowIfCancellationRequested();
                yield break;
            }

            yield return update;
        }
    }

    // Their readers go on elsewhere: none runs inside of whoever disposes.
    private void EndSubscriptions() => _ = _ended.CancelAsync();
}

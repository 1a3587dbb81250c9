// Gives a receiver one update after the other and stores the position of those it has taken. Never skips one, never stores ahead of the receiver.
using System.Runtime.ExceptionServices;
using Floodd.Client.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Floodd.Client.Hosting;

/// <summary>
/// Receives the updates of a group, each acknowledged once its receiver has taken it: only then its position is stored. So each is taken exactly once
/// as long as the program ends by being asked to, and at least once after a crash: at most <see cref="FloodReceiverOptions.StoreEvery"/> updates,
/// those of the last <see cref="FloodReceiverOptions.StoreAfter"/>, come again then.
/// </summary>
/// <param name="client">The client; the subscription has a connection of its own and outlives any outage, from the first moment on.</param>
/// <param name="receiver">The program's own code.</param>
/// <param name="options">Which group, and how.</param>
/// <param name="log">Told of failures; null for nobody.</param>
public sealed class FloodReceiving(FlooddClient client, IFloodReceiver receiver, FloodReceiverOptions options, ILogger<FloodReceiving>? log = null)
{
    // How long storing the last position may take when all is over.
    private static readonly TimeSpan LastStore = TimeSpan.FromSeconds(5);

    private readonly ILogger _log = log ?? NullLogger<FloodReceiving>.Instance;
    private readonly TimeProvider _time = client.TimeProvider;
    private FloodUpdate? _last;
    private int _unstoredCount;
    private long _unstoredSince;

    /// <summary>Receives until canceled, or until the client is disposed; stores the position and returns then. Not to be run twice at once.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FlooddException">
    /// The subscription is refused for good. 501 or 550: the group must be named, or is not there; when it goes on, at every endpoint. 552: an update is larger
    /// than <see cref="FlooddClientOptions.UpdateSizeMax"/>. 554: no floodd, or it cannot be understood.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range, or the group is no name.</exception>
    /// <exception cref="InvalidDataException">The stored position is damaged.</exception>
    /// <exception cref="Exception">What the receiver failed with too often, or what reading the position failed with.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        options.Check();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, client.Ended);
        try
        {
            await ReceiveAllAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            _log.LogInformation("receiving of {Group} ends", options.Group);
        }
        finally
        {
            await StoreLastAsync().ConfigureAwait(false);
        }
    }

    private async Task ReceiveAllAsync(CancellationToken cancellation)
    {
        FloodPosition? stored = await options.Positions.ReadAsync(cancellation).ConfigureAwait(false);
        using Subscription subscription = client.SubscribePatiently(options.Group, stored ?? options.From, cancellation);
        await subscription.BeginAsync().ConfigureAwait(false);
        if (stored is null)
        {
            // Else a crash before the first update would make a later moment "now".
            await StoreAsync(subscription.Position, cancellation).ConfigureAwait(false);
        }

        while (true)
        {
            FloodUpdate update = await NextAsync(subscription, cancellation).ConfigureAwait(false);
            await TakeAsync(update, cancellation).ConfigureAwait(false);
            _last = update;
            _unstoredSince = _unstoredCount++ == 0 ? _time.GetTimestamp() : _unstoredSince;
            if (_unstoredCount >= options.StoreEvery || UntilStore() <= TimeSpan.Zero)
            {
                await StoreAsync(update.Position, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<FloodUpdate> NextAsync(Subscription subscription, CancellationToken cancellation)
    {
        ValueTask<FloodUpdate> coming = subscription.NextAsync();
        if (_unstoredCount == 0 || coming.IsCompleted)
        {
            return await coming.ConfigureAwait(false);
        }

        Task<FloodUpdate> next = coming.AsTask();
        try
        {
            // Cancellation reaches it by itself.
            return await next.WaitAsync(UntilStore(), _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // If storing is canceled, so is the subscription, which must have come to its end before it is disposed.
            await StoreAsync(_last!.Position, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await next.ConfigureAwait(false);
        }
    }

    private TimeSpan UntilStore()
    {
        TimeSpan rest = options.StoreAfter - _time.GetElapsedTime(_unstoredSince);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private async ValueTask TakeAsync(FloodUpdate update, CancellationToken cancellation)
    {
        BackOff? backOff = null;
        for (int tries = 1; ; tries++)
        {
            cancellation.ThrowIfCancellationRequested();
            Exception failure;
            try
            {
                await FlooddTelemetry.ProcessAsync(update, _time, () => receiver.ReceiveAsync(update, cancellation)).ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (cancellation.IsCancellationRequested)
            {
                _log.LogInformation("{Update} was not taken before the end and will come again: {Reason}", update, failure.Message);
                throw new OperationCanceledException(failure.Message, failure, cancellation);
            }

            if (tries == options.TriesMax)
            {
                _log.LogError(failure, "{Update} has failed {Tries} times and is given up", update, tries);
                await GiveUpAsync(update, failure, cancellation).ConfigureAwait(false);
                return;
            }

            TimeSpan wait = (backOff ??= new BackOff(options.BackOffFirst, options.BackOffMax)).Next();
            _log.LogWarning(failure, "{Update} has failed {Tries} times, again in {Wait}", update, tries, wait);
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        }
    }

    private Task GiveUpAsync(FloodUpdate update, Exception failure, CancellationToken cancellation)
    {
        if (options.OnGivenUp is null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return options.OnGivenUp(update, failure, cancellation);
    }

    /// <summary>Stores a position, again and again if it fails: nothing more is received meanwhile, so that no more comes again after a crash than was promised.</summary>
    private async Task StoreAsync(FloodPosition position, CancellationToken cancellation)
    {
        var backOff = new BackOff(options.BackOffFirst, options.BackOffMax);
        while (true)
        {
            try
            {
                await options.Positions.WriteAsync(position, cancellation).ConfigureAwait(false);
                _unstoredCount = 0;
                return;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                TimeSpan wait = backOff.Next();
                _log.LogError(e, "the position in {Group} cannot be stored, again in {Wait}", options.Group, wait);
                await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task StoreLastAsync()
    {
        if (_unstoredCount == 0)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(LastStore, _time);
            await options.Positions.WriteAsync(_last!.Position, limit.Token).ConfigureAwait(false);
            _unstoredCount = 0;
        }
        catch (Exception e)
        {
            _log.LogError(e, "the last position in {Group} cannot be stored: {Count} updates will come again", options.Group, _unstoredCount);
        }
    }
}

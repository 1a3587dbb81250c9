// Updates handed to the daemon: under keys, so that none is lost or flooded twice without being told.
using System.Globalization;

namespace Floodd.Client;

/// <content>Flooding.</content>
public sealed partial class FlooddClient
{
    // An update from a stream up to this size is read first and goes with all other requests; a larger one has a connection of its own.
    private const int OwnConnectionAbove = 256 << 10;

    private readonly FloodKeys keys = new();

    /// <summary>Floods an update. The bytes must not change until the task has ended.</summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The update, of any bytes; may be empty.</param>
    /// <param name="cancellation">Gives up at once. What was written may be flooded all the same.</param>
    /// <returns>The receipt: the site has taken responsibility.</returns>
    /// <exception cref="FlooddException">Refused, or nobody could be reached; see <see cref="FlooddException.MayHaveBeenDone"/>.</exception>
    public Task<FloodReceipt> FloodAsync(string? group, ReadOnlyMemory<byte> update, CancellationToken cancellation = default) =>
        FloodAsync(group, update, FloodOptions.Default, cancellation);

    /// <summary>Floods an update. The bytes must not change until the task has ended.</summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The update, of any bytes; may be empty.</param>
    /// <param name="flood">A key of the caller's own.</param>
    /// <param name="cancellation">Gives up at once. What was written may be flooded all the same.</param>
    /// <returns>The receipt: the site has taken responsibility. If the update came under its key before, the receipt from then.</returns>
    /// <exception cref="FlooddException">Refused, or nobody could be reached; see <see cref="FlooddException.MayHaveBeenDone"/>.</exception>
    /// <exception cref="ArgumentException">A name that is none.</exception>
    public async Task<FloodReceipt> FloodAsync(string? group, ReadOnlyMemory<byte> update, FloodOptions flood, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(flood);
        flood.Check();
        if (flood.Size is { } size && size != update.Length)
        {
            throw new ArgumentException($"the update has {update.Length} bytes, not {size}", nameof(flood));
        }

        string? key = KeyFor(flood);
        string line = Line(group, update.Length, key);
        return FlooddTelemetry.WantsFloods
            ? await FlooddTelemetry.FloodAsync(group, update.Length, options.TimeProvider, () => Endpoint, FloodAsync).ConfigureAwait(false)
            : await FloodAsync().ConfigureAwait(false);

        async Task<FloodReceipt> FloodAsync() =>
            FloodReceipt.From(await AskAsync(line, update, repeatable: options.RetryFloods, cancellation, key).ConfigureAwait(false), key);
    }

    /// <summary>Floods what is left of a stream as one update.</summary>
    /// <inheritdoc cref="FloodAsync(string, Stream, FloodOptions, CancellationToken)"/>
    public Task<FloodReceipt> FloodAsync(string? group, Stream update, CancellationToken cancellation = default) =>
        FloodAsync(group, update, FloodOptions.Default, cancellation);

    /// <summary>
    /// Floods what is left of a stream as one update. If its length is known and above 256 KiB it is never in memory as a whole: it goes over a connection
    /// of its own, so that a slow stream holds up nobody, and is sent again from where it began if it can seek. Else it is read first.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The stream; one whose length is not known may have <see cref="FlooddClientOptions.UpdateSizeMax"/> bytes at most.</param>
    /// <param name="flood">A key of the caller's own; the size of a stream that cannot say it.</param>
    /// <param name="cancellation">Gives up. While the stream is being sent, nothing of it is flooded.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="FlooddException">Refused, or nobody could be reached; see <see cref="FlooddException.MayHaveBeenDone"/>. 552 also when a stream of unknown length is longer than allowed.</exception>
    /// <exception cref="IOException">The stream ended early (<see cref="EndOfStreamException"/>), or has more bytes than it said: nothing is flooded.</exception>
    /// <exception cref="ArgumentException">A name that is none.</exception>
    public async Task<FloodReceipt> FloodAsync(string? group, Stream update, FloodOptions flood, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(flood);
        flood.Check();
        var source = new UpdateSource(update, flood.Size);
        if (source.TryGetMemory(out ReadOnlyMemory<byte> whole))
        {
            return await FloodAsync(group, whole, flood with { Size = null }, cancellation).ConfigureAwait(false);
        }

        if (source.Size is null or <= OwnConnectionAbove)
        {
            Word(group);
            whole = await source.ReadWholeAsync(options.UpdateSizeMax, cancellation).ConfigureAwait(false);
            return await FloodAsync(group, whole, flood with { Size = null }, cancellation).ConfigureAwait(false);
        }

        string? key = KeyFor(flood);
        string line = Line(group, source.Size.Value, key);
        ObjectDisposedException.ThrowIf(ended.IsCancellationRequested, this);
        var upload = new Upload(options, ring, source, line, key, log);
        return await FlooddTelemetry.FloodAsync(
            group,
            source.Size,
            options.TimeProvider,
            () => Endpoint,
            async () => FloodReceipt.From(await upload.RunAsync(ended.Token, cancellation).ConfigureAwait(false), key)).ConfigureAwait(false);
    }

    private string? KeyFor(FloodOptions flood) => flood.Key ?? (options.RetryFloods ? keys.Next() : null);

    // flood [group] SIZE [key KEY]
    private static string Line(string? group, long size, string? key) => key is null
        ? string.Create(CultureInfo.InvariantCulture, $"flood{Word(group)} {size}")
        : string.Create(CultureInfo.InvariantCulture, $"flood{Word(group)} {size} key {key}");
}

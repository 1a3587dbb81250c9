// Updates handed to the daemon: under keys, so that none is lost or flooded twice without being told.
using System.Globalization;
using System.Text;
using Floodd.Client.Connections;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <content>Flooding.</content>
public sealed partial class FlooddClient
{
    // An update from a stream up to this size is read first and goes with all other requests; a larger one has a connection of its own.
    private const int OwnConnectionAbove = 256 << 10;

    // "flood GROUP SIZE key KEY" and its LF.
    private const int LineMax = 6 + UpdateIdText.NameMax + 1 + 10 + 5 + UpdateIdText.NameMax + 1;

    private readonly FloodKeys _keys = new();

    /// <summary>Floods an update. The bytes must not change until the task has ended.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="update">The update, of any bytes; may be empty.</param>
    /// <param name="cancellation">Gives up at once. What was written may be flooded all the same.</param>
    /// <returns>The receipt: the site has taken responsibility.</returns>
    /// <exception cref="FlooddException">
    /// 452: the site's store or disk is full. 502: flooding is not allowed from this client's address. 552: the group takes no update as large.
    /// Whether it may be flooded all the same: <see cref="FlooddException.MayHaveBeenDone"/>, and to go on: <see cref="FlooddException.FloodKey"/>.
    /// </exception>
    public Task<FloodReceipt> FloodAsync(string? group, ReadOnlyMemory<byte> update, CancellationToken cancellation = default) =>
        FloodAsync(group, update, FloodOptions.Default, cancellation);

    /// <summary>Floods an update. The bytes must not change until the task has ended.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="update">The update, of any bytes; may be empty.</param>
    /// <param name="flood">A key of the caller's own.</param>
    /// <param name="cancellation">Gives up at once. What was written may be flooded all the same.</param>
    /// <returns>The receipt: the site has taken responsibility. If the update came under its key before, the receipt from then.</returns>
    /// <exception cref="FlooddException">
    /// 452: the site's store or disk is full. 502: flooding is not allowed from this client's address. 552: the group takes no update as large.
    /// Whether it may be flooded all the same: <see cref="FlooddException.MayHaveBeenDone"/>, and to go on: <see cref="FlooddException.FloodKey"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A group or a key is no name, <see cref="FloodOptions.Size"/> is not the update's, or <paramref name="flood"/> is null.
    /// </exception>
    public async Task<FloodReceipt> FloodAsync(string? group, ReadOnlyMemory<byte> update, FloodOptions flood, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(flood);
        flood.Check();
        if (flood.Size is { } size && size != update.Length)
        {
            throw new ArgumentException($"the update has {update.Length} bytes, not {size}", nameof(flood));
        }

        var request = new Request(Line(group, update.Length, flood, out bool hasKey), update, _options.RetryFloods, hasKey, _options.TimeProvider.GetTimestamp());
        return FlooddTelemetry.WantsFloods
            ? await FloodToldAsync(group, request, cancellation).ConfigureAwait(false)
            : FloodReceipt.From(await _requests.AskAsync(request, cancellation).ConfigureAwait(false), request.Key);
    }

    /// <summary>Floods what is left of a stream as one update.</summary>
    /// <inheritdoc cref="FloodAsync(string, Stream, FloodOptions, CancellationToken)"/>
    public Task<FloodReceipt> FloodAsync(string? group, Stream update, CancellationToken cancellation = default) =>
        FloodAsync(group, update, FloodOptions.Default, cancellation);

    /// <summary>
    /// Floods what is left of a stream as one update. If its length is known and above 256 KiB it is never in memory as a whole: it goes over a connection
    /// of its own, so that a slow stream holds up nobody, and is sent again from where it began if it can seek. Else it is read first.
    /// </summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="update">The stream; one whose length is not known may have <see cref="FlooddClientOptions.UpdateSizeMax"/> bytes at most.</param>
    /// <param name="flood">A key of the caller's own; the size of a stream that cannot say it.</param>
    /// <param name="cancellation">Gives up. While the stream is being sent, nothing of it is flooded.</param>
    /// <returns>The receipt: the site has taken responsibility. If the update came under its key before, the receipt from then.</returns>
    /// <exception cref="FlooddException">
    /// 452: the site's store or disk is full. 502: flooding is not allowed from this client's address. 552: the group takes no update as large, or a stream of
    /// unknown length is longer than allowed, or one of known length than 9,999,999,999 bytes. 0 or 421 also if the connection is lost and the stream cannot
    /// be read again. Whether it may be flooded all the same: <see cref="FlooddException.MayHaveBeenDone"/>, and to go on:
    /// <see cref="FlooddException.FloodKey"/>.
    /// </exception>
    /// <exception cref="IOException">
    /// The stream ended early (<see cref="EndOfStreamException"/>), or has more bytes than it said: nothing is flooded, unless it was whole when it was sent
    /// before and the receipt was lost. Whatever else reading it fails with is thrown as it is.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A group or a key is no name, <see cref="FloodOptions.Size"/> is out of its range, or <paramref name="update"/> or <paramref name="flood"/> is null.
    /// </exception>
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
            whole = await source.ReadWholeAsync(_options.UpdateSizeMax, cancellation).ConfigureAwait(false);
            return await FloodAsync(group, whole, flood with { Size = null }, cancellation).ConfigureAwait(false);
        }

        if (source.Size > FloodOptions.SizeMax)
        {
            // A longer number is no size for the other end, which would read what follows as lines.
            throw new FlooddException(FlooddReplyCode.TooLarge, $"the update has {source.Size} bytes; no update has more than {FloodOptions.SizeMax}");
        }

        byte[] line = Line(group, source.Size.Value, flood, out bool hasKey);
        string? key = hasKey ? Request.KeyIn(line) : null;
        ObjectDisposedException.ThrowIf(_ended.IsCancellationRequested, this);
        var upload = new Upload(_options, _ring, source, line, key, _log);
        return await FlooddTelemetry.FloodAsync(
            group,
            source.Size,
            _options.TimeProvider,
            () => Endpoint,
            async () => FloodReceipt.From(await upload.RunAsync(_ended.Token, cancellation).ConfigureAwait(false), key)).ConfigureAwait(false);
    }

    private Task<FloodReceipt> FloodToldAsync(string? group, Request request, CancellationToken cancellation) => FlooddTelemetry.FloodAsync(
        group, request.Size, _options.TimeProvider, () => Endpoint, async () => FloodReceipt.From(await _requests.AskAsync(request, cancellation).ConfigureAwait(false), request.Key));

    // flood [group] SIZE [key KEY], in bytes with its LF: a small flood costs hardly more than that.
    private byte[] Line(string? group, long size, FloodOptions flood, out bool hasKey)
    {
        Span<byte> line = stackalloc byte[LineMax];
        "flood "u8.CopyTo(line);
        int at = "flood "u8.Length;
        if (group is not null)
        {
            if (!Encoding.UTF8.TryGetBytes(group, line.Slice(at, UpdateIdText.NameMax), out int count) || !UpdateIdText.IsName(line.Slice(at, count)))
            {
                Name(group, nameof(group));
            }

            at += count;
            line[at++] = (byte)' ';
        }

        size.TryFormat(line[at..], out int digits, default, CultureInfo.InvariantCulture);
        at += digits;
        hasKey = flood.Key is not null || _options.RetryFloods;
        if (hasKey)
        {
            " key "u8.CopyTo(line[at..]);
            at += " key "u8.Length;
            at += flood.Key is { } key ? Encoding.UTF8.GetBytes(key, line[at..]) : _keys.Next(line[at..]);
        }

        line[at++] = (byte)'\n';
        return line[..at].ToArray();
    }
}

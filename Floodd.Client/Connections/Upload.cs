// One large update from a stream, over a connection of its own, again if it must and may. Never lets the daemon have the last byte before the stream has ended where it should.
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>A flood from a stream.</summary>
/// <param name="options">Where and how to connect.</param>
/// <param name="ring">The endpoints; the client's own is tried first.</param>
/// <param name="source">The stream.</param>
/// <param name="line">The command line with its LF.</param>
/// <param name="key">Its key, if it has one.</param>
/// <param name="log">Told of interruptions.</param>
internal sealed class Upload(FlooddClientOptions options, EndpointRing ring, UpdateSource source, byte[] line, string? key, ILogger log)
{
    private const int PieceSize = 64 << 10;

    // The daemon may have said why it closed: that long is listened for it after a write failed.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    // An update at which the connection is lost each time may be the reason.
    private const int AttemptsMax = 5;

    private readonly BackOff _backOff = new(options.BackOffFirst, options.BackOffMax);
    private bool _maybeSent;
    private bool _mayHaveBeenDone;

    /// <summary>Sends it and waits for the receipt.</summary>
    /// <param name="closing">The client is disposed of.</param>
    /// <param name="cancellation">The caller gives up.</param>
    /// <exception cref="FlooddException">Refused, or not answered.</exception>
    public async Task<Reply> RunAsync(CancellationToken closing, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(closing, cancellation);
        long outageBegan = options.TimeProvider.GetTimestamp();
        long? troubleBegan = null;
        int attempts = 0;
        try
        {
            while (true)
            {
                bool connected = false;
                try
                {
                    using Connection connection = await OpenAsync(end.Token).ConfigureAwait(false);
                    connected = true;
                    return await SendAsync(connection, end.Token).ConfigureAwait(false);
                }
                catch (FlooddException e)
                {
                    bool notTaken = e.Code == FlooddReplyCode.Busy;
                    _mayHaveBeenDone |= _maybeSent && (e.Code is FlooddReplyCode.Unreachable or FlooddReplyCode.Unreadable);
                    _maybeSent = false;
                    attempts += connected ? 1 : 0;
                    outageBegan = connected ? options.TimeProvider.GetTimestamp() : outageBegan;
                    troubleBegan ??= options.TimeProvider.GetTimestamp();

                    // A few connections lost within a moment are not the update's fault.
                    bool triedEnough = attempts >= AttemptsMax && IsLong(troubleBegan.Value);
                    if (!(e.IsUnreachable || notTaken) || triedEnough || IsLong(outageBegan) || !source.IsAtStart || (_mayHaveBeenDone && !options.RetryFloods))
                    {
                        throw e.For(_mayHaveBeenDone, key);
                    }

                    ClientLog.StreamInterrupted(log, ring.Current, e.Message);
                }

                await Task.Delay(_backOff.Next(), options.TimeProvider, end.Token).ConfigureAwait(false);
                source.Restart();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && closing.IsCancellationRequested)
        {
            throw FlooddException.Lost("the client was closed").For(_mayHaveBeenDone || _maybeSent, key);
        }
    }

    private bool IsLong(long since) =>
        options.ReconnectTimeout != Timeout.InfiniteTimeSpan && options.TimeProvider.GetElapsedTime(since) >= options.ReconnectTimeout;

    /// <summary>Connects to where the client is connected, else to the first of the others that greets.</summary>
    private Task<Connection> OpenAsync(CancellationToken cancellation) => Connection.OpenAsync(options, ring.CurrentIndex, cancellation);

    private async Task<Reply> SendAsync(Connection connection, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long wroteAt = options.TimeProvider.GetTimestamp();
        Task<Reply> reading = ReadAsync(connection, end.Token);
        Task writing = WriteAsync(connection, () => Volatile.Write(ref wroteAt, options.TimeProvider.GetTimestamp()), cancellation, end.Token);
        Task watching = new Watch(options, log).UploadAsync(
            connection.Peer, () => Math.Max(Volatile.Read(ref wroteAt), connection.Replies.HeardAt), end.Token);
        try
        {
            // A refusal comes while it is being sent: the rest is not worth sending.
            Task first = await Task.WhenAny(reading, writing, watching).ConfigureAwait(false);
            if (first == writing && writing.IsCompletedSuccessfully)
            {
                first = await Task.WhenAny(reading, watching).ConfigureAwait(false);
            }
            else if (first == writing && writing.Exception?.InnerException is FlooddException)
            {
                await Task.WhenAny(reading, Task.Delay(LastWords, options.TimeProvider, end.Token)).ConfigureAwait(false);
                first = reading.IsCompleted ? reading : writing;
            }

            await first.ConfigureAwait(false);
            return await reading.ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            connection.Dispose();
            await Task.WhenAll(reading, writing, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<Reply> ReadAsync(Connection connection, CancellationToken cancellation)
    {
        Reply reply = (await connection.Replies.NextAsync(cancellation).ConfigureAwait(false)).Reply ?? throw FlooddException.Misunderstood("an update without a subscription");
        return reply.IsGood ? reply : throw FlooddException.Of(reply);
    }

    private async Task WriteAsync(Connection connection, Action wrote, CancellationToken giveUp, CancellationToken cancellation)
    {
        await PutAsync(connection, line, cancellation).ConfigureAwait(false);
        byte[] piece = new byte[PieceSize];
        byte[] next = new byte[PieceSize];
        long left = source.Size!.Value;
        int count = await source.ReadAsync(piece, giveUp, cancellation).ConfigureAwait(false);
        while (count > 0)
        {
            // One piece ahead, so that the stream has ended before its last byte leaves.
            int following = await source.ReadAsync(next, giveUp, cancellation).ConfigureAwait(false);
            left -= count;
            if (left < 0 || (left == 0 && following > 0))
            {
                throw source.Longer();
            }

            if (left > 0 && following == 0)
            {
                throw source.Shorter(source.Size.Value - left);
            }

            _maybeSent = left == 0;
            await PutAsync(connection, piece.AsMemory(0, count), cancellation).ConfigureAwait(false);
            wrote();
            (piece, next, count) = (next, piece, following);
        }

        if (left > 0)
        {
            throw source.Shorter(source.Size.Value - left);
        }
    }

    private static async Task PutAsync(Connection connection, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await connection.Stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw FlooddException.Lost("the connection was lost", e);
        }
    }
}

// Requests and replies on one connection: one loop writes in batches, one reads and matches in order. Neither ever waits for the other.
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>A pipelined exchange, from a fresh connection to its end.</summary>
internal sealed class Conversation(Connection connection)
{
    // A body up to this size is copied next to its line; a larger one goes to the socket as it is.
    private const int CopyMax = 16 << 10;
    private const int FlushAt = 64 << 10;
    private const int Slice = 256 << 10;

    // The daemon may have said why it closed: that long is listened for it after a write failed.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Request> inFlight = new();
    private readonly List<Request> batch = [];
    private readonly PipeWriter output = PipeWriter.Create(connection.Stream, new StreamPipeWriterOptions(minimumBufferSize: FlushAt, leaveOpen: true));

    // How many of the requests that an earlier connection left behind have been taken up.
    private int written;

    /// <summary>How many requests were answered.</summary>
    public int AnsweredCount { get; private set; }

    /// <summary>Talks until the connection is lost or <paramref name="cancellation"/>.</summary>
    /// <param name="again">Requests that an earlier connection left behind: they go first.</param>
    /// <param name="waiting">All others.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Why it ended, and the requests that have no answer yet, in order.</returns>
    public async Task<(FlooddException Reason, List<Request> Open)> RunAsync(
        List<Request> again, ChannelReader<Request> waiting, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reading = ReadAsync(end.Token);
        Task writing = WriteAsync(again, waiting, end.Token);
        Task first = await Task.WhenAny(reading, writing).ConfigureAwait(false);
        if (first == writing)
        {
            await Task.WhenAny(reading, Task.Delay(LastWords, end.Token)).ConfigureAwait(false);
            first = reading.IsCompleted ? reading : writing;
        }

        await end.CancelAsync().ConfigureAwait(false);
        connection.Dispose();
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? cause = first.Exception?.InnerException;
        FlooddException reason = cause as FlooddException ?? FlooddException.Lost(cause?.Message ?? "the client was closed", cause);
        List<Request> open = [.. inFlight, .. again.Skip(written)];
        return (reason, open);
    }

    private async Task WriteAsync(List<Request> again, ChannelReader<Request> waiting, CancellationToken cancellation)
    {
        while (written < again.Count)
        {
            await PutAsync(again[written++], cancellation).ConfigureAwait(false);
        }

        do
        {
            while (waiting.TryRead(out Request? request))
            {
                await PutAsync(request, cancellation).ConfigureAwait(false);
            }

            await FlushAsync(cancellation).ConfigureAwait(false);
        }
        while (await waiting.WaitToReadAsync(cancellation).ConfigureAwait(false));
    }

    private async ValueTask PutAsync(Request request, CancellationToken cancellation)
    {
        if (!request.TryUse())
        {
            return;
        }

        // Before its first byte leaves, so that the reply always finds it.
        inFlight.Enqueue(request);
        try
        {
            Copy(request.Line);
            if (request.Body.Length <= CopyMax)
            {
                Copy(request.Body.Span);
                batch.Add(request);
                if (output.UnflushedBytes >= FlushAt)
                {
                    await FlushAsync(cancellation).ConfigureAwait(false);
                }

                return;
            }

            await FlushAsync(cancellation).ConfigureAwait(false);
            ReadOnlyMemory<byte> rest = request.Body;
            while (rest.Length > Slice)
            {
                await connection.Stream.WriteAsync(rest[..Slice], cancellation).ConfigureAwait(false);
                rest = rest[Slice..];
            }

            request.MaybeSent();
            await connection.Stream.WriteAsync(rest, cancellation).ConfigureAwait(false);
        }
        finally
        {
            request.Release();
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        foreach (Request request in batch)
        {
            request.MaybeSent();
        }

        batch.Clear();
        await output.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Incoming incoming = await connection.Replies.NextAsync(cancellation).ConfigureAwait(false);
            Reply reply = incoming.Reply ?? throw FlooddException.Misunderstood("an update without a subscription");

            // 421 answers the oldest open request and all behind it: none of them was taken.
            if (reply.Code == ReplyCode.Busy || !inFlight.TryDequeue(out Request? request))
            {
                throw FlooddException.Of(reply);
            }

            request.Answer(reply);
            AnsweredCount++;
            if (reply.Code == ReplyCode.Unreadable)
            {
                throw FlooddException.Of(reply);
            }
        }
    }
}

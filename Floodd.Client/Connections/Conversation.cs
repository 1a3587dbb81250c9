// Requests and replies on one connection: one loop writes in batches, one reads and matches in order. Neither ever waits for the other.
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Floodd.Client.Connections;

/// <summary>A pipelined exchange, from a fresh connection to its end.</summary>
/// <param name="connection">The connection; it is closed in the end.</param>
/// <param name="queue">What to ask.</param>
/// <param name="watch">Notices when the daemon is dead.</param>
/// <param name="time">The clock.</param>
internal sealed class Conversation(Connection connection, RequestQueue queue, Watch watch, TimeProvider time)
{
    private const int FlushAt = 64 << 10;

    // The daemon may have said why it closed: that long is listened for it after a write failed.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Request> _inFlight = new();
    private readonly List<Request> _taken = [];
    private readonly List<Request> _batch = [];
    private readonly PipeWriter _output = PipeWriter.Create(connection.Stream, new StreamPipeWriterOptions(minimumBufferSize: FlushAt, leaveOpen: true));

    // How many of those taken were put into the buffer.
    private int _put;

    /// <summary>How many requests were answered.</summary>
    public int AnsweredCount { get; private set; }

    /// <summary>Talks until the connection is lost or <paramref name="cancellation"/>.</summary>
    /// <returns>Why it ended, and the requests that have no answer yet, in order; they are on nobody's way any more.</returns>
    public async Task<(FlooddException Reason, List<Request> Open)> RunAsync(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reading = ReadAsync(end.Token);
        Task writing = WriteAsync(end.Token);
        Task watching = watch.ConversationAsync(connection, queue, () => _inFlight.TryPeek(out Request? oldest) ? oldest : null, end.Token);
        Task first = await Task.WhenAny(reading, writing, watching).ConfigureAwait(false);
        if (first == writing)
        {
            await Task.WhenAny(reading, Task.Delay(LastWords, time, end.Token)).ConfigureAwait(false);
            first = reading.IsCompleted ? reading : writing;
        }

        await end.CancelAsync().ConfigureAwait(false);
        connection.Dispose();
        await Task.WhenAll(reading, writing, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? cause = first.Exception?.InnerException;
        FlooddException reason = cause as FlooddException ?? FlooddException.Lost(cause?.Message ?? "the client was closed", cause);
        List<Request> open = [.. _inFlight, .. _taken.Skip(_put)];
        open.ForEach(queue.Done);
        return (reason, open);
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        while (true)
        {
            _taken.Clear();
            _put = 0;
            if (queue.Take(_taken) is { } more)
            {
                await FlushAsync(cancellation).ConfigureAwait(false);
                await more.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            while (_put < _taken.Count)
            {
                Request request = _taken[_put++];
                if (request.TryBegin())
                {
                    await PutAsync(request, cancellation).ConfigureAwait(false);
                }
                else
                {
                    queue.Done(request);
                }
            }
        }
    }

    private async ValueTask PutAsync(Request request, CancellationToken cancellation)
    {
        // Before its first byte leaves, so that the reply always finds it.
        _inFlight.Enqueue(request);
        request.Line.CopyTo(_output.GetSpan(request.Line.Length));
        _output.Advance(request.Line.Length);
        bool whole;
        do
        {
            _output.Advance(request.CopyNext(_output.GetSpan(), out whole));
            if (whole)
            {
                _batch.Add(request);
            }

            if (_output.UnflushedBytes >= FlushAt)
            {
                await FlushAsync(cancellation).ConfigureAwait(false);
            }
        }
        while (!whole);
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        foreach (Request request in _batch)
        {
            request.MaybeSent();
        }

        _batch.Clear();
        await _output.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Incoming incoming = await connection.Replies.NextAsync(cancellation).ConfigureAwait(false);
            Reply reply = incoming.Reply ?? throw FlooddException.Misunderstood("an update without a subscription");

            // 421 answers the oldest open request and all behind it: none of them was taken.
            if (reply.Code == FlooddReplyCode.Busy || !_inFlight.TryDequeue(out Request? request))
            {
                throw reply.IsGood ? FlooddException.Misunderstood($"{reply.Code} {reply.Text}") : FlooddException.Of(reply);
            }

            queue.Done(request);
            request.Answer(reply);
            AnsweredCount++;
            if (reply.Code == FlooddReplyCode.Unreadable)
            {
                throw FlooddException.Of(reply);
            }
        }
    }
}

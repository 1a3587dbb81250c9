// Keeps a client's requests flowing: one conversation after another, with back-off between. Never loses or repeats a flood silently.
using System.Threading.Channels;
using Floodd.Client.Protocol;
using Microsoft.Extensions.Logging;

namespace Floodd.Client;

/// <summary>The requests of a client and the connection that they go over.</summary>
internal sealed class RequestQueue : IAsyncDisposable
{
    // Enough to fill a batch many times over; more would only be memory.
    private const int WaitingMax = 4096;

    private readonly FlooddClientOptions options;
    private readonly ILogger log;
    private readonly Channel<Request> waiting = Channel.CreateBounded<Request>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly CancellationTokenSource stopping = new();
    private readonly BackOff backOff;
    private readonly Task running;

    /// <summary>Begins with a connection that stands.</summary>
    public RequestQueue(FlooddClientOptions options, Connection first, ILogger log)
    {
        this.options = options;
        this.log = log;
        backOff = new BackOff(options.BackOffFirst, options.BackOffMax);
        Endpoint = first.Endpoint;
        running = RunAsync(first);
    }

    /// <summary>The daemon that is talked to, or was last.</summary>
    public FlooddEndpoint Endpoint { get; private set; }

    /// <summary>Sends a request and awaits its reply.</summary>
    /// <exception cref="FlooddException">Refused, or not answered.</exception>
    public async Task<Reply> AskAsync(string line, ReadOnlyMemory<byte> body, bool repeatable, CancellationToken cancellation)
    {
        var request = new Request(line, body, repeatable);
        try
        {
            await waiting.Writer.WriteAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(FlooddClient));
        }

        using CancellationTokenRegistration giveUp = cancellation.UnsafeRegister(static (state, by) => ((Request)state!).Cancel(by), request);
        return await request.Answered.ConfigureAwait(false);
    }

    /// <summary>Ends the connection; what has no reply yet fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (waiting.Writer.TryComplete())
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
            stopping.Dispose();
        }
    }

    private async Task RunAsync(Connection? connection)
    {
        List<Request> again = [];
        try
        {
            while (connection is not null || await NeededAsync(again).ConfigureAwait(false))
            {
                connection ??= await OpenAsync(again).ConfigureAwait(false);
                if (connection is null)
                {
                    again.Clear();
                    continue;
                }

                var conversation = new Conversation(connection);
                (FlooddException reason, List<Request> open) = await conversation.RunAsync(again, waiting.Reader, stopping.Token).ConfigureAwait(false);
                again = open.FindAll(request => request.SendAgain(reason, reason.Code == ReplyCode.Busy));
                log.LogInformation("connection to {Endpoint} ended: {Reason}", connection.Endpoint, reason.Message);
                connection = null;
                if (conversation.AnsweredCount > 0)
                {
                    backOff.Reset();
                }
                else
                {
                    await Task.Delay(backOff.Next(), stopping.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.LogDebug("the client was closed");
        }
        finally
        {
            waiting.Writer.TryComplete();
            FailAll(again, FlooddException.Lost("the client was closed"));
        }
    }

    /// <summary>Waits until there is a reason to have a connection.</summary>
    private ValueTask<bool> NeededAsync(List<Request> again) =>
        again.Count > 0 ? ValueTask.FromResult(true) : waiting.Reader.WaitToReadAsync(stopping.Token);

    /// <summary>Connects, for as long as a request may wait; else fails all that wait.</summary>
    private async Task<Connection?> OpenAsync(List<Request> again)
    {
        long begun = Environment.TickCount64;
        while (true)
        {
            try
            {
                Connection connection = await Connection.OpenAsync(options, 0, stopping.Token).ConfigureAwait(false);
                Endpoint = connection.Endpoint;
                log.LogInformation("connected to {Endpoint}", Endpoint);
                return connection;
            }
            catch (FlooddException e)
            {
                TimeSpan wait = backOff.Next();
                if (Environment.TickCount64 - begun + wait.TotalMilliseconds > options.ReconnectTimeout.TotalMilliseconds)
                {
                    log.LogWarning("no daemon can be reached: {Reason}", e.Message);
                    FailAll(again, e);
                    return null;
                }

                await Task.Delay(wait, stopping.Token).ConfigureAwait(false);
            }
        }
    }

    private void FailAll(List<Request> again, FlooddException reason)
    {
        again.ForEach(request => request.Fail(reason));
        while (waiting.Reader.TryRead(out Request? request))
        {
            request.Fail(reason);
        }
    }
}

// One TCP connection to a daemon, greeted and ready. Knows how to be made and closed; what is said on it is for others.
using System.Net.Sockets;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>A connection to a daemon's client port.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket socket;

    private Connection(FlooddEndpoint endpoint, Socket socket, int updateSizeMax)
    {
        this.socket = socket;
        Endpoint = endpoint;
        Stream = new NetworkStream(socket, ownsSocket: true);
        Replies = new ReplyStream(Stream, updateSizeMax);
    }

    /// <summary>Whom it leads to.</summary>
    public FlooddEndpoint Endpoint { get; }

    /// <summary>For writing.</summary>
    public NetworkStream Stream { get; }

    /// <summary>For reading.</summary>
    public ReplyStream Replies { get; }

    /// <summary>Connects to the first endpoint that greets, trying each once, from <paramref name="start"/> on.</summary>
    /// <exception cref="FlooddException">None does; the text has each one's reason.</exception>
    public static async Task<Connection> OpenAsync(FlooddClientOptions options, int start, CancellationToken cancellation)
    {
        var reasons = new List<string>();
        FlooddException? last = null;
        for (int i = 0; i < options.Endpoints.Length; i++)
        {
            FlooddEndpoint endpoint = options.Endpoints[(start + i) % options.Endpoints.Length];
            try
            {
                return await OpenAsync(endpoint, options, cancellation).ConfigureAwait(false);
            }
            catch (FlooddException e)
            {
                reasons.Add($"{endpoint}: {e.Text}");
                last = e;
            }
        }

        throw new FlooddException(last?.Code ?? 0, string.Join("; ", reasons), last);
    }

    /// <summary>Connects to one endpoint.</summary>
    /// <exception cref="FlooddException">It cannot be reached, does not greet in time, or refuses.</exception>
    public static async Task<Connection> OpenAsync(FlooddEndpoint endpoint, FlooddClientOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        bool greeted = false;
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token).ConfigureAwait(false);
            var connection = new Connection(endpoint, socket, options.UpdateSizeMax);
            Reply? greeting = (await connection.Replies.NextAsync(limit.Token).ConfigureAwait(false)).Reply;
            if (greeting is not { Code: ReplyCode.Ready })
            {
                throw greeting is null ? FlooddException.Misunderstood("no greeting") : FlooddException.Of(greeting);
            }

            greeted = true;
            return connection;
        }
        catch (SocketException e)
        {
            throw FlooddException.Lost(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost($"no greeting within {options.ConnectTimeout.TotalSeconds:0.###} s", e);
        }
        finally
        {
            if (!greeted)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>One request and its reply, on a connection that carries nothing else meanwhile.</summary>
    public async Task<Reply> AskAsync(string line, CancellationToken cancellation)
    {
        try
        {
            await Stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw FlooddException.Lost("the connection was lost", e);
        }

        Incoming incoming = await Replies.NextAsync(cancellation).ConfigureAwait(false);
        return incoming.Reply switch
        {
            null => throw FlooddException.Misunderstood("an update before the reply"),
            { IsGood: true } reply => reply,
            { Code: ReplyCode.NotYet } reply => reply,
            { } reply => throw FlooddException.Of(reply),
        };
    }

    /// <summary>Closes it; whatever waits on it ends.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        socket.Dispose();
    }
}

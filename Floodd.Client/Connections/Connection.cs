// One TCP connection to a daemon, greeted and ready. Knows how to be made and closed; what is said on it is for others.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client.Connections;

/// <summary>A connection to a daemon's client port.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket;

    private Connection(FlooddEndpoint endpoint, Socket socket, FlooddClientOptions options)
    {
        _socket = socket;
        Endpoint = endpoint;
        Peer = socket.RemoteEndPoint is IPEndPoint { Address: var address, Port: var port }
            ? new FlooddEndpoint((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(), port) : endpoint;
        Stream = new NetworkStream(socket, ownsSocket: true);
        Replies = new ReplyStream(Stream, options.UpdateSizeMax, options.TimeProvider);
    }

    /// <summary>Whom it leads to.</summary>
    public FlooddEndpoint Endpoint { get; }

    /// <summary>The address at the other end: of the daemons that go by one name, this one.</summary>
    public FlooddEndpoint Peer { get; }

    /// <summary>The name of the daemon's site.</summary>
    public string SiteName { get; private set; } = "";

    /// <summary>The daemon's version.</summary>
    public string Version { get; private set; } = "";

    /// <summary>For writing.</summary>
    public NetworkStream Stream { get; }

    /// <summary>For reading.</summary>
    public ReplyStream Replies { get; }

    /// <summary>Connects to the first endpoint that greets, trying each once, from <paramref name="start"/> on.</summary>
    /// <exception cref="FlooddException">None does; the text has each one's reason.</exception>
    public static Task<Connection> OpenAsync(FlooddClientOptions options, int start, CancellationToken cancellation)
    {
        int first = start % options.Endpoints.Length;
        return OpenAsync([.. options.Endpoints[first..], .. options.Endpoints[..first]], options, failed: null, cancellation);
    }

    /// <summary>Connects to the first endpoint that greets, trying each once.</summary>
    /// <param name="endpoints">Whom.</param>
    /// <param name="options">How.</param>
    /// <param name="failed">Told of each failure.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">None does; the text has each one's reason. It is transient if one of the reasons is.</exception>
    public static async Task<Connection> OpenAsync(
        FlooddEndpoint[] endpoints, FlooddClientOptions options, Action<FlooddEndpoint, FlooddException>? failed, CancellationToken cancellation)
    {
        var reasons = new List<string>();
        FlooddException? reason = null;
        foreach (FlooddEndpoint endpoint in endpoints)
        {
            try
            {
                return await OpenAsync(endpoint, options, cancellation).ConfigureAwait(false);
            }
            catch (FlooddException e)
            {
                failed?.Invoke(endpoint, e);
                reasons.Add($"{endpoint}: {e.Text}");
                reason = reason is { IsTransient: true } && !e.IsTransient ? reason : e;
            }
        }

        throw new FlooddException(reason?.Code ?? FlooddReplyCode.Unreachable, string.Join("; ", reasons), reason);
    }

    /// <summary>Connects to one endpoint.</summary>
    /// <exception cref="FlooddException">It cannot be reached, does not greet in time, or refuses.</exception>
    public static async Task<Connection> OpenAsync(FlooddEndpoint endpoint, FlooddClientOptions options, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        Socket? socket = null;
        bool greeted = false;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            KeepAlive(socket);
            Task connecting = socket.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token).AsTask();
            try
            {
                // A name server that does not answer is not given up by whoever asks it.
                await connecting.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!connecting.IsCompleted)
            {
                connecting.Leave();
                throw;
            }

            var connection = new Connection(endpoint, socket, options);
            connection.Greeted((await connection.Replies.NextAsync(limit.Token).ConfigureAwait(false)).Reply);
            greeted = true;
            return connection;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // An argument: a name that no name can be, told by a daemon.
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
                socket?.Dispose();
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
            { Code: ReplyCode.NotYet } reply when line.StartsWith("wait", StringComparison.Ordinal) => reply,
            { } reply => throw FlooddException.Of(reply),
        };
    }

    /// <summary>Asks for a sign of life.</summary>
    /// <returns>How long it took to come.</returns>
    public async Task<TimeSpan> PingAsync(TimeProvider time, CancellationToken cancellation)
    {
        long asked = time.GetTimestamp();
        await AskAsync("ping", cancellation).ConfigureAwait(false);
        return time.GetElapsedTime(asked);
    }

    // greeting = "200 floodd " VERSION " site " SITE " ready" LF
    private void Greeted(Reply? greeting)
    {
        if (greeting is null)
        {
            throw FlooddException.Misunderstood("no greeting");
        }

        if (greeting.Code >= 400)
        {
            throw FlooddException.Of(greeting);
        }

        if (greeting.Code != ReplyCode.Ready || greeting.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["floodd", var version, "site", var site, ..])
        {
            throw new FlooddException(FlooddReplyCode.Unreadable, $"no floodd: it greets with '{Printable.Text($"{greeting.Code} {greeting.Text}")}'");
        }

        (Version, SiteName) = (Printable.Text(version), Printable.Text(site));
    }

    // A host that has vanished is noticed by the system, even where nobody waits for a reply: after 30 s of silence, 5 times every 5 s.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 5);
    }

    /// <summary>Closes it; whatever waits on it ends.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        _socket.Dispose();
    }
}

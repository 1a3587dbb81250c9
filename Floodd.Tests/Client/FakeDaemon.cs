// A client port without a daemon behind it: real sockets on a free loopback port, answers from the test. Leaves nothing running.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Floodd.Client;
using Floodd.Client.Protocol;

namespace Floodd.Tests.Client;

/// <summary>What a request is answered with; the session is told what to say.</summary>
internal delegate Task Answer(FakeSession session, string line, byte[] body);

/// <summary>One connection to the fake.</summary>
internal sealed class FakeSession(Socket socket, int number)
{
    /// <summary>1 for the first connection.</summary>
    public int Number => number;

    /// <summary>Whether each byte travels alone.</summary>
    public bool ByteByByte { get; set; }

    public async Task SayAsync(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int step = ByteByByte ? 1 : Math.Max(bytes.Length, 1);
        for (int i = 0; i < bytes.Length; i += step)
        {
            await socket.SendAsync(bytes.AsMemory(i, step));
        }
    }

    /// <summary>Ends the connection as a crash would.</summary>
    public void Drop()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Ends the connection once what was said is read.</summary>
    public void Finish() => socket.Shutdown(SocketShutdown.Send);
}

internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentBag<Task> sessions = [];
    private readonly Answer answer;
    private readonly string greeting;
    private readonly Task accepting;
    private int count;

    /// <summary>Begins to listen on a free port, or again where another listened before.</summary>
    public FakeDaemon(Answer answer, string greeting = "200 floodd 0 site fake ready\n", FlooddEndpoint? at = null)
    {
        this.answer = answer;
        this.greeting = greeting;
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, at?.Port ?? 0));
        listener.Listen();
        accepting = AcceptAsync();
    }

    /// <summary>Awaited before a session is greeted.</summary>
    public Func<FakeSession, Task> BeforeGreeting { get; set; } = _ => Task.CompletedTask;

    /// <summary>The same as <see cref="Received"/>, to be awaited.</summary>
    public Channel<(int Session, string Line, byte[] Body)> Arrivals { get; } = Channel.CreateUnbounded<(int, string, byte[])>();

    public FlooddEndpoint Endpoint => new("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);

    public ConcurrentQueue<(string Line, byte[] Body)> Received { get; } = new();

    public int SessionCount => count;

    public FlooddClientOptions Options => new()
    {
        Endpoints = [Endpoint],
        BackOffFirst = TimeSpan.FromMilliseconds(1),
        BackOffMax = TimeSpan.FromMilliseconds(10),
        ReconnectTimeout = TimeSpan.FromSeconds(10),
    };

    public Task<FlooddClient> ConnectAsync() => FlooddClient.ConnectAsync(Options);

    /// <summary>An endpoint where nobody listens.</summary>
    public static FlooddEndpoint Nobody()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new FlooddEndpoint("127.0.0.1", ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>Answers pings and floods.</summary>
    public static Task Good(FakeSession session, string line, byte[] body) => session.SayAsync(
        line == "ping" ? "250 pong\n" : FormattableString.Invariant($"250 fake/1f/{body.Length + 1} flooded to g, {body.Length} bytes\n"));

    /// <summary>A flood's line without its key.</summary>
    public static string WithoutKey(string line) => line.Split(" key ")[0];

    /// <summary>A flood's key; null if it has none.</summary>
    public static string? KeyOf(string line) => line.Split(" key ") is [_, var key] ? key : null;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(sessions);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(stopping.Token);
                socket.NoDelay = true;
                sessions.Add(ServeAsync(socket, new FakeSession(socket, Interlocked.Increment(ref count))));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
            return;
        }
    }

    private async Task ServeAsync(Socket socket, FakeSession session)
    {
        var reader = new RequestReader(4096);
        var body = new MemoryStream();
        byte[] unread = [];
        byte[] block = new byte[64 << 10];
        string line = "";
        try
        {
            await BeforeGreeting(session).WaitAsync(stopping.Token);
            await session.SayAsync(greeting);
            while (true)
            {
                int read = await socket.ReceiveAsync(block, stopping.Token);
                if (read == 0)
                {
                    return;
                }

                unread = [.. unread, .. block.AsSpan(0, read)];
                while (Take(reader, ref unread, body, ref line, out bool whole))
                {
                    if (whole)
                    {
                        Received.Enqueue((line, body.ToArray()));
                        Arrivals.Writer.TryWrite((session.Number, line, body.ToArray()));
                        await answer(session, line, body.ToArray()).WaitAsync(stopping.Token);
                        body.SetLength(0);
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client went, or the test is over.
            return;
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static bool Take(RequestReader reader, ref byte[] unread, MemoryStream body, ref string line, out bool whole)
    {
        RequestToken token = reader.Read(unread, out int consumed, out ReadOnlySpan<byte> data);
        whole = token == RequestToken.End;
        if (token == RequestToken.Command)
        {
            line = Encoding.UTF8.GetString(data);
            RequestLine request = RequestLine.Parse(data);
            whole = request.Verb != Verb.Flood;
            if (!whole)
            {
                reader.ExpectSized(request.Size);
            }
        }
        else if (token == RequestToken.Body)
        {
            body.Write(data);
        }

        unread = unread[consumed..];
        return token != RequestToken.NeedMore;
    }
}

// A core behind a real loopback port, for the library's own connections: cuts what goes either way at random and keeps it. Leaves nothing running.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Floodd.Client;
using Floodd.Core;

namespace Floodd.Tests.Client;

internal sealed class CoreServer : IAsyncDisposable
{
    private readonly CoreDaemon daemon = new();
    private readonly Lock gate = new();
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentBag<Task> work = [];
    private readonly Random random;
    private readonly List<(MemoryStream Sent, MemoryStream Heard)> talks = [];

    public CoreServer(Random random)
    {
        this.random = random;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        work.Add(AcceptAsync());
    }

    public FlooddEndpoint Endpoint => new("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);

    /// <summary>What the client of a connection, from 0, sent and heard so far.</summary>
    public (byte[] Sent, byte[] Heard) Talk(int connection)
    {
        lock (gate)
        {
            return (talks[connection].Sent.ToArray(), talks[connection].Heard.ToArray());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await Task.WhenAll(work);
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(end.Token);
                socket.NoDelay = true;
                work.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
            return;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        ConnectionId session;
        (MemoryStream Sent, MemoryStream Heard) talk = (new MemoryStream(), new MemoryStream());
        lock (gate)
        {
            session = daemon.Open();
            talks.Add(talk);
        }

        byte[] block = new byte[64 << 10];
        try
        {
            int count = 0;
            do
            {
                foreach (byte[] piece in Step(session, talk, block.AsSpan(0, count)))
                {
                    await socket.SendAsync(piece, end.Token);
                }
            }
            while ((count = await socket.ReceiveAsync(block, end.Token)) > 0);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client went, or the test is over.
            return;
        }
        finally
        {
            socket.Dispose();
            lock (gate)
            {
                daemon.Vanish(session);
            }
        }
    }

    /// <summary>Hands bytes to the core in random pieces; what it says to this client then comes in random pieces too.</summary>
    private List<byte[]> Step(ConnectionId session, (MemoryStream Sent, MemoryStream Heard) talk, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            talk.Sent.Write(bytes);
            foreach (byte[] piece in SplitStream.Split(bytes.ToArray(), random, 5000))
            {
                daemon.Say(session, piece);
            }

            byte[] said = daemon.Take(session).Said;
            talk.Heard.Write(said);
            return [.. SplitStream.Split(said, random, 2000)];
        }
    }
}

// The proxy that tests of the library go through does what it is told, to the byte.
using System.Net;
using System.Net.Sockets;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

[Parallelizable]
internal sealed class FaultProxyTests
{
    private static readonly byte[] Sent = [.. Enumerable.Range(0, 20).Select(i => (byte)i)];

    [Test]
    public async Task A_connection_is_cut_after_exactly_as_many_bytes_as_told([Values] CutKind kind, [Values] Way way, [Values(CutEnds.Both, CutEnds.Client, CutEnds.Daemon)] CutEnds ends)
    {
        using TcpListener daemon = Listen(out int port);
        for (int after = 0; after <= Sent.Length; after++)
        {
            await using var proxy = new FaultProxy(port, _ => new FaultPlan { Cut = new Cut(way, after, kind, ends) });
            using Socket client = await ConnectAsync(proxy);
            using Socket far = await daemon.AcceptSocketAsync();
            (Socket from, Socket to, CutEnds toEnd) = way == Way.ToDaemon ? (client, far, CutEnds.Daemon) : (far, client, CutEnds.Client);
            await SendAsync(from, Sent);
            if (ends.HasFlag(toEnd))
            {
                Assert.That(await ReadToEndAsync(to), Is.EqualTo(Sent[..after]), $"after {after}");
            }
            else
            {
                // This end hears of nothing; the other one does.
                Assert.That(await ReadToEndAsync(from), Is.Empty);
                Assert.That(to.Available, Is.EqualTo(after));
            }

            Assert.That(proxy.CutCount, Is.EqualTo(1));
            Assert.That(proxy.BytesDelivered(way), Is.EqualTo(after));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    public async Task Bytes_arrive_whole_and_in_order_in_whatever_pieces(int pieceMax)
    {
        using TcpListener daemon = Listen(out int port);
        await using var proxy = new FaultProxy(port, number => new FaultPlan { PieceMax = pieceMax, Seed = number, Delay = TimeSpan.FromTicks(pieceMax) });
        using Socket client = await ConnectAsync(proxy);
        using Socket far = await daemon.AcceptSocketAsync();
        await SendAsync(client, Sent);
        client.Shutdown(SocketShutdown.Send);
        Assert.That(await ReadToEndAsync(far), Is.EqualTo(Sent));

        // The other direction still stands.
        await SendAsync(far, Sent);
        far.Shutdown(SocketShutdown.Send);
        Assert.That(await ReadToEndAsync(client), Is.EqualTo(Sent));
        Assert.That(proxy.CutCount, Is.Zero);
    }

    [Test]
    public async Task Nothing_is_delivered_while_it_holds_and_everything_afterwards()
    {
        using TcpListener daemon = Listen(out int port);
        await using var proxy = new FaultProxy(port);
        using Socket client = await ConnectAsync(proxy);
        using Socket far = await daemon.AcceptSocketAsync();
        proxy.Hold();
        await SendAsync(client, Sent);
        client.Shutdown(SocketShutdown.Send);
        using Socket second = await ConnectAsync(proxy);
        Assert.That(proxy.BytesDelivered(Way.ToDaemon), Is.Zero);
        Assert.That(far.Available, Is.Zero);
        proxy.LetGo();
        Assert.That(await ReadToEndAsync(far), Is.EqualTo(Sent));
    }

    [Test]
    public async Task Connections_are_refused_for_a_while_and_those_that_stand_stay()
    {
        using TcpListener daemon = Listen(out int port);
        await using var proxy = new FaultProxy(port);
        using Socket client = await ConnectAsync(proxy);
        using Socket far = await daemon.AcceptSocketAsync();
        proxy.Refuse();
        Assert.That(async () => await ConnectAsync(proxy), Throws.TypeOf<SocketException>());
        await SendAsync(client, Sent);
        proxy.Admit();
        using Socket second = await ConnectAsync(proxy);

        // The system takes a connection before the proxy does, which counts it and then calls on.
        using Socket secondFar = await daemon.AcceptSocketAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.That(await ReadToEndAsync(far), Is.EqualTo(Sent));
        Assert.That(proxy.ConnectionCount, Is.EqualTo(2));
    }

    [Test]
    public async Task Connections_that_stand_are_cut_a_little_later_when_told()
    {
        using TcpListener daemon = Listen(out int port);
        await using var proxy = new FaultProxy(port);
        using Socket client = await ConnectAsync(proxy);
        using Socket far = await daemon.AcceptSocketAsync();
        await SendAsync(client, Sent);
        Eventually.Holds(() => proxy.BytesDelivered(Way.ToDaemon) == Sent.Length, "the first bytes to be delivered");
        proxy.CutAll(new Cut(Way.ToDaemon, 5, CutKind.End));
        await SendAsync(client, Sent);
        Assert.That(await ReadToEndAsync(far), Is.EqualTo((byte[])[.. Sent, .. Sent[..5]]));
        Assert.That(await ReadToEndAsync(client), Is.Empty);
    }

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static async Task<Socket> ConnectAsync(FaultProxy proxy)
    {
        FlooddEndpoint endpoint = proxy.Endpoint;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends as much as the other end takes.</summary>
    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // It was cut before.
            return;
        }
    }

    /// <summary>What comes up to the end, or up to a reset.</summary>
    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var all = new List<byte>();
        byte[] block = new byte[100];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(block, limit.Token)) > 0)
            {
                all.AddRange(block.AsSpan(0, count));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // An end like another.
            return [.. all];
        }

        return [.. all];
    }
}

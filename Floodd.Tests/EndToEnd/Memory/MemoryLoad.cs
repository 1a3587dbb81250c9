// What clients do to a daemon's memory: many that read nothing, and some that flood as fast as they can. It measures nothing.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Floodd.Tests.EndToEnd.Memory;

/// <summary>A load.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Deaf">How many clients read nothing.</param>
/// <param name="Says">What each of those says, again and again; nothing more than once if it <paramref name="SaysOnce"/>.</param>
/// <param name="SaysOnce">Whether they only say it when they have connected.</param>
/// <param name="Publishers">How many clients flood and read their receipts.</param>
/// <param name="Size">The size of their updates, in bytes.</param>
internal sealed record MemoryLoad(string Name, int Deaf, string Says, bool SaysOnce, int Publishers, int Size)
{
    private const int PaceMilliseconds = 10;

    /// <summary>All of them.</summary>
    public static readonly MemoryLoad[] All =
    [
        new("replies", 250, string.Concat(Enumerable.Repeat("stats\nconfiguration\nhelp\nmembers g\n", 20)), SaysOnce: false, 0, 0),
        new("subscribers", 200, "subscribe g from start\n", SaysOnce: true, 4, 60_000),
        new("small-subscribers", 200, "subscribe g from start\n", SaysOnce: true, 4, 100),
        new("half-updates", 250, "flood g 100000\n" + new string('x', 3000), SaysOnce: true, 2, 1000),
        new("empty-updates", 0, "", SaysOnce: false, 4, 0),
        new("tiny-updates", 0, "", SaysOnce: false, 4, 1),
        new("large-updates", 0, "", SaysOnce: false, 4, 200_000),
        new("idle-sessions", 10_000, "ping\n", SaysOnce: true, 0, 0),
    ];

    /// <summary>Loads a daemon.</summary>
    /// <param name="site">Its site.</param>
    /// <param name="time">How long.</param>
    /// <returns>How many updates got a receipt.</returns>
    public int Run(TestSite site, TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        Task<int>[] publishing = [.. Enumerable.Range(0, Publishers).Select(_ => Task.Factory.StartNew(() => Publish(site, over.Token), TaskCreationOptions.LongRunning))];
        BeDeaf(site.ClientPort, over.Token);
        return publishing.Sum(one => one.GetAwaiter().GetResult());
    }

    private void BeDeaf(int port, CancellationToken over)
    {
        byte[] says = Encoding.ASCII.GetBytes(Says);
        var sockets = new Socket?[Deaf];
        try
        {
            // Says no more than that often.
            while (!over.WaitHandle.WaitOne(PaceMilliseconds))
            {
                for (int i = 0; i < Deaf; i++)
                {
                    if (sockets[i] is null || !TrySay(sockets[i]!, says))
                    {
                        sockets[i]?.Dispose();
                        sockets[i] = Connect(port, SaysOnce ? says : []);
                    }
                }
            }
        }
        finally
        {
            foreach (Socket? socket in sockets)
            {
                socket?.Dispose();
            }
        }
    }

    // A small buffer of its own, so that little waits with the system and much with the daemon.
    private static Socket Connect(int port, byte[] says)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(says);
        socket.Blocking = false;
        return socket;
    }

    private bool TrySay(Socket socket, byte[] says)
    {
        socket.Send(SaysOnce ? [] : says, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.WouldBlock;
    }

    private int Publish(TestSite site, CancellationToken over)
    {
        int depth = Math.Clamp(200_000 / (Size + 1), 1, 300);
        byte[] one = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"flood g {Size}\n{new string('x', Size)}"));
        byte[] batch = [.. Enumerable.Repeat(one, depth).SelectMany(bytes => bytes)];
        using ClientSession session = site.Open();
        int count = 0;
        for (; !over.IsCancellationRequested; count += depth)
        {
            session.Send(batch);
            for (int i = 0; i < depth; i++)
            {
                session.ReadReply();
            }
        }

        return count;
    }
}

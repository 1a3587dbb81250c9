// Two thousand connections that mean harm, on both ports, while honest clients are served and floods are delivered.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[NonParallelizable]
internal sealed class HostileConnectionTests
{
    private const int ConnectionsPerPort = 1000;
    private const long MemoryMax = 512L << 20;

    /// <summary>What a hostile client says; null says nothing. Nothing of it may ever be exported.</summary>
    private static readonly byte[]?[] ToClientPort =
    [
        null,
        Encoding.ASCII.GetBytes("hel"),
        Encoding.ASCII.GetBytes("flood g 9999999999\nHOSTILE"),
        Encoding.ASCII.GetBytes("flood g 1000\nHOSTILE"),
        Encoding.ASCII.GetBytes("flood g\nHOSTILE\nHOSTILE"),
        Encoding.ASCII.GetBytes("flood g 99999999999999999999\nHOSTILE\n"),
        Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"),
        Encoding.ASCII.GetBytes(new string('x', 100_000)),
        Encoding.ASCII.GetBytes(new string('\n', 10_000)),
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("help\nmembers g\n", 2000))),
        RandomNumberGenerator.GetBytes(5_000),
    ];

    private static readonly byte[]?[] ToDataPort =
    [
        null,
        [0],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        new byte[10_000],
        Encoding.ASCII.GetBytes("flood g 7\nHOSTILE"),
        Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        RandomNumberGenerator.GetBytes(5_000),
        RandomNumberGenerator.GetBytes(100_000),
    ];

    [Test]
    public void Two_thousand_hostile_connections_keep_nobody_from_help_or_floods()
    {
        using SiteGroup group = SiteGroup.Start();
        TestSite attacked = group[1];
        var ledger = new Ledger();
        var held = new List<Socket>();
        try
        {
            using ClientSession honest = attacked.Open();
            TimeSpan slowest = TimeSpan.Zero;
            for (int i = 0; i < ConnectionsPerPort; i++)
            {
                Attack(attacked.ClientPort, ToClientPort[i % ToClientPort.Length], i, held);
                Attack(attacked.DataPort, ToDataPort[i % ToDataPort.Length], i, held);
                if (i % 50 == 0)
                {
                    long asked = Stopwatch.GetTimestamp();
                    Assert.That(honest.Ask("help").Code, Is.EqualTo(100));
                    slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(asked).Ticks));
                    ledger.Flood(honest, "g", RandomNumberGenerator.GetBytes(2000));
                }
            }

            // With all that is still open, a client that comes only now is served too.
            Assert.That(attacked.Ask("help").Code, Is.EqualTo(100));
            Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(10)));
            CheckDelivery(group, ledger);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }

        using (ClientSession afterwards = attacked.Open())
        {
            ledger.Flood(afterwards, "g", "afterwards"u8.ToArray());
        }

        CheckDelivery(group, ledger);
        Assert.That(attacked.Daemon.IsRunning, Is.True);
        Assert.That(attacked.Daemon.ResidentBytes, Is.LessThan(MemoryMax));
    }

    // The ledger holds accepted updates only: anything else that was exported is found by its id.
    private static void CheckDelivery(SiteGroup group, Ledger ledger)
    {
        foreach (TestSite site in group.Sites)
        {
            ledger.WaitUntilExportedAt(site);
            ledger.CheckExportsOf(site);
        }
    }

    // Every second one vanishes at once, half of them with a reset; the others stay and read nothing.
    private static void Attack(int port, byte[]? bytes, int number, List<Socket> held)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = true, SendTimeout = 100 };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            if (bytes is not null)
            {
                socket.Send(bytes);
            }
        }
        catch (SocketException e)
        {
            // Refused, closed or not read on: the daemon's right.
            Assert.That(e.SocketErrorCode, Is.Not.EqualTo(SocketError.ConnectionRefused), "nobody listens any more");
        }

        if (number % 2 == 0)
        {
            held.Add(socket);
            return;
        }

        socket.LingerState = new LingerOption(number % 4 == 1, 0);
        socket.Dispose();
    }
}

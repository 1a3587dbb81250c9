// Traffic of a test's own between the networks of a lab: echoes and transfers over plain sockets. Knows no daemon.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>Two ends of a TCP connection between two sites.</summary>
internal sealed class Traffic : IDisposable
{
    // What a datagram of a transfer carries beside its 1500 bytes' data: 20 of IP, 20 of TCP, 12 of timestamps (RFC 7323).
    private const double DatagramPerData = 1500.0 / 1448;

    private readonly Socket _near;
    private readonly Socket _far;

    private Traffic(Socket near, Socket far)
    {
        _near = near;
        _far = far;
        foreach (Socket socket in new[] { near, far })
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = socket.SendTimeout = (int)Eventually.Patience.TotalMilliseconds;
        }
    }

    /// <summary>The end at the first site.</summary>
    public Socket Near => _near;

    /// <summary>The end at the second site.</summary>
    public Socket Far => _far;

    /// <summary>Connects two sites.</summary>
    public static Traffic Between(NetworkNamespace near, NetworkNamespace far)
    {
        using Socket port = far.OpenSocket();
        port.Bind(new IPEndPoint(far.Address, 0));
        port.Listen();
        Socket socket = near.OpenSocket();
        socket.Connect((IPEndPoint)port.LocalEndPoint!);
        return new Traffic(socket, port.Accept());
    }

    /// <summary>How long one byte takes there and back: the median of so many. Both ends go before all else, so that it is the way that is measured.</summary>
    public TimeSpan RoundTrip(int rounds)
    {
        var trips = new List<TimeSpan>();
        var echo = new Thread(() => Echo(rounds)) { IsBackground = true };
        var asking = new Thread(() => Ask(rounds, trips)) { IsBackground = true };
        echo.Start();
        asking.Start();
        asking.Join();
        echo.Join();
        trips.Sort();
        return trips[rounds / 2];
    }

    /// <summary>Sends so many bytes from near to far, both ends as in <see cref="RoundTrip"/>.</summary>
    /// <returns>The bits of IP datagrams that arrived in a second, the first tenth left out: TCP begins slowly.</returns>
    public double Transfer(int bytes)
    {
        double rate = 0;
        var sending = new Thread(() => SendAll(bytes)) { IsBackground = true };
        var receiving = new Thread(() => rate = ReceiveAll(bytes)) { IsBackground = true };
        receiving.Start();
        sending.Start();
        sending.Join();
        receiving.Join();
        return rate;
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    private void Ask(int rounds, List<TimeSpan> trips)
    {
        LabCalls.RunFirst(LabSwitch.Priority - 1);
        byte[] one = new byte[1];
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _near.Send(one);
            _near.Receive(one);
            trips.Add(Stopwatch.GetElapsedTime(start));
        }
    }

    private void Echo(int rounds)
    {
        LabCalls.RunFirst(LabSwitch.Priority - 1);
        byte[] one = new byte[1];
        for (int i = 0; i < rounds; i++)
        {
            _far.Receive(one);
            _far.Send(one);
        }
    }

    private void SendAll(int count)
    {
        LabCalls.RunFirst(LabSwitch.Priority - 1);
        byte[] bytes = new byte[64 << 10];
        for (int left = count; left > 0;)
        {
            left -= _near.Send(bytes.AsSpan(0, Math.Min(left, bytes.Length)));
        }
    }

    private double ReceiveAll(int count)
    {
        LabCalls.RunFirst(LabSwitch.Priority - 1);
        byte[] bytes = new byte[64 << 10];
        int early = 0;
        while (early < count / 10)
        {
            early += ReceiveSome(bytes);
        }

        long start = Stopwatch.GetTimestamp();
        int received = early;
        while (received < count)
        {
            received += ReceiveSome(bytes);
        }

        return (received - early) * 8 * DatagramPerData / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private int ReceiveSome(byte[] bytes) =>
        _far.Receive(bytes) is > 0 and int count ? count : throw new IOException("the transfer ended early");
}

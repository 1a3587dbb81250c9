// Ports that nobody listens on now. Never promises that this stays so: whoever starts a daemon on them tries again with others.
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>Picks ports for daemons that must know each other's before they start.</summary>
internal static class FreePorts
{
    // Below Linux's range for outgoing connections (32768 and up), so that no connection of anybody takes one in between.
    private const int First = 16000;
    private const int Count = 16000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>So many ports, all different, none given before by this process.</summary>
    public static int[] Take(int count)
    {
        var ports = new List<int>();
        for (int tried = 0; ports.Count < count; tried++)
        {
            Assert.That(tried, Is.LessThan(Count), "no port is free");
            int port = First + (Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

// Connections from very many addresses that take all descriptors a daemon has, until disposed.
using System.Net;
using System.Net.Sockets;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>A crowd before a client port: holds what it gets, and where it is thrown out tries again.</summary>
internal sealed class Crowd : IDisposable
{
    /// <summary>More than a daemon of a campaign may have descriptors.</summary>
    public const int Size = 400;

    private readonly TestSite _site;
    private readonly List<Socket> _held = [];
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _end = new();
    private int _attempts;
    private int _refused;

    public Crowd(TestSite site)
    {
        _site = site;
        _thread = new Thread(Work) { IsBackground = true, Name = $"crowd-{site.Name}" };
        _thread.Start();
    }

    /// <summary>Connections that were tried.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Connections that were not had or were ended by the daemon.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Whether a daemon answers a client that comes now.</summary>
    public static bool Serves(TestSite site)
    {
        try
        {
            using ClientSession session = site.Open(TimeSpan.FromSeconds(2));
            return session.Ask("ping").Code == 250;
        }
        catch (Exception e) when (e is SocketException or TimeoutException or NUnit.Framework.AssertionException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
        _held.ForEach(socket => socket.Dispose());
    }

    private void Work()
    {
        while (!_end.IsSet)
        {
            while (!_end.IsSet && _held.Count < Size)
            {
                Come();
            }

            int before = _held.Count;
            _held.RemoveAll(IsOut);
            _refused += before - _held.Count;

            // How fast it comes again, unless it is over.
            _end.Wait(before == _held.Count ? 20 : 1);
        }
    }

    // From 127.1.x.y, so that no address has more than its share.
    private void Come()
    {
        _attempts++;
        Socket socket = _site.OpenSocket();
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 1, (byte)(_attempts >> 8), (byte)_attempts]), 0));
            socket.SendTimeout = 1000;
            socket.Connect(IPAddress.Loopback, _site.ClientPort);
            _held.Add(socket);
        }
        catch (SocketException)
        {
            _refused++;
            socket.Dispose();
        }
    }

    // A greeting may stand before the end.
    private static bool IsOut(Socket socket)
    {
        byte[] bytes = new byte[1024];
        try
        {
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(bytes) == 0)
                {
                    socket.Dispose();
                    return true;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return true;
        }
    }
}

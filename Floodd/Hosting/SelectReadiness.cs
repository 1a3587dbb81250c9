// Readiness by Socket.Select, for systems without epoll. Right everywhere, slow with a thousand idle sockets.
using System.Net;
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary>The second implementation of <see cref="IReadiness"/>, in nothing but .NET.</summary>
internal sealed class SelectReadiness : IReadiness
{
    private readonly Dictionary<Socket, (long Key, bool Read, bool Write)> _watched = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _broken = [];
    private readonly Dictionary<Socket, Ready> _found = [];
    private readonly byte[] _scratch = new byte[64];

    // A datagram socket connected to itself: select knows no other way to be woken.
    private readonly Socket _wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public SelectReadiness()
    {
        _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wake.Connect(_wake.LocalEndPoint!);
        _wake.Blocking = false;
    }

    public void Add(Socket socket, long key, bool read, bool write) => _watched.Add(socket, (key, read, write));

    public void Change(Socket socket, long key, bool read, bool write) => _watched[socket] = (key, read, write);

    public void Remove(Socket socket) => _watched.Remove(socket);

    public void Wait(int milliseconds, List<Ready> ready)
    {
        _read.Clear();
        _write.Clear();
        _broken.Clear();
        _read.Add(_wake);
        foreach ((Socket socket, (_, bool toRead, bool toWrite)) in _watched)
        {
            AddIf(toRead, _read, socket);
            AddIf(toWrite, _write, socket);
            _broken.Add(socket);
        }

        Socket.Select(_read, _write, _broken, milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds));
        _found.Clear();
        foreach (Socket socket in _read)
        {
            if (socket == _wake)
            {
                _wake.Receive(_scratch, SocketFlags.None, out _);
                continue;
            }

            _found[socket] = new Ready(_watched[socket].Key, true, false, false);
        }

        foreach (Socket socket in _write)
        {
            _found[socket] = Found(socket) with { CanWrite = true };
        }

        foreach (Socket socket in _broken)
        {
            _found[socket] = Found(socket) with { IsBroken = true };
        }

        ready.AddRange(_found.Values);
    }

    // A full buffer means that it is set already: the result does not matter.
    public void Wake() => _wake.Send(_scratch.AsSpan(0, 1), SocketFlags.None, out _);

    public void Dispose() => _wake.Dispose();

    private static void AddIf(bool wanted, List<Socket> list, Socket socket)
    {
        if (wanted)
        {
            list.Add(socket);
        }
    }

    private Ready Found(Socket socket) =>
        _found.TryGetValue(socket, out Ready ready) ? ready : new Ready(_watched[socket].Key, false, false, false);
}

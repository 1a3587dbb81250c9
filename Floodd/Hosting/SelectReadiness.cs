// Readiness by Socket.Select, for systems without epoll. Right everywhere, slow with a thousand idle sockets.
using System.Net;
using System.Net.Sockets;

namespace Floodd.Hosting;

/// <summary>The second implementation of <see cref="IReadiness"/>, in nothing but .NET.</summary>
internal sealed class SelectReadiness : IReadiness
{
    private readonly Dictionary<Socket, (long Key, bool Read, bool Write)> watched = [];
    private readonly List<Socket> read = [];
    private readonly List<Socket> write = [];
    private readonly List<Socket> broken = [];
    private readonly Dictionary<Socket, Ready> found = [];
    private readonly byte[] scratch = new byte[64];

    // A datagram socket connected to itself: select knows no other way to be woken.
    private readonly Socket wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public SelectReadiness()
    {
        wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        wake.Connect(wake.LocalEndPoint!);
        wake.Blocking = false;
    }

    public void Add(Socket socket, long key, bool read, bool write) => watched.Add(socket, (key, read, write));

    public void Change(Socket socket, long key, bool read, bool write) => watched[socket] = (key, read, write);

    public void Remove(Socket socket) => watched.Remove(socket);

    public void Wait(int milliseconds, List<Ready> ready)
    {
        read.Clear();
        write.Clear();
        broken.Clear();
        read.Add(wake);
        foreach ((Socket socket, (_, bool toRead, bool toWrite)) in watched)
        {
            AddIf(toRead, read, socket);
            AddIf(toWrite, write, socket);
            broken.Add(socket);
        }

        Socket.Select(read, write, broken, milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds));
        found.Clear();
        foreach (Socket socket in read)
        {
            if (socket == wake)
            {
                wake.Receive(scratch, SocketFlags.None, out _);
                continue;
            }

            found[socket] = new Ready(watched[socket].Key, true, false, false);
        }

        foreach (Socket socket in write)
        {
            found[socket] = Found(socket) with { CanWrite = true };
        }

        foreach (Socket socket in broken)
        {
            found[socket] = Found(socket) with { IsBroken = true };
        }

        ready.AddRange(found.Values);
    }

    // A full buffer means that it is set already: the result does not matter.
    public void Wake() => wake.Send(scratch.AsSpan(0, 1), SocketFlags.None, out _);

    public void Dispose() => wake.Dispose();

    private static void AddIf(bool wanted, List<Socket> list, Socket socket)
    {
        if (wanted)
        {
            list.Add(socket);
        }
    }

    private Ready Found(Socket socket) =>
        found.TryGetValue(socket, out Ready ready) ? ready : new Ready(watched[socket].Key, false, false, false);
}

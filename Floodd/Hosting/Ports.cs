// The daemon's open ports and what comes in by them. Who may stay is the core's to say.
using System.Net;
using System.Net.Sockets;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>Both listeners. Belongs to the loop's thread.</summary>
/// <param name="readiness">Told what to watch.</param>
/// <param name="table">Takes each connection over.</param>
/// <param name="bind">The address, or null for all.</param>
/// <param name="tell">Given each event at once.</param>
/// <param name="note">Told what is not worth an event.</param>
internal sealed class Ports(IReadiness readiness, ConnectionTable table, IPAddress? bind, Action<Event> tell, Action<NoteKind, string> note) : IDisposable
{
    private readonly Descriptors _descriptors = new();
    private readonly List<Listener> _listeners = [];

    /// <summary>When <see cref="Retry"/> has something to do.</summary>
    public Instant NextRetry
    {
        get
        {
            Instant earliest = Instant.Never;
            foreach (Listener listener in _listeners)
            {
                earliest = listener.RetryAt < earliest ? listener.RetryAt : earliest;
            }

            return earliest;
        }
    }

    /// <summary>Opens a port.</summary>
    /// <returns>The port in fact opened.</returns>
    /// <exception cref="SocketException">It cannot be opened.</exception>
    public int Open(int port, bool isForLinks)
    {
        Listener listener = Listener.Open(
            bind,
            port,
            _descriptors,
            socket => Take(socket, isForLinks),
            reason => note(isForLinks ? NoteKind.LinkRefused : NoteKind.SessionRefused, reason));
        _listeners.Add(listener);
        listener.Watch(readiness, table.NewKey());
        return listener.Port;
    }

    /// <summary>Accepts what waits at the port with this key, if there is one.</summary>
    public void Go(Instant now, long key) => _listeners.Find(l => l.Key == key)?.Go(now);

    /// <summary>Accepts again where a back-off is over.</summary>
    public void Retry(Instant now)
    {
        foreach (Listener listener in _listeners)
        {
            listener.Retry(now);
        }
    }

    /// <summary>Closes all ports; what came in by them lives on.</summary>
    public void Close()
    {
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }

        _listeners.Clear();
    }

    /// <summary>Closes all and gives the spare descriptor back.</summary>
    public void Dispose()
    {
        Close();
        _descriptors.Dispose();
    }

    private void Take(Socket socket, bool isLink)
    {
        IPAddress remote;
        bool isFromThisHost;
        ConnectionId id;
        try
        {
            remote = Listener.Plain(((IPEndPoint)socket.RemoteEndPoint!).Address);
            isFromThisHost = IPAddress.IsLoopback(remote) || remote.Equals(Listener.Plain(((IPEndPoint)socket.LocalEndPoint!).Address));
            id = table.Open(socket, isLink);
        }
        catch (SocketException e)
        {
            // It came and went: nobody has been told of it.
            socket.Dispose();
            note(NoteKind.Session, Words.Of(e.SocketErrorCode));
            return;
        }

        tell(isLink ? new Event.LinkOpened(id, null, remote) : new Event.SessionOpened(id, remote, isFromThisHost, TcpRoundTrip.Of(socket)));
    }
}

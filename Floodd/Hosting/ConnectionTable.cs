// The open connections by number, each watched for exactly what it needs. It never reads or writes one.
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Floodd.Core;

namespace Floodd.Hosting;

/// <summary>Where connections are born and where they die. Belongs to the loop's thread.</summary>
/// <param name="readiness">Told what to watch.</param>
internal sealed class ConnectionTable(IReadiness readiness)
{
    private readonly Dictionary<long, Connection> _open = [];
    private long _lastKey;

    /// <summary>What sessions left unread with the core.</summary>
    public UnreadInput Input { get; } = new();

    /// <summary>How many sockets are not closed yet.</summary>
    public int Count => _open.Count;

    /// <summary>The open connections at this moment.</summary>
    public Connection[] All => [.. _open.Values];

    /// <summary>A number that was never given before, for connections and for whatever else is watched.</summary>
    public long NewKey() => ++_lastKey;

    /// <summary>Finds an open connection.</summary>
    public bool TryGet(long key, [NotNullWhen(true)] out Connection? connection) => _open.TryGetValue(key, out connection);

    /// <summary>Takes a connected socket over.</summary>
    /// <exception cref="SocketException">It is of no use any more; it is still the caller's.</exception>
    public ConnectionId Open(Socket socket, bool isLink)
    {
        TcpOptions.Apply(socket, isLink);
        var connection = new Connection(new ConnectionId(NewKey()), socket, isLink);
        readiness.Add(socket, connection.Id.Value, read: true, write: false);
        _open.Add(connection.Id.Value, connection);
        return connection.Id;
    }

    /// <summary>Watches a connection for what it needs now, with a system call only if that changed.</summary>
    public void Watch(Connection c)
    {
        if (c.Stage != Stage.Gone && c.Wanted != c.Watched)
        {
            c.Watched = c.Wanted;
            readiness.Change(c.Socket, c.Id.Value, c.Watched.Read, c.Watched.Write);
        }
    }

    /// <summary>Closes a connection's socket now, whatever still waits.</summary>
    public void Drop(Connection c)
    {
        if (c.Stage == Stage.Gone)
        {
            return;
        }

        c.Stage = Stage.Gone;
        c.Outbox.Clear();
        Input.Resumed(c);
        _open.Remove(c.Id.Value);
        readiness.Remove(c.Socket);
        c.Socket.Dispose();
    }
}

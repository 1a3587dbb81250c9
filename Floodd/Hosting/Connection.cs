// One socket of a link or session and where it stands in its life. It tells what happened; it decides nothing about bytes.
using System.Net.Sockets;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>The stages of a connection's life, in the only order in which they follow.</summary>
internal enum Stage
{
    /// <summary>Both directions live.</summary>
    Open,

    /// <summary>The other end says no more; what it is still owed is being written before the core is told.</summary>
    Ending,

    /// <summary>The core wants it closed; what was sent is being written.</summary>
    Flushing,

    /// <summary>All is written and our end is shut; what still comes in is thrown away, since unread bytes would make the system cut off our last ones.</summary>
    Draining,

    /// <summary>Closed.</summary>
    Gone,
}

/// <summary>A connection's state; <see cref="Connections"/> moves it on.</summary>
/// <param name="id">Its number.</param>
/// <param name="socket">Its own socket, not blocking.</param>
/// <param name="isLink">Whether it is a link, else a session.</param>
internal sealed class Connection(ConnectionId id, Socket socket, bool isLink)
{
    public ConnectionId Id { get; } = id;

    public Socket Socket { get; } = socket;

    public bool IsLink { get; } = isLink;

    public Outbox Outbox { get; } = new();

    public Stage Stage { get; set; }

    /// <summary>Whether the core wants no input now.</summary>
    public bool IsPaused { get; set; }

    /// <summary>How many bytes of its last read the core may still have to go through; 0 unless it is paused.</summary>
    public int LeftUnread { get; set; }

    /// <summary>Whether the last write found the system's buffer full.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Whether what waits for it is copied before long, if it still waits then (<see cref="BlockedSessions"/>).</summary>
    public bool IsCopiedSoon { get; set; }

    /// <summary>Whether it is among those to be written at the end of the turn.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether it is among those that the core has to be told of at the next turn.</summary>
    public bool IsReported { get; set; }

    /// <summary>Whether something was sent since an <see cref="Stage.Ending"/> connection was last looked at.</summary>
    public bool WasSentTo { get; set; }

    /// <summary>How many bytes were written that the core has not been told of.</summary>
    public int Written { get; set; }

    /// <summary>Why the connection can be written no more, once that is so: the first cause.</summary>
    public string? Cause { get; set; }

    /// <summary>Whether there may be something to read although there is a <see cref="Cause"/>.</summary>
    public bool CanRead { get; set; } = true;

    /// <summary>When <see cref="Stage.Flushing"/> or <see cref="Stage.Draining"/> is given up.</summary>
    public Instant Deadline { get; set; }

    /// <summary>What readiness is asked for at this moment.</summary>
    public (bool Read, bool Write) Watched { get; set; } = (true, false);

    /// <summary>What readiness should be asked for.</summary>
    public (bool Read, bool Write) Wanted => (
        Stage == Stage.Draining || (Stage == Stage.Open && !IsPaused),
        IsBlocked && Stage < Stage.Draining);
}

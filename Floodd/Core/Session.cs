// One client connection: what was read, what is being received, what it waits for. Nouns only.
using System.Net;
using Floodd.Client.Protocol;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>Why a session's requests wait.</summary>
internal enum SessionPause
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>A <c>wait</c> is not over.</summary>
    Waiting,

    /// <summary>The group is to catch up before more is published.</summary>
    Pressure,

    /// <summary>The client does not read its replies.</summary>
    Unread,

    /// <summary>The client asks faster than it may.</summary>
    Rate,
}

internal sealed class Session(ConnectionId id, IPAddress remote, bool fromThisHost, TimeSpan? roundTrip, int lineMax, SpareRoom spare, Instant now)
{
    /// <summary>Bytes of updates handed out for a subscriber and not yet written.</summary>
    public const int SubscriberWindow = 1024 * 1024;

    public ConnectionId Id { get; } = id;

    public IPAddress Remote { get; } = remote;

    public bool FromThisHost { get; } = fromThisHost;

    /// <summary>How far away the client is; null if the system did not say.</summary>
    public TimeSpan? RoundTrip { get; } = roundTrip;

    public Instant LastHeard { get; set; } = now;

    public Instant LastWritten { get; set; } = now;

    public CarriedBytes Carried { get; } = new(spare);

    public RequestReader Reader { get; } = new(lineMax);

    /// <summary>How its last flood command began.</summary>
    public FloodPrefix FloodPrefix { get; } = new();

    public ReplyBuffer Out { get; } = new(spare);

    /// <summary>The rest of a large update, which goes before all that is in <see cref="Out"/>; null if none waits.</summary>
    public UpdateRest? Rest { get; set; }

    /// <summary>Positions in <see cref="Out"/> from which on nothing is sent before a ticket of the spool is reported; null while there never were any.</summary>
    public Queue<(long Offset, long Ticket)>? Held { get; set; }

    /// <summary>The last of these tickets.</summary>
    public long HeldFor { get; set; }

    /// <summary>Bytes handed to the shell and not yet written.</summary>
    public long InFlight { get; set; }

    /// <summary>Requests, lines without a word excepted.</summary>
    public long Commands { get; set; }

    /// <summary>What it may still ask for.</summary>
    public Allowance Commanding { get; } = new();

    /// <summary>How long its next request has to wait because of that.</summary>
    public TimeSpan Debt { get; set; }

    /// <summary>Whether it is counted among those from its address.</summary>
    public bool Entered { get; set; }

    public int Errors { get; set; }

    /// <summary>Bytes of a line that is longer than most and has not ended; 0 for none.</summary>
    public int LongLine { get; set; }

    /// <summary>The update that is being received; null between updates.</summary>
    public Upload? Upload { get; set; }

    public SessionPause Pause { get; set; }

    /// <summary>Whether the shell was told to read no more.</summary>
    public bool ReadingPaused { get; set; }

    /// <summary>The wait that holds up further requests; null if none.</summary>
    public PendingWait? Wait { get; set; }

    /// <summary>The subscriptions of this session, in the order asked for.</summary>
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Whether it has bytes to send at the end of this turn.</summary>
    public bool InOutputList { get; set; }

    public bool Closing { get; set; }
}

// The state of one simulated TCP connection: two ends and a pipe each way; moves no byte itself (Wires does).
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>One direction: a stream of bytes and how far it has come. Sent ≥ Taken ≥ Arrived ≥ Read ≥ Freed - never the other way.</summary>
internal sealed class Pipe(Route route)
{
    /// <summary>Its bytes from <see cref="Read"/> to <see cref="Sent"/>.</summary>
    public ByteQueue Bytes { get; } = new();

    /// <summary>The road that it takes.</summary>
    public Route Route { get; } = route;

    public required End Writer { get; set; }

    public required End Reader { get; set; }

    /// <summary>Bytes that the writer ever sent.</summary>
    public long Sent { get; set; }

    /// <summary>Of these, taken by the writer's system: credit was given for them.</summary>
    public long Taken { get; set; }

    /// <summary>Of these, come in at the reader's system.</summary>
    public long Arrived { get; set; }

    /// <summary>Of these, read by the reader.</summary>
    public long Read { get; set; }

    /// <summary>Of these, known to the writer's system as read: room for more.</summary>
    public long Freed { get; set; }

    /// <summary>Where the stream ends, once the writer has ended it; else -1.</summary>
    public long EndsAt { get; set; } = -1;

    /// <summary>Whether the writer's system has sent that end.</summary>
    public bool EndSent { get; set; }

    /// <summary>Whether the end has come in at the reader's system.</summary>
    public bool EndArrived { get; set; }

    /// <summary>Whether bytes wait for a cut to heal.</summary>
    public bool Held { get; set; }

    /// <summary>When the last arrival is due: streams do not overtake themselves.</summary>
    public long LastArrivalAt { get; set; }

    /// <summary>When the road has carried what it was given, if its bandwidth is bounded.</summary>
    public long CarriedAt { get; set; }

    /// <summary>Checksum of all sent, as the writer gave it.</summary>
    public uint SentCrc { get; set; }

    /// <summary>Checksum of all read, as the reader got it; equal to the other one when nothing is on the way.</summary>
    public uint ReadCrc { get; set; }
}

/// <summary>One end of a connection: a site's in one of its lives, or a client's.</summary>
internal sealed class End
{
    /// <summary>The site that it belongs to; null for a client's end.</summary>
    public SimulatedSite? Site { get; init; }

    /// <summary>The client that it belongs to; null for a site's end.</summary>
    public Session? Client { get; init; }

    /// <summary>Whether it joins two sites.</summary>
    public bool IsLink { get; init; }

    /// <summary>Its number at its site.</summary>
    public ConnectionId Id { get; init; }

    public Pipe Out { get; set; } = null!;

    public Pipe In { get; set; } = null!;

    public End Other => Out.Reader;

    /// <summary>Whether its owner may still hear of it.</summary>
    public bool Open { get; set; } = true;

    /// <summary>Whether its owner closed it in good order: what still comes in is thrown away without a reset.</summary>
    public bool Closing { get; set; }

    /// <summary>Why it broke, when it did and its owner was not told yet.</summary>
    public string? Broken { get; set; }

    /// <summary>Whether its owner reads nothing for now.</summary>
    public bool ReadingPaused { get; set; }

    /// <summary>Whether it stands in its site's inbox.</summary>
    public bool Ready { get; set; }

    /// <summary>Bytes taken by the system that the owner was not told of yet.</summary>
    public int CreditDue { get; set; }

    /// <summary>Up to this position all that came in was whole (see EchoChecker).</summary>
    public long SettledAt { get; set; }

    /// <summary>Marks of payloads that came in here, with the position where their segment was whole (see EchoChecker).</summary>
    public Dictionary<ulong, long>? MarksReceived { get; set; }
}

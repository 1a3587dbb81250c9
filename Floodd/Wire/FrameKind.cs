// The kinds of frame of the data port. Numbers never change meaning; unknown ones are passed over.
namespace Floodd.Wire;

/// <summary>What a frame is; see PROTOCOL.md.</summary>
public enum FrameKind : byte
{
    /// <summary>Who I am; the first frame in both directions.</summary>
    Hello = 1,

    /// <summary>Are you there; answered by Pong with the same stamp.</summary>
    Ping = 2,

    /// <summary>The answer to a Ping.</summary>
    Pong = 3,

    /// <summary>What is known of sites: definitions, groups, links.</summary>
    Sites = 4,

    /// <summary>What is known of a group: master, periods, bounds.</summary>
    Group = 5,

    /// <summary>A topology of a group.</summary>
    Topology = 6,

    /// <summary>Whether the sender wants updates of a group to flow on this link.</summary>
    Want = 7,

    /// <summary>A short number for a stream, for this direction of this link.</summary>
    Stream = 8,

    /// <summary>What the sender has of each stream.</summary>
    Digest = 9,

    /// <summary>A run of segments of one stream.</summary>
    Segments = 10,

    /// <summary>How far members have exported.</summary>
    Delivery = 11,

    /// <summary>Why the sender closes the link; the last frame.</summary>
    Goodbye = 12,

    /// <summary>A part of a burst that measures bandwidth: bytes that mean nothing.</summary>
    Burst = 13,

    /// <summary>How fast a burst came.</summary>
    BurstSeen = 14,

    /// <summary>Which reports of estimates the sender has.</summary>
    ReportsHeld = 15,

    /// <summary>What a site has measured to others.</summary>
    Report = 16,

    /// <summary>What sites number their updates under that go on with an earlier life's; before the Sites frame with their records.</summary>
    Kept = 17,

    /// <summary>That the sender gets a stream from elsewhere, and how far it has come.</summary>
    Spare = 18,

    /// <summary>What the marks of streams come to, as far as the sender has heard.</summary>
    MarkSums = 19,

    /// <summary>Which sites the next numbers stand for, in marks and in this direction of this link.</summary>
    Names = 20,
}

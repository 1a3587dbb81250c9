// What one end of a link owes the other of one stream: all that it holds and the other has not. Computed from this, never queued.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>What the other end of a link has of one stream: all else that we hold is owed to it.</summary>
internal sealed class Owed(SegmentStream stream)
{
    public SegmentStream Stream { get; } = stream;

    /// <summary>What it has, or was sent on this link.</summary>
    public SegmentSet Has { get; } = new();

    /// <summary>The first segment that it holds of what we lack, by its last digest; 1 while it is asked.</summary>
    public long Floor { get; set; } = 1;

    /// <summary>What its last digest said it had.</summary>
    public long Told { get; set; }

    /// <summary>The first segment that it lacked by its last digest.</summary>
    public long Lacks { get; set; } = 1;

    /// <summary>Whether the other end wants nothing that lies behind a gap which we cannot fill.</summary>
    public bool InOrder { get; set; }

    /// <summary>Whether it was told that we want nothing of the kind.</summary>
    public bool ToldInOrder { get; set; }

    /// <summary>Up to this segment the other end knows that we have all: it was told so, or has brought what follows since.</summary>
    public long KnowsThrough { get; set; }

    /// <summary>Whether something of the kind has come since and was refused: it believes that we have what we have not.</summary>
    public bool SentInVain { get; set; }

    public bool InLine { get; set; }

    /// <summary>What the other end said of getting it from elsewhere; null if nothing.</summary>
    public Silence? Silence { get; set; }

    /// <summary>How it comes in from there; null if it has not.</summary>
    public Feed? Feed { get; set; }

    /// <summary>When it was last asked again for what it has; null if never.</summary>
    public Instant? AskedAt { get; set; }

    /// <summary>What its digest says replaces what was known of it.</summary>
    public void Heard(in DigestEntry entry)
    {
        Has.Clear();
        Has.Add(entry.Received);
        Floor = entry.Floor;
        Told = entry.Received.Highest;
        Lacks = entry.Received.FirstMissing(1);
        InOrder = entry.InOrder;
    }

    /// <summary>Whether it may not have answered yet: on a slow link the question lies behind all that was sent before it, and so does the answer.</summary>
    public bool IsAsked(Link link) => AskedAt >= link.AnsweredUpTo;
}

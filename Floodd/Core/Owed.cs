// What one end of a link owes the other of one stream: all that it holds and the other has not. Computed from this, never queued.
using Floodd.Model;

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

    public bool InLine { get; set; }

    /// <summary>What the other end said of getting it from elsewhere; null if nothing.</summary>
    public Silence? Silence { get; set; }

    /// <summary>How it comes in from there; null if it has not.</summary>
    public Feed? Feed { get; set; }

    /// <summary>When it was last asked again for what it has; null if never.</summary>
    public Instant? AskedAt { get; set; }

    /// <summary>Whether it may not have answered yet: on a slow link the question lies behind all that was sent before it, and so does the answer.</summary>
    public bool IsAsked(Link link) => AskedAt >= link.AnsweredUpTo;
}

// What the spool is still to be told of one stream, in the order in which it happened. Decides nothing.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

internal sealed class SpoolLine(Spooling spooling, SegmentStream stream)
{
    public SegmentStream Stream { get; } = stream;

    /// <summary>What happened beside taking in segments. It comes before what was taken in: whatever was undone was never handed over, or before.</summary>
    public List<SpoolEntry> Facts { get; } = [];

    /// <summary>Whether there may be segments that were not handed over.</summary>
    public bool HasSegments { get; set; }

    /// <summary>Whether its segments go now, however many there are: a client waits for it.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>Whether it waits in the spool's line.</summary>
    public bool InLine { get; set; }

    /// <summary>The last ticket that held any of its segments.</summary>
    public long Ticket { get; set; }

    /// <summary>Up to which segment <see cref="SpoolEntry.Handing"/> was said.</summary>
    public long Handing { get; set; }

    /// <summary>Segments were taken in.</summary>
    public void Touch()
    {
        HasSegments = true;
        spooling.PutInLine(this);
    }

    /// <summary>Something else happened.</summary>
    public void Say(SpoolEntry fact)
    {
        Facts.Add(fact);
        spooling.PutInLine(this);
    }
}

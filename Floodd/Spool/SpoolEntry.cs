// What the spool is told, one fact each: values only. Whoever reads them all in order knows what the store knew.
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>A fact about one stream that is to outlive the process. The family is closed.</summary>
/// <param name="Group">The stream's group.</param>
/// <param name="Stream">The stream.</param>
public abstract record SpoolEntry(GroupName Group, StreamId Stream)
{
    /// <summary>Consecutive segments were taken in and are held.</summary>
    /// <param name="First">The number of the first one, from 1.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Records">They, as they stand on the wire, checks included; the bytes never change.</param>
    /// <param name="AgeSeconds">How long ago the oldest of them was accepted from its client, in seconds.</param>
    public sealed record Held(GroupName Group, StreamId Stream, long First, int Count, ReadOnlyMemory<byte> Records, long AgeSeconds) : SpoolEntry(Group, Stream);

    /// <summary>Segments will never come, or are not for this site: they count as received, and nothing of them is held.</summary>
    /// <param name="First">The first of them.</param>
    /// <param name="Last">The last of them.</param>
    public sealed record Lost(GroupName Group, StreamId Stream, long First, long Last) : SpoolEntry(Group, Stream);

    /// <summary>No segment up to a number is held any more; they stay received.</summary>
    /// <param name="Through">The number.</param>
    public sealed record Dropped(GroupName Group, StreamId Stream, long Through) : SpoolEntry(Group, Stream);

    /// <summary>Segments are forgotten as if they had never come; they may come again.</summary>
    /// <param name="First">The first of them.</param>
    /// <param name="Last">The last of them.</param>
    public sealed record Forgotten(GroupName Group, StreamId Stream, long First, long Last) : SpoolEntry(Group, Stream);

    /// <summary>The stream itself is forgotten: nothing of it can come again.</summary>
    public sealed record Ended(GroupName Group, StreamId Stream) : SpoolEntry(Group, Stream);

    /// <summary>All updates up to a segment have been handed out: an export run with them has ended well, or they were set aside.</summary>
    /// <param name="Through">The segment.</param>
    public sealed record Exported(GroupName Group, StreamId Stream, long Through) : SpoolEntry(Group, Stream);

    /// <summary>An export run is about to begin that hands out all updates up to a segment: until <see cref="Exported"/> says so much, they may have been handed out.</summary>
    /// <param name="Through">The segment.</param>
    public sealed record Handing(GroupName Group, StreamId Stream, long Through) : SpoolEntry(Group, Stream);

    /// <summary>An update was set aside: it is kept for whoever retries or skips it, whatever becomes of the stream.</summary>
    /// <param name="First">Its first segment, which is its sequence.</param>
    /// <param name="Count">How many segments it has.</param>
    /// <param name="Records">They.</param>
    /// <param name="Why">How its last run ended, for people.</param>
    public sealed record SetAside(GroupName Group, StreamId Stream, long First, int Count, ReadOnlyMemory<byte> Records, string Why) : SpoolEntry(Group, Stream);

    /// <summary>An update that was set aside is so no longer: it was exported, skipped or given up.</summary>
    /// <param name="First">Its sequence.</param>
    public sealed record Settled(GroupName Group, StreamId Stream, long First) : SpoolEntry(Group, Stream);
}

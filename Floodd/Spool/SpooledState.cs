// What a spool held when it was opened: the beginning of a life that goes on with an earlier one's streams.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>All that was read back.</summary>
/// <param name="Incarnation">What this site's own streams are numbered under: the earlier life's, or a fresh one if what that had numbered cannot be known for sure.</param>
/// <param name="Streams">The streams, in order of group and id.</param>
/// <param name="SetAside">The updates that are set aside, oldest first.</param>
/// <param name="Damage">What was found damaged and is not in here, a sentence each for the log.</param>
public sealed record SpooledState(
    ulong Incarnation,
    ImmutableArray<SpooledStream> Streams,
    ImmutableArray<SpoolEntry.SetAside> SetAside,
    ImmutableArray<string> Damage);

/// <summary>One stream as it was read back.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Id">Its id.</param>
/// <param name="Received">All that was taken in or is lost.</param>
/// <param name="Lost">What of it is lost, or was not for this site.</param>
/// <param name="Exported">All updates up to this segment were handed out.</param>
/// <param name="Handing">Updates up to this segment may have been handed out by a run whose end was not seen; not above <paramref name="Exported"/> if there was none.</param>
/// <param name="Runs">What is held, by number.</param>
public sealed record SpooledStream(
    GroupName Group, StreamId Id, SegmentSet Received, SegmentSet Lost, long Exported, long Handing, ImmutableArray<SpooledRun> Runs);

/// <summary>Consecutive segments that are held.</summary>
/// <param name="First">The number of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Records">They, every check found right.</param>
/// <param name="AgeSeconds">How old the oldest was when it was written, in seconds; the time that the site was down does not count.</param>
public sealed record SpooledRun(long First, int Count, ReadOnlyMemory<byte> Records, long AgeSeconds)
{
    private ReadOnlyMemory<byte> _records = Records;

    /// <summary>The records; nothing once they were taken over.</summary>
    public ReadOnlyMemory<byte> Records { get => _records; init => _records = value; }

    /// <summary>The records are held elsewhere now: all that the spool held is not to be in memory twice.</summary>
    public void Release() => _records = default;
}

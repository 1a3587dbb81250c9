// What the receiver of a burst timed. A value that goes back to the sender; believing it is the filter's.
namespace Floodd.Measuring;

/// <summary>The part of a burst that counts, and how long it took.</summary>
/// <param name="Bytes">The bytes of the part; 0 if the burst came in one piece and shows nothing.</param>
/// <param name="Duration">In what time they came.</param>
/// <param name="IsSaturated">Whether the way was full while they came; else their rate is a lower bound.</param>
public readonly record struct BurstRate(long Bytes, TimeSpan Duration, bool IsSaturated)
{
    /// <summary>
    /// What must have lasted this long means something: many times a scheduler's tick and a coalesced interrupt (some ms), and
    /// short beside what anybody notices.
    /// </summary>
    public static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(60);

    /// <summary>The rate; null if the burst shows none.</summary>
    public double? BytesPerSecond => Bytes > 0 && Duration > TimeSpan.Zero ? Bytes / Duration.TotalSeconds : null;

    /// <summary>Whether a larger burst would tell nothing more.</summary>
    public bool IsEnough => IsSaturated && Duration >= LongEnough;
}

// How large the next burst of a bandwidth probe is, and when there is none. Never more in all than the probe may cost.
namespace Floodd.Measuring;

/// <summary>
/// Bursts that grow fourfold until one lasted long enough. Fourfold: all before the last cost a third of it, and a way that let one
/// burst through at once because of its bucket is asked for at most four times that. All of one probe are at most
/// <see cref="MostBytes"/> and 1 % of what the way carries in a bandwidth-period (threat T24), but <see cref="LeastBytes"/> in any
/// case, without which nothing could be learned of a way of which nothing is known.
/// </summary>
/// <param name="believed">What is believed so far, in bytes per second; null if nothing.</param>
/// <param name="period">How often a bandwidth is measured.</param>
public sealed class BurstPlan(double? believed, TimeSpan period)
{
    /// <summary>The first burst to a site of which nothing is known: little more than TCP sends without waiting (10 segments), a second's worth for a modem of 1990.</summary>
    public const long FirstBytes = 16 * 1024;

    /// <summary>What all bursts of a probe may be in any case.</summary>
    public const long LeastBytes = 64 * 1024;

    /// <summary>The most that all bursts of a probe are together.</summary>
    public const long MostBytes = 1024 * 1024;

    /// <summary>The part of a way that measuring may take.</summary>
    public const double Share = 0.01;

    private const int Growth = 4;

    // The largest first burst, so that the last one, a quarter of which came before, can still be most of a probe.
    private const long LargestFirstBytes = 64 * 1024;

    // What TCP sends before the first acknowledgment: ten segments (RFC 6928).
    private const int FirstWindowBytes = 14_480;

    // Unhindered, an opening window was mostly found 1.5 to 1.7 times as large as what came in a round trip, and seldom twice (BBR of Linux 6.18,
    // 60 to 200 ms; other senders were not tried). What is doubted in vain costs a larger burst, if one may follow; else it is not believed.
    private const double WindowMargin = 1.8, WindowMarginInDoubt = 2.2;

    private double _fastest = believed ?? 0;
    private bool _filled = believed is not null;

    /// <summary>How large the last burst was, in bytes; 0 before the first.</summary>
    public long LastBytes { get; private set; }

    /// <summary>All bytes given out so far.</summary>
    public long Spent { get; private set; }

    /// <summary>What all bursts may come to, by what is known now. As long as no burst has filled the way, it is wider than anything seen.</summary>
    public long Budget => !_filled && LastBytes > 0 ? MostBytes
        : Math.Clamp((long)Math.Min(_fastest * Share * period.TotalSeconds, MostBytes), LeastBytes, MostBytes);

    /// <summary>
    /// What a burst has shown, as only its sender can judge it: whether it was the way that it filled, or TCP's window. A window that
    /// has been opening since the first byte is as large as all that was acknowledged; what came nearly as fast as it let would have
    /// come faster still. The receiver cannot tell: where segments are paced (BBR, fq) an opening window looks even.
    /// </summary>
    /// <param name="shown">What the receiver timed of the last burst.</param>
    /// <param name="roundTrip">The shortest round trip on the same connection.</param>
    public BurstRate Judged(in BurstRate shown, TimeSpan roundTrip)
    {
        double margin = MayFollow(Budget - Spent) ? WindowMarginInDoubt : WindowMargin;
        return shown with { IsSaturated = shown.IsSaturated && margin * shown.BytesPerSecond * roundTrip.TotalSeconds <= FirstWindowBytes + Spent - shown.Bytes };
    }

    /// <summary>The size of the next burst, in bytes; null when the probe is over.</summary>
    /// <param name="last">What the last burst showed, as <see cref="Judged"/>; null before the first.</param>
    public long? NextBytes(BurstRate? last)
    {
        if (last is { IsEnough: true })
        {
            return null;
        }

        if (last is { } shown)
        {
            _fastest = Math.Max(_fastest, shown.BytesPerSecond ?? 0);
            _filled |= shown.IsSaturated;
        }

        // With a belief: a quarter of what would last long enough in its second half, as beliefs can be out of date.
        long wanted = last is null
            ? (long)Math.Clamp(_fastest * 2 * BurstRate.LongEnough.TotalSeconds / Growth, FirstBytes, LargestFirstBytes)
            : LastBytes * Growth;
        long left = Budget - Spent;

        long bytes = Math.Min(wanted, left);
        if (last is not null && !MayFollow(bytes))
        {
            return null;
        }

        LastBytes = bytes;
        Spent += bytes;
        return bytes;
    }

    // What is not twice the last one shows nothing that the last one did not.
    private bool MayFollow(long bytes) => bytes >= 2 * LastBytes;
}

// What is believed of the round trip to one site, from its last samples. Takes no clock's word but the caller's; never grows.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// The last <see cref="Window"/> samples and what they say. A sample is the way's own time plus the queues that it met: it can be
/// too large and never too small. So the belief is the median of the lower half, which needs a queue under more than three quarters
/// of the samples to be wrong; and as a way that has become longer would then be noticed only after twelve samples, a row of
/// samples that are all too large for the belief ends what was before (a change of route).
/// About 300 bytes.
/// </summary>
public sealed class RoundTripFilter
{
    /// <summary>How many samples are kept.</summary>
    public const int Window = 15;

    /// <summary>The longest time that is a sample, as in <see cref="ClaimJudge"/>.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(ClaimJudge.LongestRttMilliseconds);

    // Four in a row that agree with each other: a queue's samples seldom do, for it fills and drains. Over a second at least, because
    // the samples of one moment meet one queue.
    private const int Agreeing = 4;
    private static readonly TimeSpan AgreeingFor = TimeSpan.FromSeconds(1);

    // Eight in a row however they differ: a queue that has not been empty for ten seconds is what the way is like now.
    private const int Lasting = 8;
    private static readonly TimeSpan LastingFor = TimeSpan.FromSeconds(10);

    private readonly Instant[] _at = new Instant[Window];
    private readonly int[] _ticks = new int[Window];
    private int _next;
    private int _above;
    private int _limit;
    private int _quietSpread;
    private int _low;
    private int _spread;

    /// <summary>How many samples the belief rests on: 0 to <see cref="Window"/>.</summary>
    public int Samples { get; private set; }

    /// <summary>When the last sample was taken; <see cref="Instant.Zero"/> if there is none.</summary>
    public Instant MeasuredAt => Samples > 0 ? _at[Back(1)] : Instant.Zero;

    /// <summary>The belief: the median of the lower half of the samples; null if there is none.</summary>
    public TimeSpan? RoundTrip => Samples > 0 ? new TimeSpan(_low) : null;

    /// <summary>
    /// The middle half of the samples, from the lower quartile to the upper. With two or three: all of them; with one: half of it,
    /// as RFC 6298 (2.2) begins.
    /// </summary>
    public TimeSpan Spread => new(_spread);

    /// <summary>
    /// Whether more samples would hardly change the belief: there are some, they lie together (within a quarter of the round trip,
    /// or 2 ms), and the last ones do not speak against it.
    /// </summary>
    public bool IsSettled => Samples >= Agreeing && _above < 2 && _spread <= Math.Max(_low / 4, 2 * TimeSpan.TicksPerMillisecond);

    /// <summary>Takes a sample in.</summary>
    /// <param name="now">When its answer came; not before the last one's.</param>
    /// <param name="sample">The round trip; one that is negative or above <see cref="Longest"/> is not taken.</param>
    /// <returns>Whether it was taken.</returns>
    public bool Add(Instant now, TimeSpan sample)
    {
        if (sample < TimeSpan.Zero || sample > Longest)
        {
            return false;
        }

        // A reading of 0 is a clock too coarse for the way; 0 would mean "at the same place", and be rejected by others.
        int ticks = Math.Max(1, (int)sample.Ticks);
        if (_above == 0)
        {
            // Fixed for the row that may begin here: its own samples widen the spread.
            (_limit, _quietSpread) = (_low + Tolerance, _spread);
        }

        _above = Samples > 0 && ticks > _limit ? Math.Min(_above + 1, Window) : 0;
        _at[_next] = now;
        _ticks[_next] = ticks;
        _next = (_next + 1) % Window;
        Samples = Math.Min(Samples + 1, Window);
        int since = SamplesSinceRouteChange();
        if (since > 0)
        {
            Samples = since;
            _above = 0;
        }

        Believe();
        return true;
    }

    // How far above the belief a sample still speaks for it: three times the spread, at least a tenth and a millisecond, so that a
    // quiet way's hair-thin spread does not make every scheduling delay a change.
    private int Tolerance => Math.Max(Samples < Agreeing ? 0 : 3 * _spread, Math.Max(_low / 10, (int)TimeSpan.TicksPerMillisecond));

    // How many samples were taken since the way became longer; 0 if it did not: whether the last ones are all too large, and agree or go on for long.
    private int SamplesSinceRouteChange()
    {
        int least = int.MaxValue, most = 0;
        for (int back = 1; back <= _above; back++)
        {
            least = Math.Min(least, _ticks[Back(back)]);
            most = Math.Max(most, _ticks[Back(back)]);
            TimeSpan lasted = MeasuredAt - _at[Back(back)];
            if ((back >= Agreeing && lasted >= AgreeingFor && most - least <= Math.Max(_quietSpread, (least - _low) / 4))
                || (back >= Lasting && lasted >= LastingFor))
            {
                return back;
            }
        }

        return 0;
    }

    private void Believe()
    {
        Span<int> sorted = stackalloc int[Samples];
        for (int i = 0; i < Samples; i++)
        {
            sorted[i] = _ticks[Back(i + 1)];
        }

        sorted.Sort();
        _low = sorted[(Samples - 1) / 4];
        _spread = Samples switch
        {
            1 => _low / 2,
            < Agreeing => sorted[^1] - sorted[0],
            _ => sorted[3 * Samples / 4] - sorted[Samples / 4],
        };
    }

    // Where the sample is that was taken so many samples ago, the last one being 1.
    private int Back(int samples) => (_next - samples + Window) % Window;
}

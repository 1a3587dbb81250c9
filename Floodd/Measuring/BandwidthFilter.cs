// What is believed of the bandwidth to one site, from bursts that were timed and from what flooding itself showed.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// The median of the last three measurements: one burst that met other traffic, or whose bucket was not noticed, changes nothing,
/// and a way that has changed is believed with the second measurement. Above it, the largest rate at which bytes were seen to
/// arrive: a way carries at least what it carried. What bursts have measured is forgotten when bursts that fit through the way without
/// filling it are twice as fast: a processor that was busy elsewhere made a way look narrow that bursts cannot fill.
/// </summary>
public sealed class BandwidthFilter
{
    // What less shows is the clock's coarseness and the bucket, not the way.
    private static readonly TimeSpan ShortestFlood = BurstRate.LongEnough;
    private const long SmallestFloodBytes = 64 * 1024;

    // Looks that differ by less say the same: a burst seldom meets as much other traffic as it brings itself.
    private const double Agreement = 2;
    private const int LooksToSettle = 2;

    // So many bursts in a row that did not fill the way, and yet were much faster than what is believed of it, show that it was wrong.
    private const int LooksToDisbelieve = 2;

    private readonly double[] _rates = new double[3];
    private int _agreeing, _faster;
    private int _count;
    private double _bound;
    private bool _boundByFlood;
    private int _below;

    /// <summary>The belief, in bytes per second; null before the first measurement.</summary>
    public double? BytesPerSecond => _count == 0 && _bound == 0 ? null : Math.Max(_bound, Median());

    /// <summary>Whether the last looks, after the first one, have said what was believed already: another one would hardly say anything else.</summary>
    public bool IsSettled => _agreeing >= LooksToSettle;

    /// <summary>When something was last measured; <see cref="Instant.Zero"/> if nothing ever was.</summary>
    public Instant MeasuredAt { get; private set; }

    /// <summary>
    /// Takes in what a burst came to: a measurement; or, if the burst never filled the way, a bound as long as there is nothing better:
    /// a burst that fitted into a bucket came faster than the way carries more.
    /// </summary>
    /// <param name="now">When it was told.</param>
    /// <param name="rate">What its receiver timed.</param>
    public void AddBurst(Instant now, in BurstRate rate)
    {
        _agreeing = Agrees(rate) ? Math.Min(_agreeing + 1, LooksToSettle) : 0;
        bool isFaster = !rate.IsSaturated && rate.BytesPerSecond > BytesPerSecond * Agreement;
        _faster = isFaster ? _faster + 1 : 0;
        if (rate.IsSaturated)
        {
            AddBurst(now, rate.Bytes, rate.Duration);
        }
        else if (_faster >= LooksToDisbelieve)
        {
            Clear();
            AddBound(now, rate.Bytes, rate.Duration, byFlood: false);
        }
        else if (_count == 0)
        {
            AddBound(now, rate.Bytes, rate.Duration, byFlood: false);
        }
        else if (rate.BytesPerSecond is not null)
        {
            MeasuredAt = now;
        }
    }

    /// <summary>Takes in a burst that filled the way.</summary>
    /// <param name="now">When it was told.</param>
    /// <param name="bytes">How much came; nothing is taken in unless positive.</param>
    /// <param name="duration">In what time; nothing is taken in unless positive.</param>
    public void AddBurst(Instant now, long bytes, TimeSpan duration)
    {
        if (bytes > 0 && duration > TimeSpan.Zero)
        {
            Measured(now, bytes / duration.TotalSeconds);
        }
    }

    /// <summary>Takes in what flooding showed: a lower bound.</summary>
    /// <param name="now">At its end.</param>
    /// <param name="bytes">How much the other end has taken; less than 64 KiB shows nothing.</param>
    /// <param name="duration">In what time; less than <see cref="BurstRate.LongEnough"/> shows nothing.</param>
    public void AddFlood(Instant now, long bytes, TimeSpan duration)
    {
        if (bytes < SmallestFloodBytes || duration < ShortestFlood)
        {
            return;
        }

        AddBound(now, bytes, duration, byFlood: true);
    }

    /// <summary>Forgets everything: the way is another one.</summary>
    public void Clear() => (_count, _bound, _below, _agreeing, _faster, MeasuredAt) = (0, 0, 0, 0, 0, Instant.Zero);

    // A burst that did not fill the way says only what the way carries at least; one that came in one piece says nothing, and so would another.
    private bool Agrees(in BurstRate rate) => rate.BytesPerSecond is not { } shown
        || (BytesPerSecond is { } believed && shown <= believed * Agreement && (!rate.IsSaturated || shown >= believed / Agreement));

    private void AddBound(Instant now, long bytes, TimeSpan duration, bool byFlood)
    {
        double rate = bytes > 0 && duration > TimeSpan.Zero ? bytes / duration.TotalSeconds : 0;
        if (rate > 0 && rate >= _bound)
        {
            (_bound, _boundByFlood, _below, MeasuredAt) = (rate, byFlood, 0, now);
        }
        else if (rate > 0 && _count == 0)
        {
            // Nothing but bounds is known: the highest stays, and somebody has looked.
            MeasuredAt = now;
        }
    }

    // A bound was true when it was seen. Two measurements since that say less: the way has become narrower. A burst's bound was only a makeshift.
    private void Measured(Instant now, double rate)
    {
        _rates[2] = _rates[1];
        _rates[1] = _rates[0];
        _rates[0] = rate;
        _count = Math.Min(_count + 1, 3);
        MeasuredAt = now;
        _below = rate < _bound ? _below + 1 : 0;
        if (_below == 2 || (_count == 1 && !_boundByFlood))
        {
            (_bound, _below) = (0, 0);
        }
    }

    // Of two the larger: other traffic makes a measurement too small, and nothing makes it too large that the receiver does not take out.
    private double Median() => _count switch
    {
        0 => 0,
        1 => _rates[0],
        2 => Math.Max(_rates[0], _rates[1]),
        _ => Math.Max(Math.Min(_rates[0], _rates[1]), Math.Min(Math.Max(_rates[0], _rates[1]), _rates[2])),
    };
}

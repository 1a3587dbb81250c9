// A connection in slow start over a token bucket, a wire and a delay, computed segment by segment. Loses nothing; touches no socket.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

/// <summary>What tbf or netem make of a path.</summary>
/// <param name="rate">Bytes per second at which the bucket fills.</param>
/// <param name="bucket">What it holds; full at the beginning.</param>
/// <param name="roundTrip">The delay, there and back.</param>
/// <param name="wire">The speed of the wire behind which the bucket stands, in bytes per second.</param>
internal sealed class SimulatedPath(double rate, double bucket, TimeSpan roundTrip, double wire = 125e6)
{
    private const int Segment = 1448;
    private readonly double _delay = roundTrip.TotalSeconds;
    private double _window = 10;
    private readonly double _bucket = bucket;
    private double _tokens = bucket;
    private double _filled;
    private double _free;
    private double _now;

    /// <summary>What the receiver notices together: all that comes within this, as interrupts and a loop's turns coalesce it.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromMilliseconds(0.05);

    /// <summary>Gives for a moment, in seconds, when the receiver notices what arrives then: later, together with more, if it had something else to do.</summary>
    public Func<double, double> Noticed { get; init; } = at => at;

    /// <summary>How many segments make the window larger by one; 2 where each second one is acknowledged.</summary>
    public int SegmentsPerAcknowledgment { get; init; } = 1;

    /// <summary>What was sent in all.</summary>
    public long Sent { get; private set; }

    /// <summary>Probes as a site would: a burst, its result back, the next burst.</summary>
    public BurstRate Probe(double? believed, TimeSpan period)
    {
        var plan = new BurstPlan(believed, period);
        BurstRate? last = null;
        while (plan.NextBytes(last) is { } bytes)
        {
            last = plan.Judged(Burst(bytes), roundTrip);
        }

        Assert.That(Sent, Is.EqualTo(plan.Spent));
        return last ?? default;
    }

    /// <summary>Sends so many bytes and gives what the receiver timed.</summary>
    public BurstRate Burst(long bytes)
    {
        var arrival = new BurstArrival();
        var acknowledgments = new Queue<double>();
        long left = bytes;
        double flying = 0, turn = -1;
        long read = 0;
        Sent += bytes;
        while (left > 0 || acknowledgments.Count > 0)
        {
            while (left > 0 && flying < _window)
            {
                int size = (int)Math.Min(Segment, left);
                left -= size;
                flying++;
                double arrived = Leave(_now, size) + (_delay / 2);
                acknowledgments.Enqueue(arrived + (_delay / 2));
                double at = Noticed(Math.Ceiling(arrived / Turn.TotalSeconds) * Turn.TotalSeconds);
                if (at > turn && read > 0)
                {
                    arrival.Add(At(turn), read);
                    read = 0;
                }

                turn = at;
                read += size;
            }

            _now = acknowledgments.Dequeue();
            flying--;
            _window += 1.0 / SegmentsPerAcknowledgment;
        }

        arrival.Add(At(turn), read);
        _now += _delay;
        return arrival.Rate();
    }

    private static Instant At(double seconds) => new((long)(seconds * TimeSpan.TicksPerSecond));

    // When a segment is through the bucket and on the wire; one after the other.
    private double Leave(double now, int size)
    {
        double at = Math.Max(now, _free);
        _tokens = Math.Min(_bucket, _tokens + ((at - _filled) * rate));
        if (_tokens < size)
        {
            at += (size - _tokens) / rate;
            _tokens = size;
        }

        _filled = at;
        _tokens -= size;
        _free = at + (size / wire);
        return _free;
    }
}

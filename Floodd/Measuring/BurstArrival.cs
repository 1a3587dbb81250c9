// What the receiver of a burst notes while it arrives, and the rate that it takes from that. Keeps times and counts, never bytes.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// The arrival curve of one burst. Three things make "bytes by time" wrong: a token bucket (tbf, a policer, a cloud's credit) lets
/// its bucket through at the speed of the wire; TCP's slow start sends a few segments and waits a round trip, then twice as many;
/// and the first read says nothing about when its bytes were sent. So only the second half of the bytes counts: buckets are smaller
/// than half of a burst that lasted long enough, and the second half of a slow start is its last round or two. What then still
/// stands still within that half is slow start waiting. If it is little, the way was full and the rate is that of the half, pauses
/// included. If it is much, the rate is that of the last piece without a pause (its own second half again, because a bucket
/// fills during the pause), if that piece lasted long enough to be no bucket; else all that is known is that the way carries at
/// least the whole by its time. Buckets above a third of what a probe may send (350 KiB) are not seen through.
/// </summary>
public sealed class BurstArrival
{
    /// <summary>How many reads are kept; of more, every second one is left out.</summary>
    public const int MaxReads = 512;

    // Pauses that are together less than this part of the time do not spoil a rate: well below the error that is allowed (a quarter).
    private const double PausesThatDoNotMatter = 0.15;

    private const double MuchSlower = 0.8;

    // What was shorter may be a bucket at the speed of the wire: with a gigabit, all of a probe takes 8 ms.
    private static readonly TimeSpan LongerThanABucket = TimeSpan.FromMilliseconds(10);

    // Fewer reads do not show where there was a pause.
    private const int FewestReads = 4;

    private readonly List<(Instant At, long Bytes)> _reads = [];
    private long _bytes;
    private int _stride = 1;
    private int _skipped;

    /// <summary>How many bytes have come.</summary>
    public long Bytes => _bytes;

    /// <summary>Notes a read.</summary>
    /// <param name="now">When it was made; not before the last one's.</param>
    /// <param name="bytes">How many bytes of the burst it brought; without any it is none.</param>
    public void Add(Instant now, long bytes)
    {
        if (bytes <= 0)
        {
            return;
        }

        _bytes += bytes;
        if (_reads.Count > 0 && _reads[^1].At >= now)
        {
            _reads[^1] = (_reads[^1].At, _bytes);
            return;
        }

        // Between two kept reads the last one moves along, so that the end is always known.
        if (_skipped > 0 && _reads.Count > 1)
        {
            _reads[^1] = (now, _bytes);
            _skipped--;
            return;
        }

        if (_reads.Count == MaxReads)
        {
            Thin();
        }

        _reads.Add((now, _bytes));
        _skipped = _stride - 1;
    }

    /// <summary>What the burst has shown so far.</summary>
    public BurstRate Rate()
    {
        int end = _reads.Count - 1;
        int half = FirstAtOrAbove(0, _bytes / 2);
        if (end < 1)
        {
            return default;
        }

        // Read in too few pieces, a pause looks like a slow way; over too soon, a bucket looks like a fast one. Then all that came after the first read is a lower bound.
        BurstRate atLeast = Part(0, end, isSaturated: false);
        BurstRate second = Part(half, end, isSaturated: true);
        if (ShowsNoPauses(half, end) || second.Duration < LongerThanABucket)
        {
            return atLeast;
        }

        (TimeSpan paused, int afterPause) = Pauses(half, end);
        if (paused <= second.Duration * PausesThatDoNotMatter)
        {
            return WithoutBucket(half, end);
        }

        int middle = Middle(afterPause, end);
        return !ShowsNoPauses(middle, end) && (_reads[end].At - _reads[middle].At) >= LongerThanABucket ? WithoutBucket(middle, end) : atLeast;
    }

    // A receiver that was busy elsewhere gets in one read what came in the meantime, or at its end after a pause: nobody knows.
    private bool ShowsNoPauses(int from, int to)
    {
        long most = 0;
        for (int i = from + 1; i <= to; i++)
        {
            most = Math.Max(most, Step(i).Bytes);
        }

        return to - from < FewestReads || most * 2 > _reads[to].Bytes - _reads[from].Bytes;
    }

    // A bucket that was emptied within the part shows as a second half that is much slower than the whole: then that half is the part.
    private BurstRate WithoutBucket(int from, int end)
    {
        while (true)
        {
            int middle = Middle(from, end);
            BurstRate all = Part(from, end, isSaturated: true), half = Part(middle, end, isSaturated: true);
            if (end - middle < FewestReads || half.Duration < LongerThanABucket || half.BytesPerSecond > all.BytesPerSecond * MuchSlower)
            {
                return all;
            }

            from = middle;
        }
    }

    private int Middle(int from, int end) => FirstAtOrAbove(from, (_reads[from].Bytes + _reads[end].Bytes) / 2);

    private BurstRate Part(int from, int to, bool isSaturated) =>
        new(_reads[to].Bytes - _reads[from].Bytes, _reads[to].At - _reads[from].At, isSaturated);

    // A step between two reads that takes a sixteenth of the time or more may hold a pause, as slow start has one or two in its second
    // half: what is left of it without the time that its bytes take at the rate of all others, as a receiver that was busy gets in one
    // read what came in the meantime. Reads that are merely few are all alike and have none.
    private (TimeSpan Paused, int After) Pauses(int from, int to)
    {
        TimeSpan least = (_reads[to].At - _reads[from].At) / 16;
        (TimeSpan Time, long Bytes) rest = default;
        for (int i = from + 1; i <= to; i++)
        {
            if (Step(i) is var step && step.Time < least)
            {
                rest = (rest.Time + step.Time, rest.Bytes + step.Bytes);
            }
        }

        TimeSpan paused = TimeSpan.Zero;
        int after = from;
        for (int i = from + 1; i <= to && rest.Bytes > 0; i++)
        {
            (TimeSpan time, long bytes) = Step(i);
            TimeSpan idle = time - (rest.Time * ((double)bytes / rest.Bytes));
            if (time >= least && idle > TimeSpan.Zero)
            {
                paused += idle;
                after = i;
            }
        }

        return (paused, after);
    }

    private (TimeSpan Time, long Bytes) Step(int i) => (_reads[i].At - _reads[i - 1].At, _reads[i].Bytes - _reads[i - 1].Bytes);

    private int FirstAtOrAbove(int from, long bytes)
    {
        int at = from;
        while (at < _reads.Count - 1 && _reads[at].Bytes < bytes)
        {
            at++;
        }

        return at;
    }

    private void Thin()
    {
        for (int i = 0; i < MaxReads / 2; i++)
        {
            _reads[i] = _reads[2 * i];
        }

        _reads.RemoveRange(MaxReads / 2, MaxReads / 2);
        _stride *= 2;
    }
}

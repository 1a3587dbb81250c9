// What is under way from one site of a lab to another, and when each piece arrives. Used by the switch's thread alone, but for its traits and counts.
namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>A datagram under way.</summary>
/// <param name="Bytes">A buffer that begins with it.</param>
/// <param name="Length">Its length.</param>
/// <param name="Due">When it arrives, in nanoseconds of the switch's clock.</param>
internal readonly record struct Datagram(byte[] Bytes, int Length, long Due);

/// <summary>One direction: a line that sends one bit after the other, and the distance behind it. Never changes the order.</summary>
/// <param name="to">The index of the site at its end.</param>
/// <param name="seed">For the losses.</param>
internal sealed class LabPath(int to, int seed)
{
    // Bounds memory where no rate bounds the queue: a second at 100 Mbit/s and 1500 bytes.
    private const int MostUnderWay = 8192;

    private readonly Queue<Datagram> _underWay = new();
    private readonly HashSet<int> _known = [];
    private readonly Random _chance = new(seed);
    private bool _forgets;
    private PathTraits _traits = PathTraits.Open;
    private long _lineIsFree;
    private long _lastDue;
    private long _delivered;
    private long _deliveredBytes;
    private long _dropped;
    private long _latest;

    public int To => to;

    /// <summary>May be set by any thread at any time; holds for the datagrams that come from then on, a cut also for those under way.</summary>
    public PathTraits Traits
    {
        get => Volatile.Read(ref _traits);
        set => Volatile.Write(ref _traits, value);
    }

    /// <summary>Datagrams that arrived.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>The bytes of those, IP headers included.</summary>
    public long DeliveredBytes => Volatile.Read(ref _deliveredBytes);

    /// <summary>Datagrams that did not: lost by chance, by a cut, or by a full queue.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How much later than due a datagram arrived at most: the lab's own error on this path.</summary>
    public TimeSpan Latest => TimeSpan.FromTicks(Volatile.Read(ref _latest) / TimeSpan.NanosecondsPerTick);

    /// <summary>When the next one is due; null if none is under way.</summary>
    public long? NextDue => _underWay.TryPeek(out Datagram next) ? next.Due : null;

    /// <summary>Takes a datagram that has just left its site.</summary>
    /// <returns>Whether it is under way now; otherwise it is dropped and the buffer still the caller's.</returns>
    public bool Take(byte[] bytes, int length, long now)
    {
        PathTraits traits = Traits;
        long begins = Math.Max(now, _lineIsFree);
        bool isFull = traits.BitsPerSecond > 0 ? begins - now > Nanoseconds(traits.Queue) : _underWay.Count >= MostUnderWay;
        if (isFull || traits.IsCut || IsForgotten(traits, bytes.AsSpan(0, length)) || (traits.Loss > 0 && _chance.NextDouble() < traits.Loss))
        {
            Drop();
            return false;
        }

        _lineIsFree = traits.BitsPerSecond > 0 ? begins + (length * 8_000_000_000L / traits.BitsPerSecond) : now;

        // A shorter delay from now on does not let this one overtake those before it.
        _lastDue = Math.Max(_lastDue, _lineIsFree + Nanoseconds(traits.Delay));
        _underWay.Enqueue(new Datagram(bytes, length, _lastDue));
        return true;
    }

    /// <summary>The next one under way, off the path.</summary>
    public Datagram Next() => _underWay.Dequeue();

    /// <summary>Counts one as arrived.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="late">How much later than due, in nanoseconds.</param>
    public void Deliver(int length, long late)
    {
        Volatile.Write(ref _latest, Math.Max(_latest, late));
        Volatile.Write(ref _delivered, _delivered + 1);
        Volatile.Write(ref _deliveredBytes, _deliveredBytes + length);
    }

    /// <summary>Counts one as dropped.</summary>
    public void Drop() => Volatile.Write(ref _dropped, _dropped + 1);

    // A datagram with SYN makes its connection known, there and, answered, back.
    private bool IsForgotten(PathTraits traits, ReadOnlySpan<byte> datagram)
    {
        if (traits.ForgetsConnections != _forgets)
        {
            _forgets = traits.ForgetsConnections;
            _known.Clear();
        }

        if (!_forgets || TcpDatagram.PortsOf(datagram) is not { } ports)
        {
            return false;
        }

        if (TcpDatagram.IsFirst(datagram))
        {
            _known.Add(ports);
        }

        return !_known.Contains(ports);
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}

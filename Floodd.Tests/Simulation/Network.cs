// The roads between sites: delay, bandwidth, cuts; measured, or drawn from the seed by pair, so that no order of use changes them.
using Floodd.Model;
using Floodd.Tests.Latency;

namespace Floodd.Tests.Simulation;

/// <summary>The road from one site to another, one way.</summary>
internal sealed class Route(int from, int to, long delay, long jitter)
{
    public int From { get; } = from;

    public int To { get; } = to;

    /// <summary>The least delay, in ticks.</summary>
    public long Delay { get; set; } = delay;

    /// <summary>The scale of what may come on top, in ticks.</summary>
    public long Jitter { get; set; } = jitter;

    /// <summary>How often a crossing meets a queue, 0 to 1.</summary>
    public double QueueChance { get; set; }

    /// <summary>Bytes per second of each connection; 0 is no bound.</summary>
    public long Bandwidth { get; set; }

    /// <summary>Whether nothing passes: streams stall, dials time out.</summary>
    public bool Cut { get; private set; }

    /// <summary>Whether new connections are refused.</summary>
    public bool Refusing { get; private set; }

    /// <summary>Since when bytes and new connections have passed, in ticks; the end of time while they do not.</summary>
    public long OpenSince { get; private set; }

    /// <summary>From now on it is like this.</summary>
    public void Become(bool cut, bool refusing, long now)
    {
        (Cut, Refusing) = (cut, refusing);
        OpenSince = cut || refusing ? long.MaxValue : OpenSince == long.MaxValue ? now : OpenSince;
    }
}

/// <summary>All roads.</summary>
internal sealed class Network(WorldOptions options, Prng random)
{
    private readonly Dictionary<long, Route> _routes = [];
    private readonly List<Route> _inOrder = [];
    private readonly ulong _seed = random.NextUInt64();
    private readonly Prng _random = random.Split();

    /// <summary>The road from a site to another; from a site to itself it is its loopback.</summary>
    public Route Between(int from, int to)
    {
        long key = ((long)from << 32) | (uint)to;
        if (_routes.TryGetValue(key, out Route? route))
        {
            return route;
        }

        route = from == to ? new Route(from, to, 300, 100)
            : options.Matrix is { } matrix ? Measured(matrix, from, to)
            : Drawn(from, to);
        _routes.Add(key, route);
        _inOrder.Add(route);
        return route;
    }

    /// <summary>The least that a crossing of the longest way takes, of those that were used.</summary>
    public TimeSpan LongestDelay => new(_inOrder.Select(r => r.Delay).DefaultIfEmpty().Max());

    /// <summary>How long the next crossing takes, in ticks: the least delay and a long-tailed rest of up to twenty times the jitter; now and then a queue.</summary>
    public long Crossing(Route route)
    {
        double u = _random.NextDouble();
        long queued = route.QueueChance > 0 && _random.Chance(route.QueueChance)
            ? (long)(options.QueueDelay.Ticks * Math.Min(10, -Math.Log(1 - _random.NextDouble())))
            : 0;
        return route.Delay + (long)(route.Jitter * u / (1 - (0.95 * u))) + queued;
    }

    /// <summary>How long a sender takes to try again after a cut has healed: up to a second, as TCP's timer.</summary>
    public long Retry() => TimeSpan.TicksPerMillisecond + _random.Next((int)TimeSpan.TicksPerSecond);

    /// <summary>Whether an end that dies takes what is on the way with it (a reset) or lets it arrive.</summary>
    public bool DiesAbruptly() => _random.Chance(0.5);

    /// <summary>Heals every cut and refuses nothing.</summary>
    public void Heal(long now)
    {
        foreach (Route route in _inOrder)
        {
            route.Become(cut: false, refusing: false, now);
        }
    }

    private Route Drawn(int from, int to)
    {
        (int low, int high) = from < to ? (from, to) : (to, from);
        var draw = new Prng(_seed ^ (((ulong)low << 32) | (uint)high));
        draw.NextUInt64();
        long delay = options.DelayMin.Ticks + (long)(draw.NextDouble() * (options.DelayMax - options.DelayMin).Ticks);
        return new Route(from, to, delay, options.Jitter.Ticks) { Bandwidth = options.Bandwidth, QueueChance = options.QueueChance };
    }

    private Route Measured(LatencyMatrix matrix, int from, int to)
    {
        long delay = (long)(matrix.RttMilliseconds(from, to) / 2 * TimeSpan.TicksPerMillisecond);
        long bandwidth = options.MatrixBandwidth > 0 && matrix.BandwidthMegabits(from, to) is { } megabits
            ? Math.Max(1, (long)(megabits * options.MatrixBandwidth * 1e6 / 8))
            : options.Bandwidth;
        return new Route(from, to, delay, options.Jitter.Ticks) { Bandwidth = bandwidth, QueueChance = options.QueueChance };
    }
}

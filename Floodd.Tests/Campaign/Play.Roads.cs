// What acts do to the roads between sites.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

internal sealed partial class Play
{
    private readonly Dictionary<Act, List<(int A, int B)>> _parted = [];
    private readonly Dictionary<Route, long> _delays = [];
    private readonly Dictionary<(int From, int To), double> _damaged = [];
    private readonly Prng _flips = new(7);
    private int _wrongLookup = -1;

    /// <summary>A site's place when all are turned by an act's site.</summary>
    public int Turned(Act act, int site) => (site + act.A) % Count;

    /// <summary>How far two sites are apart on a ring.</summary>
    public int Distance(int a, int b) => Math.Min(Math.Abs(a - b), Count - Math.Abs(a - b));

    public bool Cut(int a, int b, bool cut) => CutOneWay(a, b, cut) | CutOneWay(b, a, cut);

    public bool CutOneWay(int a, int b, bool cut)
    {
        Route route = World.Network.Between(Site(a).Index, Site(b).Index);
        if (route.From == route.To || route.Cut == cut)
        {
            return false;
        }

        route.Become(cut, route.Refusing, World.Now);
        if (!cut)
        {
            World.Wires.Resume();
        }

        return true;
    }

    /// <summary>Cut and mended in turn, about as often as the act says, until it ends.</summary>
    public bool Flap(Act act)
    {
        var draw = new Prng((ulong)act.N);
        Again(true);
        return false;

        void Again(bool cut) => World.After((long)(-Math.Log(1 - draw.NextDouble()) * act.N), () =>
        {
            if (_open.Contains(act))
            {
                if (Cut(act.A, act.B, cut) && cut)
                {
                    Count1(act.Kind);
                }

                Again(!cut);
            }
        });
    }

    /// <summary>Cuts all pairs that a test says belong apart.</summary>
    public bool Part(Act act, Func<int, int, bool> apart)
    {
        List<(int A, int B)> pairs = [];
        for (int i = 0; i < Count; i++)
        {
            for (int j = i + 1; j < Count; j++)
            {
                if (apart(i, j) && Cut(i, j, true))
                {
                    pairs.Add((i, j));
                }
            }
        }

        _parted[act] = pairs;
        return pairs.Count > 0;
    }

    public void Unpart(Act act)
    {
        if (_parted.Remove(act, out List<(int A, int B)>? pairs))
        {
            pairs.ForEach(p => Cut(p.A, p.B, false));
        }
    }

    /// <summary>Stops links one after the other, and frees them in another order.</summary>
    public bool Swizzle(Act act)
    {
        var draw = new Prng((ulong)act.N);
        List<(int A, int B)> pairs = [.. Enumerable.Range(0, Count).Where(i => i != act.A % Count).Select(i => (act.A % Count, i))];
        _parted[act] = [];
        foreach ((int a, int b) in pairs)
        {
            World.After((long)(draw.NextDouble() * act.For / 2), () =>
            {
                if (_parted.TryGetValue(act, out List<(int, int)>? parted) && Cut(a, b, true))
                {
                    parted.Add((a, b));
                    Count1(act.Kind);
                }
            });
            World.After((act.For / 2) + (long)(draw.NextDouble() * act.For / 2), () =>
            {
                if (_parted.TryGetValue(act, out List<(int, int)>? parted) && parted.Remove((a, b)))
                {
                    Cut(a, b, false);
                }
            });
        }

        return false;
    }

    public bool Reset(int a, int b)
    {
        bool any = LinkEnds(a, b).Any();
        World.Sever(Site(a).Index, Site(b).Index);
        return any;
    }

    /// <summary>One end hears of a reset, the other of nothing: the road is cut meanwhile.</summary>
    public bool HalfOpen(int a, int b)
    {
        List<End> ends = [.. LinkEnds(a, b)];
        ends.ForEach(e => World.Wires.Break(e, "connection reset"));
        Cut(a, b, true);
        return ends.Count > 0;
    }

    public bool Refuse(int a, int b, bool refuses)
    {
        Route route = World.Network.Between(Site(a).Index, Site(b).Index);
        bool changes = route.From != route.To && route.Refusing != refuses;
        route.Become(route.Cut, refuses && route.From != route.To, World.Now);
        return changes;
    }

    /// <summary>A site has no descriptor left: nobody gets a new connection to it, nor it to anybody.</summary>
    public bool RefuseAll(int site, bool refuses)
    {
        bool any = false;
        for (int i = 0; i < Count; i++)
        {
            any |= Refuse(site, i, refuses) | Refuse(i, site, refuses);
        }

        return any;
    }

    public bool Lose(int a, int b, double part)
    {
        World.Network.Between(Site(a).Index, Site(b).Index).QueueChance = part;
        return part > 0;
    }

    public bool Delay(int a, int b, long ticks) => DelayOneWay(a, b, ticks) | DelayOneWay(b, a, ticks);

    public bool DelayAll(int site, long ticks)
    {
        for (int i = 0; i < Count; i++)
        {
            DelayOneWay(site, i, ticks);
        }

        return ticks > 0;
    }

    public bool Narrow(int a, int b, long bytesPerSecond)
    {
        foreach (Route route in new[] { World.Network.Between(Site(a).Index, Site(b).Index), World.Network.Between(Site(b).Index, Site(a).Index) })
        {
            route.Bandwidth = bytesPerSecond < 0 || route.From == route.To ? Shape.Bandwidth : bytesPerSecond;
        }

        return bytesPerSecond > 0;
    }

    public bool ReadLittle(int most)
    {
        World.ReadMax = most > 0 ? Math.Min(most, Shape.ReadMax) : Shape.ReadMax;
        return most > 0;
    }

    /// <summary>Bits flip on the way from one site to another, on the average once in so many seconds of reads.</summary>
    public bool Damage(int a, int b, double part)
    {
        _damaged[(Site(a).Index, Site(b).Index)] = part;
        return false;
    }

    public bool DamageAll(int site, double part)
    {
        for (int i = 0; i < Count; i++)
        {
            Damage(site, i, part);
        }

        return false;
    }

    public bool LookUpWrong(int how)
    {
        _wrongLookup = how;
        World.Options.ResolveTicks = how == 2 ? TimeSpan.TicksPerSecond : 5 * TimeSpan.TicksPerMillisecond;
        return how >= 0;
    }

    private SimulatedSite? LookUp(string host) => _healed || _wrongLookup is -1 or 2 ? World.Find(host) : _wrongLookup == 0 ? null : World.Site(0);

    private bool DelayOneWay(int a, int b, long ticks)
    {
        Route route = World.Network.Between(Site(a).Index, Site(b).Index);
        if (route.From == route.To)
        {
            return false;
        }

        _delays.TryAdd(route, route.Delay);
        route.Delay = ticks >= 0 ? ticks : _delays[route];
        return true;
    }

    private IEnumerable<End> LinkEnds(int a, int b) =>
        Site(a).Connections.Values.Where(e => e.IsLink && e.Other.Site == Site(b)).OrderBy(e => e.Id.Value);

    private void Meddle(End end, Memory<byte> bytes)
    {
        if (!end.IsLink || end.Other.Site is not { } from)
        {
            return;
        }

        Intruders.Overheard(end, bytes.Span);
        if (!_healed && _damaged.TryGetValue((from.Index, end.Site!.Index), out double part) && _flips.Chance(part))
        {
            bytes.Span[_flips.Next(bytes.Length)] ^= (byte)(1 << _flips.Next(8));
            Count1(_open.Exists(o => o.Kind == "damage") ? "damage" : "altering-relay");
            Markers.Reach("a byte was damaged on a link");
        }
    }
}

// What acts do at client ports. Clients know nothing of the faults.
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

internal sealed partial class Play
{
    private static readonly string[] Questions = ["stats", "topology g", "members g", "estimates g", "subscribers", "groups", "sites", "nearest", "why g s01 s02", "no such thing", "where g s01/1/1"];

    private readonly Dictionary<Act, List<Session>> _sessions = [];
    private readonly Dictionary<string, int> _keys = [];
    private int _fills;
    private readonly Wanderer?[] _wanderers = new Wanderer?[2];

    /// <summary>Asks for help that were answered in time.</summary>
    public int Helped { get; private set; }

    /// <summary>Subscribers that move.</summary>
    public IEnumerable<Wanderer> Wanderers => _wanderers.OfType<Wanderer>();

    public bool Flood(int site, int length) => FloodAt(site, length) is not null && Site(site).IsUp;

    /// <summary>Hands an update to a site; nothing, and null, to one that does not keep to the rules.</summary>
    public Flooded? FloodAt(int site, int length) =>
        Site(site) is { IsHostile: false } at ? World.Flood(at.Index, Long(length), GroupFor(at.Index, length)) : null;

    public bool FloodHalf(int site, int length)
    {
        World.FloodHalf(Site(site).Index, Math.Max(Payload.MarkLength, length), GroupFor(Site(site).Index, length));
        return Site(site).IsUp;
    }

    /// <summary>A flood under one of a few keys, all with different lengths; its client may vanish.</summary>
    public bool FloodKey(Act act, TimeSpan vanishesAfter)
    {
        SimulatedSite at = Site(act.A);
        if (at.IsHostile || Shape.Raw)
        {
            return false;
        }

        string key = $"k{act.B % (3 + (Shape.Updates / 4))}";
        int count = _keys[key] = _keys.GetValueOrDefault(key) + 1;
        int length = (int)((act.N / 64 * 64) % Math.Max(64, Shape.UpdateMax - 64)) + (count * 97 % 1999) + Payload.MarkLength + 1;
        if (World.Ledger.All.ToArray().Any(f => f.ClientKey == key && f.Length == length))
        {
            return false;
        }

        if (vanishesAfter > TimeSpan.Zero)
        {
            World.FloodAndVanish(at.Index, length, key, vanishesAfter, GroupFor(at.Index, 0));
        }
        else
        {
            World.Flood(at.Index, length, GroupFor(at.Index, 0), key);
        }

        return at.IsUp;
    }

    /// <summary>Updates of no byte or of one, at once.</summary>
    public bool FloodTiny(Act act)
    {
        for (int i = 0; i < act.N; i++)
        {
            Flood(act.A, Shape.Raw ? Payload.MarkLength : act.B);
        }

        return Site(act.A).IsUp;
    }

    /// <summary>More than a site's store holds.</summary>
    public bool Fill(int site)
    {
        // Twice is enough for all that follows: a third time costs time and shows nothing else.
        if (++_fills > 2 * Math.Min(Count, 6))
        {
            return false;
        }

        long floods = Math.Min(40, (Shape.Store / Shape.UpdateMax) + 2);
        for (int i = 0; i < floods; i++)
        {
            Flood(site, Shape.UpdateMax);
        }

        return Site(site).IsUp;
    }

    public bool FillAll()
    {
        bool any = false;
        for (int i = 0; i < Math.Min(Count, 6); i++)
        {
            any |= Fill(i);
        }

        return any;
    }

    public bool Ask(Act act)
    {
        if (!Site(act.A).IsUp)
        {
            return false;
        }

        Session session = World.Connect(Site(act.A).Index);
        session.Ask(Questions[act.N % Questions.Length]);
        World.After(TimeSpan.TicksPerSecond, session.Vanish);
        return true;
    }

    /// <summary>A site that runs answers within 100 ms of its own time, whatever happens to others.</summary>
    public bool Help(int site)
    {
        SimulatedSite at = Site(site);
        if (at is not { IsUp: true, IsPaused: false, Slowness: 1 } || at.Core is { Core.State.Stopping: true })
        {
            return false;
        }

        Session session = World.Connect(at.Index);
        Reply reply = session.Ask("help");
        (long asked, int life) = (World.Now, at.Life);
        World.After(TimeSpan.TicksPerSecond / 10, () =>
        {
            if (!reply.IsDone && at.IsUp && at.Life == life && at is { IsPaused: false, Slowness: 1 } && at.AwakeSince <= asked && at.Core is { Core.State.Stopping: false })
            {
                throw new ViolationException($"{at.Name} did not answer 'help' within 100 ms");
            }

            Helped += reply.IsDone ? 1 : 0;
            session.Vanish();
        });
        return true;
    }

    public bool Subscribe(Act act)
    {
        if (!World.MembersOf(0).Contains(Site(act.A).Index) || Shape.Raw || Site(act.A).IsHostile)
        {
            return false;
        }

        (_wanderers[act.N] ??= new Wanderer(World)).MoveTo(Site(act.A).Index);
        return true;
    }

    public bool SlowSubscriber(Act act)
    {
        if (!Site(act.A).IsUp)
        {
            return false;
        }

        Session session = World.Connect(Site(act.A).Index);
        session.Ask($"subscribe {World.GroupNameOf(GroupFor(Site(act.A).Index, 0))} from start");
        session.IsSlow = true;
        _sessions[act] = [session];
        return true;
    }

    /// <summary>Sessions that say nothing, or begin an update and go no further.</summary>
    public bool Slowloris(Act act)
    {
        if (!Site(act.A).IsUp)
        {
            return false;
        }

        List<Session> sessions = _sessions[act] = [];
        for (int i = 0; i < act.N; i++)
        {
            Session session = World.Connect(Site(act.A).Index);
            sessions.Add(session);
            if (i % 3 == 0)
            {
                session.Ask($"flood {World.GroupNameOf(GroupFor(Site(act.A).Index, 0))} {Shape.UpdateMax}");
            }
        }

        return true;
    }

    public void Drop(Act act)
    {
        if (_sessions.Remove(act, out List<Session>? sessions))
        {
            sessions.ForEach(s => s.Vanish());
        }
    }

    /// <summary>The group of a client at a site: of those that it is in, by a number.</summary>
    public int GroupFor(int site, int number)
    {
        bool inG = World.MembersOf(0).Contains(site);
        bool inH = Shape.TwoGroups && World.MembersOf(1).Contains(site);
        return inG && inH ? number % 2 : inH ? 1 : 0;
    }

    // Raw exports are told apart by the marks in updates.
    private int Long(int length) => Shape.Raw ? Math.Max(Payload.MarkLength, length) : length;

    // Subscribers stay from now on at a site that is up.
    private void Settle()
    {
        int site = World.MembersOf(0).Find(m => World.Site(m) is { IsUp: true, IsHostile: false });
        foreach (Wanderer wanderer in Wanderers)
        {
            wanderer.MoveTo(site);
        }
    }
}

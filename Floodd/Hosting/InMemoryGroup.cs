// Cores that link in memory, in virtual time: what one sends comes in at another at once. It touches nothing and checks nothing.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>Sites of one group in one process, with a publisher and a subscriber at each.</summary>
internal class InMemoryGroup
{
    // A search that ends at once has gone through all of the planner too.
    private const double PlanEffort = 0.01;

    private const string Parted = "parted";

    // So long every step takes: a way that took no time would not be believed.
    private static readonly TimeSpan StepTime = TimeSpan.FromMicroseconds(10);

    private static readonly ConnectionId Publisher = new(1);

    private readonly SiteName[] _names;
    private readonly SiteCore[] _sites;
    private readonly Dictionary<(int Site, ConnectionId Id), (int Site, ConnectionId Id)> _otherEnds = [];
    private readonly Queue<(int Site, Event Event)> _events = new();
    private readonly List<Effect> _effects = [];
    private Instant _now = Instant.Zero;
    private long _lastId = Subscriber.Value;
    private int _parted = -1;

    /// <summary>Sites that have not begun.</summary>
    /// <param name="count">How many, at most 26.</param>
    /// <param name="first">What the first of them is told of its own, but for its name.</param>
    public InMemoryGroup(int count, LocalDefinition? first = null)
    {
        _names = [.. Enumerable.Range(0, count).Select(i => new SiteName($"{(char)('a' + i)}"))];
        _sites = [.. _names.Select((name, i) => Born(name, (i == 0 ? first : null) ?? new LocalDefinition()))];
    }

    /// <summary>How many plans were made.</summary>
    public int Plans { get; private set; }

    /// <summary>Their group.</summary>
    protected static GroupName Group { get; } = new("g");

    /// <summary>Each site's connection of its subscriber.</summary>
    protected static ConnectionId Subscriber { get; } = new(2);

    /// <summary>The most that a site reads from another at once, in bytes.</summary>
    protected virtual int ReadMax => int.MaxValue;

    /// <summary>Starts all and lets a client at each subscribe.</summary>
    public void Begin()
    {
        for (int site = 0; site < _sites.Length; site++)
        {
            _events.Enqueue((site, new Event.Started(1, 2)));
            _events.Enqueue((site, new Event.SessionOpened(Publisher, IPAddress.Loopback, FromThisHost: true)));
            _events.Enqueue((site, new Event.SessionOpened(Subscriber, IPAddress.Loopback, FromThisHost: true)));
            _events.Enqueue((site, new Event.Received(Subscriber, Encoding.ASCII.GetBytes($"subscribe {Group}\n"))));
        }
    }

    /// <summary>Ends all links of a site, and lets none be opened, until <see cref="Join"/>; of one at a time.</summary>
    public void Part(int site)
    {
        _parted = site;
        foreach ((int Site, ConnectionId Id) end in _otherEnds.Keys.Where(end => end.Site == site).ToList())
        {
            End(end);
            Tell(site, new Event.Closed(end.Id, Parted));
        }
    }

    /// <summary>Lets the site that was parted be linked again.</summary>
    public void Join() => _parted = -1;

    /// <summary>A site's publisher says something.</summary>
    public void Say(int site, ReadOnlyMemory<byte> bytes) => Tell(site, new Event.Received(Publisher, bytes));

    /// <summary>Lets virtual time pass, and all happen that is due in it.</summary>
    public void Pass(TimeSpan time)
    {
        Instant until = _now + time;
        for (Settle(); _sites.Min(site => site.NextWake) is var next && next <= until; Settle())
        {
            _now = next > _now ? next : _now;
        }

        _now = until > _now ? until : _now;
    }

    /// <summary>Tells a site of something.</summary>
    protected void Tell(int site, Event e) => _events.Enqueue((site, e));

    /// <summary>How long it takes until the next event can be taken.</summary>
    protected virtual TimeSpan TimeOf(Event e) => StepTime;

    /// <summary>One step of a site.</summary>
    protected virtual void Step(int site, SiteCore core, Instant now, Event e, List<Effect> effects) => core.Step(now, e, effects);

    /// <summary>A site has said something.</summary>
    protected virtual void Watch(int site, Effect effect)
    {
    }

    private SiteCore Born(SiteName self, LocalDefinition local)
    {
        SiteDefinition[] sites = [.. _names.Select(name => new SiteDefinition(name) { InetAddress = IPAddress.Loopback })];
        var group = new GroupDefinition(Group) { MasterSite = _names[0], Sites = [.. _names] };
        return new SiteCore(
            new Configuration(self, sites.ToImmutableSortedDictionary(site => site.Name, site => site), ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty.Add(Group, group), local with { SiteName = self }),
            life: 1,
            seed: 1);
    }

    // All that follows at once, until nobody has more to say.
    private void Settle()
    {
        do
        {
            while (_events.TryDequeue(out (int Site, Event Event) next))
            {
                Do(next.Site, next.Event);
            }

            for (int site = 0; site < _sites.Length; site++)
            {
                if (_sites[site].NextWake <= _now)
                {
                    Do(site, Event.Wake.Instance);
                }

                Do(site, Event.TurnEnded.Instance);
            }
        }
        while (_events.Count > 0);
    }

    private void Do(int site, Event e)
    {
        _effects.Clear();
        _now += TimeOf(e);
        Step(site, _sites[site], _now, e, _effects);
        foreach (Effect effect in _effects)
        {
            Watch(site, effect);
            switch (effect)
            {
                case Effect.StartPlanning planning:
                    Plans++;
                    Tell(site, new Event.Planned(Group, planning.Job.Number, planning.Job.Run(PlanEffort)));
                    break;
                case Effect.Dial dial:
                    Dial(site, Array.IndexOf(_names, dial.Site));
                    break;
                case Effect.Close close:
                    End((site, close.Id));
                    break;
                case Effect.Send send:
                    Tell(site, new Event.Written(send.Id, send.Bytes.Length));
                    if (_otherEnds.TryGetValue((site, send.Id), out (int Site, ConnectionId Id) other))
                    {
                        Arrive(other, send.Bytes);
                    }

                    break;
            }
        }
    }

    private void Arrive((int Site, ConnectionId Id) end, ReadOnlyMemory<byte> bytes)
    {
        for (; bytes.Length > ReadMax; bytes = bytes[ReadMax..])
        {
            Tell(end.Site, new Event.Received(end.Id, bytes[..ReadMax].ToArray()));
        }

        Tell(end.Site, new Event.Received(end.Id, bytes.ToArray()));
    }

    private void Dial(int site, int other)
    {
        if (site == _parted || other == _parted)
        {
            Tell(site, new Event.DialFailed(_names[other], Parted));
            return;
        }

        (ConnectionId here, ConnectionId there) = (new(++_lastId), new(++_lastId));
        _otherEnds.Add((site, here), (other, there));
        _otherEnds.Add((other, there), (site, here));
        Tell(site, new Event.LinkOpened(here, _names[other], IPAddress.Loopback));
        Tell(other, new Event.LinkOpened(there, null, IPAddress.Loopback));
    }

    // One end is closed, if it is a link's that is open: the other end is told.
    private void End((int Site, ConnectionId Id) end)
    {
        if (_otherEnds.Remove(end, out (int Site, ConnectionId Id) other))
        {
            _otherEnds.Remove(other);
            Tell(other.Site, new Event.Closed(other.Id, Parted));
        }
    }
}

// Three sites that exist in memory only link, flood, measure and plan, so that the runtime has compiled what that takes before real ones come. It touches nothing.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>
/// A minute in the life of three sites, in virtual time. What the runtime compiles when it is first needed takes some tenths of a second in
/// all; without this the first updates, and those under way when the first plan comes, would wait for it.
/// </summary>
internal sealed class Rehearsal
{
    // A search that ends at once has gone through all of the planner too.
    private const double PlanEffort = 0.01;

    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly GroupName Group = new("g");
    private static readonly ConnectionId Publisher = new(1), Subscriber = new(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Small ones together in one run, and some that take several segments.
    private static readonly int[] Sizes = [0, 128, 128, 128, 4096, 100_000];

    private readonly SiteCore[] _sites;
    private readonly Queue<(int Site, Event Event)> _events = new();
    private readonly List<Effect> _effects = [];
    private Instant _now = Instant.Zero;
    private long _given;

    private Rehearsal() => _sites = [.. Names.Select(Born)];

    /// <summary>How many plans were made.</summary>
    public int Plans { get; private set; }

    /// <summary>Plays it.</summary>
    /// <returns>How many bytes the subscribers were given, and how many plans were made.</returns>
    public static (long Given, int Plans) Run()
    {
        var rehearsal = new Rehearsal();
        rehearsal.Play();
        return (rehearsal._given, rehearsal.Plans);
    }

    private static SiteCore Born(string name)
    {
        SiteDefinition[] sites = [.. Names.Select(one => new SiteDefinition(new SiteName(one)) { InetAddress = IPAddress.Loopback })];
        var group = new GroupDefinition(Group) { MasterSite = sites[0].Name, Sites = [.. sites.Select(site => site.Name)] };
        var self = new SiteName(name);
        return new SiteCore(
            new Configuration(self, sites.ToImmutableSortedDictionary(site => site.Name, site => site), ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty.Add(Group, group), new LocalDefinition { SiteName = self }),
            life: 1,
            seed: 1);
    }

    // Each site's connection to another one.
    private static ConnectionId LinkTo(int site) => new(10 + site);

    private void Play()
    {
        for (int site = 0; site < _sites.Length; site++)
        {
            _events.Enqueue((site, new Event.Started(1, 2)));
            for (int other = 0; other < _sites.Length; other++)
            {
                if (other != site)
                {
                    _events.Enqueue((site, new Event.LinkOpened(LinkTo(other), site < other ? new SiteName(Names[other]) : null, IPAddress.Loopback)));
                }
            }

            _events.Enqueue((site, new Event.SessionOpened(Publisher, IPAddress.Loopback, FromThisHost: true)));
            _events.Enqueue((site, new Event.SessionOpened(Subscriber, IPAddress.Loopback, FromThisHost: true)));
            _events.Enqueue((site, new Event.Received(Subscriber, Encoding.ASCII.GetBytes($"subscribe {Group}\n"))));
        }

        byte[] said = [.. Sizes.SelectMany(size => Encoding.ASCII.GetBytes($"flood {Group} {size}\n{new string('x', size)}"))];
        for (int site = 0; site < _sites.Length; site++)
        {
            Pass(Pause);
            _events.Enqueue((site, new Event.Received(Publisher, said)));
        }

        Pass(Minute);
    }

    private void Pass(TimeSpan time)
    {
        Instant until = _now + time;
        for (Settle(); _sites.Min(site => site.NextWake) is var next && next <= until; Settle())
        {
            _now = next > _now ? next : _now;
        }

        _now = until;
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
        _sites[site].Step(_now, e, _effects);
        foreach (Effect effect in _effects)
        {
            if (effect is Effect.StartPlanning planning)
            {
                Plans++;
                _events.Enqueue((site, new Event.Planned(Group, planning.Job.Number, planning.Job.Run(PlanEffort))));
            }
            else if (effect is Effect.Send send)
            {
                _given += send.Id == Subscriber ? send.Bytes.Length : 0;
                _events.Enqueue((site, new Event.Written(send.Id, send.Bytes.Length)));
                if (send.Id.Value >= LinkTo(0).Value)
                {
                    _events.Enqueue(((int)(send.Id.Value - LinkTo(0).Value), new Event.Received(LinkTo(site), send.Bytes.ToArray())));
                }
            }
        }
    }
}

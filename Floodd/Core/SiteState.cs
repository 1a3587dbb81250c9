// All that one site knows, and the few verbs that every concern needs: now, note, send. No decisions.
using Floodd.Config;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class SiteState
{
    public SiteState(Configuration configuration, ulong life, ulong seed, ulong? incarnation = null)
    {
        Configuration = configuration;
        Life = life;
        Incarnation = incarnation ?? life;
        Seed = seed;
        Chance = new Prng(seed);
        Store = new Store(this);
        Aside = new SetAsideUpdates(this);
    }

    public Configuration Configuration { get; set; }

    public LocalDefinition Local => Configuration.Local;

    public SiteName Self => Configuration.Self;

    /// <summary>This life: another one after each start, so that the neighbors see that the site was gone.</summary>
    public ulong Life { get; }

    /// <summary>What the updates of this site are numbered under: this life, or an earlier one whose spool it goes on with.</summary>
    public ulong Incarnation { get; }

    /// <summary>What all randomness of this life begins with; nobody outside learns it.</summary>
    public ulong Seed { get; }

    public Prng Chance { get; }

    public Deadlines Deadlines { get; } = new();

    public Counters Counters { get; } = new();

    public Store Store { get; }

    /// <summary>The updates that the export command refused for good.</summary>
    public SetAsideUpdates Aside { get; }

    public Instant Now { get; set; }

    /// <summary>The list that the step in progress appends to.</summary>
    public List<Effect> Effects { get; set; } = [];

    public OrderedTable<SiteName, Site> Sites { get; } = [];

    public OrderedTable<GroupName, Group> Groups { get; } = [];

    /// <summary>All data connections, in the order in which they were opened.</summary>
    public OrderedTable<long, Link> Links { get; } = [];

    /// <summary>Whether the daemon is ending.</summary>
    public bool Stopping { get; set; }

    /// <summary>Whether a turn of the loop was asked for that has not begun.</summary>
    public bool IsTurnDue { get; set; }

    /// <summary>When to be woken at the latest.</summary>
    public Instant NextWake => IsTurnDue ? Now : Deadlines.Next;

    /// <summary>This site.</summary>
    public Site SelfSite => Sites[Self];

    /// <summary>The most streams of one group: what is known of a stream beside its segments is not charged, so there is one for each 4 KiB of the store, 1,024 at least.</summary>
    public int StreamsMax => (int)Math.Clamp(Local.DataStorageMax / 4096, 1024, WireLimits.StreamsPerLinkMax);

    public IEnumerable<SegmentStream> AllStreams => Groups.Values.SelectMany(g => g.Streams);

    /// <summary>Whether a site is in one of our groups.</summary>
    public bool IsMember(SiteName name)
    {
        foreach (Group group in Groups.Values)
        {
            if (group.Members.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A period of the group that has it shortest; a minute without a group.</summary>
    public TimeSpan Shortest(Func<GroupDefinition, TimeSpan> period)
    {
        TimeSpan shortest = Groups.Count == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.MaxValue;
        foreach (Group group in Groups.Values)
        {
            TimeSpan own = period(group.Definition);
            shortest = own < shortest ? own : shortest;
        }

        return shortest;
    }

    /// <summary>The site of a name, which may be new.</summary>
    public Site SiteOf(SiteName name)
    {
        if (!Sites.TryGetValue(name, out Site? site))
        {
            Sites.Add(name, site = new Site(name));
        }

        return site;
    }

    public void Do(Effect effect) => Effects.Add(effect);

    public void Note(NoteKind kind, string text) => Effects.Add(new Effect.Note(kind, text));

    public void After(TimeSpan delay, Action action) => Deadlines.At(Now + delay, action);

    /// <summary>Does what is due. What that leaves to the end of a turn is not to wait for other news, if this step comes after one.</summary>
    public void RunDeadlines() => IsTurnDue |= Deadlines.Run(Now);

    /// <summary>Asks for a turn of the loop: what this step leaves to the end of one is not to wait for other news. Other steps may follow in this turn; they do not count.</summary>
    public void AskForTurn() => IsTurnDue = true;

    /// <summary>The same, when there is something to be done at the end of a turn then.</summary>
    public void AskForTurn(Instant due) => Deadlines.At(due, AskForTurn);

    /// <summary>Does <paramref name="action"/> now and again each time that <paramref name="period"/> has passed.</summary>
    public void Every(Func<TimeSpan> period, Action action) => After(period(), () =>
    {
        action();
        Every(period, action);
    });
}

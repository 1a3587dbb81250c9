// Plays one script on one world: safety phase, healing phase, last checks. Draws nothing: all is in the script.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>One run.</summary>
internal sealed partial class Play
{
    private readonly Script _script;
    private readonly Dictionary<string, long> _counts = [];
    private readonly List<Act> _open = [];
    private readonly HashSet<int> _armed = [];
    private readonly HashSet<int> _breaking = [];
    private bool _healed;

    public Play(Script script, string replay)
    {
        _script = script;
        World = new World(script.Seed, script.Shape.Sites, w =>
        {
            script.Shape.Apply(w);
            w.Replay = replay;
            if (script.Shape.BlackHoles > 0 || script.Shape.Liar)
            {
                w.Core = MakeCore;
            }
        })
        {
            Meddle = script.Acts.Any(a => a.Kind is "damage" or "altering-relay" or "replay") ? Meddle : null,
            Generator = Generate,
            Lookup = _script.Shape.Names ? LookUp : null,
        };
        Intruders = new Intruders(this);
        Markers = new MarkerSet(this);
        World.Noted = Markers.Noted;
        World.Ending = Ending;
        World.Echoes.Allowed = Shape.IsTight || script.Acts.Any(a => a.Kind is "replay" or "second-process" or "damage" or "altering-relay");
        World.Topologies.ChecksConnectivity = World.Topologies.ChecksDegree = !Shape.Generator;
        foreach (SimulatedSite site in World.Sites)
        {
            site.IsHostile = Shape.IsBlackHole(site.Index);
        }
    }

    public World World { get; }

    public Shape Shape => _script.Shape;

    public Intruders Intruders { get; }

    public MarkerSet Markers { get; }

    /// <summary>How many sites there are by now.</summary>
    public int Count => World.Sites.Count;

    /// <summary>How long after the last fault all was where it had to be.</summary>
    public long HealTicks { get; private set; }

    /// <summary>How often each kind of act had something to do.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>A site of an act.</summary>
    public SimulatedSite Site(int index) => World.Site(index % Count);

    /// <summary>Whether a hostile site does what it is there for.</summary>
    public bool IsBreakingRules(int site) => !_healed && _breaking.Contains(site);

    /// <summary>A fault was injected.</summary>
    public void Count1(string kind) => _counts[kind] = _counts.GetValueOrDefault(kind) + 1;

    /// <summary>Does all of it; throws at the first thing that is wrong.</summary>
    public void Run()
    {
        World.ReadMax = Shape.ReadMax;
        foreach (Act act in _script.Acts)
        {
            World.After(act.At, () => Begin(act));
        }

        World.Run(new TimeSpan(Shape.SafetyTicks));
        Heal();
        World.Run(TimeSpan.FromMilliseconds(100));
        new LastChecks(this).Run(out long healTicks);
        HealTicks = healTicks;
    }

    private void Begin(Act act)
    {
        ActKind kind = ActKinds.ByName[act.Kind];
        World.Tell($"act {act}");
        if (kind.Begin(this, act))
        {
            Count1(act.Kind);
        }

        if (kind.End is not null)
        {
            _open.Add(act);
            World.After(act.For, () =>
            {
                if (_open.Remove(act))
                {
                    kind.End(this, act);
                }
            });
        }
    }

    // Every fault ends; what was down is born again.
    private void Heal()
    {
        _healed = true;
        foreach (Act act in _open.ToList())
        {
            ActKinds.ByName[act.Kind].End!(this, act);
        }

        _open.Clear();
        World.ReadMax = World.Options.ReadMax;
        _spoilers.Clear();
        World.Heal();
        foreach (SimulatedSite site in World.Sites)
        {
            site.Slowness = 1;
            site.CrashAfterEffects = 0;
            site.Export = World.Options.Export;
            World.Restart(site.Index);
        }

        Settle();
    }

    private CoreDriver MakeCore(Floodd.Config.Configuration configuration, ulong incarnation, ulong seed)
    {
        CoreDriver real = CoreDriver.Real(configuration, incarnation, seed);
        int site = Enumerable.Range(0, Shape.Sites).FirstOrDefault(i => Configurations.NameOf(i) == configuration.Self, -1);
        return site >= 0 && (Shape.IsBlackHole(site) || Shape.IsLiar(site)) ? new HostileCore(this, real, site, incarnation).Driver : real;
    }

    private void Ending(SimulatedSite site)
    {
        Markers.Harvest(site);
        if (_armed.Remove(site.Index))
        {
            if (site.CrashAfterEffects == 0)
            {
                Count1("crash-at-effect");
            }

            site.CrashAfterEffects = 0;
        }
    }
}

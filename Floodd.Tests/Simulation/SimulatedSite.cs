// One site of the world: its lives, its inbox and the turns of its loop; decides nothing that a core decides.
using System.Net;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>A daemon in the world, as its shell would run it.</summary>
internal sealed partial class SimulatedSite(World world, int index, Configuration configuration, ulong seed)
{
    private readonly List<Effect> _effects = [];
    private readonly Prng _random = new(seed);
    private List<object> _inbox = [];
    private List<object> _taken = [];
    private bool _turnScheduled;
    private long _wakeAt = long.MaxValue;
    private long _busyUntil;
    private long _connectionCount;
    private int _wakesForThePast;

    /// <summary>Its number in the world, from 0.</summary>
    public int Index { get; } = index;

    public SiteName Name { get; } = configuration.Self;

    public Configuration Configuration { get; set; } = configuration;

    public IPAddress Address { get; } = AddressOf(index);

    /// <summary>The core of its present life; null while it is down.</summary>
    public CoreDriver? Core { get; private set; }

    public bool IsUp => Core is not null;

    /// <summary>Whether its machine itself is gone: nobody even resets connections.</summary>
    public bool IsDark { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>How many times it was started.</summary>
    public int Life { get; private set; }

    /// <summary>When the present life began, in the world's ticks.</summary>
    public long BornAt { get; private set; }

    /// <summary>When its last life ended, in ticks; 0 if none has.</summary>
    public long DiedAt { get; private set; }

    /// <summary>Since when it has taken steps without a break, in ticks; the end of time while it takes none.</summary>
    public long AwakeSince { get; private set; } = long.MaxValue;

    /// <summary>How many times slower than the others its turns are.</summary>
    public int Slowness { get; set; } = 1;

    /// <summary>How much faster than the world its clock runs, as a fraction.</summary>
    public double Drift { get; set; }

    /// <summary>Updates accepted before this time, in ticks, need not be exported here: it had not joined.</summary>
    public long ExpectedFrom { get; set; }

    /// <summary>How far its clock has jumped ahead in this life, in ticks: a machine that was suspended.</summary>
    public long ClockJump { get; set; }

    /// <summary>It dies when it has done so many more effects; 0 for never.</summary>
    public int CrashAfterEffects { get; set; }

    /// <summary>Whether it does not keep to the rules: nothing is expected of it, and what only it holds is lost.</summary>
    public bool IsHostile { get; set; }

    /// <summary>What its export command does.</summary>
    public ExportPersonality Export { get; set; } = world.Options.Export;

    /// <summary>The open connections of its present life.</summary>
    public Dictionary<ConnectionId, End> Connections { get; } = [];

    /// <summary>How often each kind of note was told, in all lives.</summary>
    public Dictionary<NoteKind, int> Notes { get; } = [];

    /// <summary>The most that its store was ever charged for.</summary>
    public long ChargedMost { get; private set; }

    /// <summary>What was last heard and done here.</summary>
    public Timeline Timeline { get; } = new();

    /// <summary>Time on its own clock.</summary>
    public Instant Clock => new(world.Now - BornAt + (long)((world.Now - BornAt) * Drift) + ClockJump);

    public static IPAddress AddressOf(int index) => new([10, 0, (byte)(index / 250), (byte)((index % 250) + 1)]);

    /// <summary>Begins a life.</summary>
    public void Start()
    {
        Life++;
        BornAt = AwakeSince = world.Now;
        ClockJump = 0;
        IsDark = false;
        IsPaused = false;
        _busyUntil = world.Now;
        _wakeAt = long.MaxValue;
        _turnScheduled = false;
        _connectionCount = 0;
        ulong incarnation = ((ulong)Life << 32) | (_random.NextUInt64() & 0xFFFFFFFF);
        Core = world.Options.Core(Configuration, incarnation, _random.NextUInt64());
        Enqueue(new Event.Started(Configuration.SelfDefinition.ClientPort, Configuration.SelfDefinition.DataPort));
    }

    /// <summary>Ends the life at once; nothing more is said.</summary>
    public void End(bool silently, string how)
    {
        Timeline.Add(world.Now, how);
        world.Ending?.Invoke(this);
        Core = null;
        DiedAt = world.Now;
        AwakeSince = long.MaxValue;
        IsDark = silently;
        _inbox.Clear();
        foreach (End end in Connections.Values.OrderBy(e => e.Id.Value))
        {
            world.Wires.Die(end, silently);
        }

        Connections.Clear();
    }

    public void Pause()
    {
        IsPaused = true;
        AwakeSince = long.MaxValue;
        Timeline.Add(world.Now, "paused");
    }

    public void Resume()
    {
        IsPaused = false;
        AwakeSince = IsUp ? world.Now : long.MaxValue;
        Timeline.Add(world.Now, "resumed");
        ScheduleTurn();
    }

    public ConnectionId NextConnectionId() => new(++_connectionCount);

    /// <summary>Hands in an event, or an end that has something to say.</summary>
    public void Enqueue(object eventOrEnd)
    {
        if (IsUp)
        {
            _inbox.Add(eventOrEnd);
            ScheduleTurn();
        }
    }

    /// <summary>The core's wake is due.</summary>
    public void Wake(long at)
    {
        if (at == _wakeAt)
        {
            _wakeAt = long.MaxValue;
            ScheduleTurn();
        }
    }

    /// <summary>One turn of the loop: all that is there, the wake if it is due, the end of the turn.</summary>
    public void Turn(long life)
    {
        if (life != Life || !IsUp || !_turnScheduled)
        {
            return;
        }

        _turnScheduled = false;
        if (IsPaused)
        {
            return;
        }

        (_inbox, _taken) = (_taken, _inbox);
        int steps = 2;
        foreach (object item in _taken)
        {
            steps += item is End end ? Serve(end) : Step((Event)item);
        }

        _taken.Clear();
        if (IsUp && Core!.NextWake() <= Clock)
        {
            Step(Event.Wake.Instance);
            CheckThatTheWakeMoved();
        }

        Step(Event.TurnEnded.Instance);
        _busyUntil = world.Now + ((world.Options.TurnTicks + (steps * world.Options.StepTicks)) * Slowness);
        ScheduleWake();
        if (_inbox.Count > 0)
        {
            ScheduleTurn();
        }
    }

    /// <summary>Hands the core one event and does at once what it says.</summary>
    /// <returns>1, for the count of steps.</returns>
    private int Step(Event e)
    {
        if (!IsUp)
        {
            return 0;
        }

        world.Trace.Add(this, e);
        Timeline.Add(world.Now, e);
        _effects.Clear();
        if (world.Drops is { } drops && Core!.Core is { } core)
        {
            drops.Before(core);
            Core.Step(Clock, e, _effects);
            drops.After(core);
        }
        else
        {
            Core!.Step(Clock, e, _effects);
        }

        ChargedMost = Math.Max(ChargedMost, StoreChecker.Check(Name, Core.ChargedBytes(), Configuration.Local.DataStorageMax));
        for (int i = 0; i < _effects.Count && IsUp; i++)
        {
            world.Trace.Add(this, _effects[i]);
            Timeline.Add(world.Now, _effects[i]);
            world.Effects.Run(this, _effects[i]);
            if (CrashAfterEffects > 0 && --CrashAfterEffects == 0)
            {
                world.Crash(Index);
            }
        }

        return 1;
    }

    private void ScheduleTurn()
    {
        if (!_turnScheduled && !IsPaused && IsUp)
        {
            _turnScheduled = true;
            world.Schedule.Add(Math.Max(world.Now, _busyUntil), HappeningKind.Turn, this, Life);
        }
    }

    private void ScheduleWake()
    {
        Instant next = IsUp ? Core!.NextWake() : Instant.Never;
        if (next == Instant.Never)
        {
            return;
        }

        double ahead = (next - Clock).Ticks / (1 + Drift);
        long at = Math.Max(_busyUntil, world.Now + (ahead < long.MaxValue / 4 ? (long)Math.Ceiling(ahead) : long.MaxValue / 4));
        if (at < _wakeAt)
        {
            _wakeAt = at;
            world.Schedule.Add(at, HappeningKind.Wake, this, at);
        }
    }

    private void CheckThatTheWakeMoved()
    {
        _wakesForThePast = IsUp && Core!.NextWake() <= Clock ? _wakesForThePast + 1 : 0;
        if (_wakesForThePast > 1000)
        {
            throw new ViolationException($"{Name} asks for ever to be woken for the past");
        }
    }
}

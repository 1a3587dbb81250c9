// The heart of the shell, one thread: waits for sockets, steps the core, does what it says, writes. It never waits for anything else.
using System.Net;
using System.Net.Sockets;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>One site's loop. All its members but <see cref="Inbox"/> belong to the thread that calls <see cref="Run"/>.</summary>
internal sealed class EventLoop : IDisposable
{
    /// <summary>How much is read in one turn before the core may say what is to be written: about 1 ms of work.</summary>
    public const int ReadsPerTurnBytes = 512 << 10;

    /// <summary>How long the daemon may go on after it was asked to end: the core ends it after 5 s, so later than this is a defect.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(8);

    private readonly IReadiness _readiness;
    private readonly MonotonicClock _clock = new();
    private readonly Action<Instant, Event, List<Effect>> _step;
    private readonly Func<Instant> _nextWake;
    private readonly ConnectionTable _table;
    private readonly Connections _connections;
    private readonly Ports _ports;
    private readonly Dialer _dialer;
    // Not disposed of with the loop: a question may still be open, and it holds nothing of the system's.
    private readonly Lookup _lookup = new();
    private readonly EffectRunner _runner;
    private readonly PlanRunner _plans;
    private readonly NoteLog _notes;
    private readonly HeapLimit? _heap;
    private readonly List<Effect> _effects = [];
    private readonly List<Ready> _ready = [];
    private int _handled;
    private Instant _stopBy = Instant.Never;
    private bool _isStopped;

    /// <summary>A loop that does not run yet.</summary>
    /// <param name="readiness">What waits; disposed of with the loop.</param>
    /// <param name="bind">The address that ports are opened on and dials come from; null means all.</param>
    /// <param name="step">Takes one event and appends effects: the core.</param>
    /// <param name="nextWake">When the core wants its next Wake.</param>
    /// <param name="startRun">Starts a command.</param>
    /// <param name="startGenerator">Starts a topology generator.</param>
    /// <param name="notes">The log.</param>
    /// <param name="spool">Writes to the disk; null without a spool.</param>
    /// <param name="heap">Looks after the heap; null if it is not this loop's alone.</param>
    /// <param name="isHeld">Whether replies to a client wait for the disk; null if none ever do.</param>
    public EventLoop(
        IReadiness readiness,
        IPAddress? bind,
        Action<Instant, Event, List<Effect>> step,
        Func<Instant> nextWake,
        Action<ExportRun> startRun,
        Action<GeneratorJob> startGenerator,
        NoteLog notes,
        Action<Effect.Spool>? spool = null,
        HeapLimit? heap = null,
        Func<ConnectionId, bool>? isHeld = null)
    {
        _heap = heap;
        _readiness = readiness;
        _step = step;
        _nextWake = nextWake;
        _notes = notes;
        Inbox = new Inbox(readiness.Wake);
        _table = new ConnectionTable(readiness);
        _connections = new Connections(_table, Step, isHeld ?? (_ => false));
        _ports = new Ports(readiness, _table, bind, Step, (kind, text) => notes.Write(_clock.Now, kind, text));
        _dialer = new Dialer(readiness, Inbox, _lookup, bind, _table.NewKey, OpenDialed);
        _plans = new PlanRunner(Inbox.Post, FailPlanning);
        _runner = new EffectRunner(_connections, _dialer, _lookup, Inbox, notes, startRun, startGenerator, _plans, Stop, spool);
    }

    /// <summary>The way in from other threads.</summary>
    public Inbox Inbox { get; }

    /// <summary>The last events.</summary>
    public RecentEvents Recent { get; } = new();

    /// <summary>Whether the core itself ended the loop, not the time limit.</summary>
    public bool EndedInOrder { get; private set; } = true;

    /// <summary>The best readiness that this system has.</summary>
    public static IReadiness CreateReadiness() => OperatingSystem.IsLinux() ? new EpollReadiness() : new SelectReadiness();

    /// <summary>Opens a port; before <see cref="Run"/>.</summary>
    /// <returns>The port in fact opened.</returns>
    /// <exception cref="SocketException">It cannot be opened.</exception>
    public int Listen(int port, bool isForLinks) => _ports.Open(port, isForLinks);

    /// <summary>Runs until the core says Stop.</summary>
    public void Run()
    {
        while (!_isStopped)
        {
            Turn();
        }

        // Last words: replies to those who asked for the end, for a moment.
        _ports.Close();
        _dialer.Abandon();
        Instant end = _clock.Now + Closing.Limit;
        _connections.CloseAll(_clock.Now);
        for (Instant now = _clock.Now; _table.Count > 0 && now < end; now = _clock.Now)
        {
            _connections.Flush(now);
            Wait(Min(end, _connections.NextDeadline), now);
            now = _clock.Now;
            while (_handled < _ready.Count)
            {
                _connections.Go(now, _ready[_handled++]);
            }

            _connections.Expire(now);
        }
    }

    /// <summary>Closes everything.</summary>
    public void Dispose()
    {
        Inbox.Close();
        _plans.Dispose();
        _ports.Dispose();
        _dialer.Abandon();
        _connections.Abandon();
        _readiness.Dispose();
    }

    private void Turn()
    {
        Instant now = _clock.Now;
        if (_handled == _ready.Count)
        {
            Wait(_connections.HasWork || !Inbox.IsEmpty ? now : Earliest(), now);
            now = _clock.Now;
        }

        TakeArrivals();
        if (_nextWake() <= now)
        {
            Step(Event.Wake.Instance);
        }

        _connections.Report();
        Expire(now);

        // What is left over comes first in the next turn: nobody is read twice before all were read once.
        int budget = ReadsPerTurnBytes;
        while (budget > 0 && _handled < _ready.Count && !_isStopped)
        {
            budget -= Go(_clock.Now, _ready[_handled++]);
        }

        Step(Event.TurnEnded.Instance);
        _connections.Flush(_clock.Now);
        _connections.Credit();
        _heap?.Look();
    }

    private void Wait(Instant until, Instant now)
    {
        _ready.Clear();
        _handled = 0;
        int milliseconds = until == Instant.Never ? -1
            : until <= now ? 0
            : (int)Math.Min(60_000, Math.Ceiling((until - now).TotalMilliseconds));
        _readiness.Wait(milliseconds, _ready);
    }

    private Instant Earliest() => Min(
        Min(Min(_nextWake(), _stopBy), Min(_notes.Due, _ports.NextRetry)), Min(_connections.NextDeadline, _dialer.NextDeadline));

    private static Instant Min(Instant a, Instant b) => a < b ? a : b;

    private void TakeArrivals()
    {
        foreach (Arrival arrival in Inbox.Take())
        {
            arrival.Work?.Invoke();
            if (arrival.Event is Event.StopRequested)
            {
                _ports.Close();
                _stopBy = Min(_stopBy, _clock.Now + StopTime);
            }

            if (arrival.Event is not null)
            {
                Step(arrival.Event);
            }
        }
    }

    private void Expire(Instant now)
    {
        _connections.Expire(now);
        _dialer.Expire(now);
        _notes.Tick(now);
        _ports.Retry(now);
        if (_stopBy <= now)
        {
            EndedInOrder = false;
            Stop();
        }
    }

    private int Go(Instant now, Ready one)
    {
        int count = _connections.Go(now, one);
        if (count >= 0)
        {
            return count;
        }

        if (!_dialer.Go(one))
        {
            _ports.Go(now, one.Key);
        }

        return 0;
    }

    private void Step(Event e)
    {
        if (_isStopped)
        {
            return;
        }

        Instant now = _clock.Now;
        Recent.Add(now, e);
        _effects.Clear();
        _step(now, e, _effects);
        foreach (Effect effect in _effects)
        {
            _runner.Run(now, effect);
        }
    }

    private void OpenDialed(SiteName site, IPAddress remote, Socket socket)
    {
        ConnectionId id;
        try
        {
            id = _table.Open(socket, isLink: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            Inbox.Post(new Event.DialFailed(site, Words.Of(e.SocketErrorCode)));
            return;
        }

        Step(new Event.LinkOpened(id, site, remote));
    }

    // On the planner's thread: the loop dies of it, as of any defect.
    private void FailPlanning(Exception e) =>
        Inbox.Post(() => throw new InvalidOperationException("a plan could not be made", e));

    private void Stop() => _isStopped = true;
}

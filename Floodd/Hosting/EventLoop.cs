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

    private readonly IReadiness readiness;
    private readonly MonotonicClock clock = new();
    private readonly Action<Instant, Event, List<Effect>> step;
    private readonly Func<Instant> nextWake;
    private readonly ConnectionTable table;
    private readonly Connections connections;
    private readonly Ports ports;
    private readonly Dialer dialer;
    // Not disposed of with the loop: a question may still be open, and it holds nothing of the system's.
    private readonly Lookup lookup = new();
    private readonly EffectRunner runner;
    private readonly PlanRunner plans;
    private readonly NoteLog notes;
    private readonly HeapLimit? heap;
    private readonly List<Effect> effects = [];
    private readonly List<Ready> ready = [];
    private int handled;
    private Instant stopBy = Instant.Never;
    private bool isStopped;

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
    public EventLoop(
        IReadiness readiness,
        IPAddress? bind,
        Action<Instant, Event, List<Effect>> step,
        Func<Instant> nextWake,
        Action<ExportRun> startRun,
        Action<GeneratorJob> startGenerator,
        NoteLog notes,
        Action<Effect.Spool>? spool = null,
        HeapLimit? heap = null)
    {
        this.heap = heap;
        this.readiness = readiness;
        this.step = step;
        this.nextWake = nextWake;
        this.notes = notes;
        Inbox = new Inbox(readiness.Wake);
        table = new ConnectionTable(readiness);
        connections = new Connections(table, Step);
        ports = new Ports(readiness, table, bind, Step, (kind, text) => notes.Write(clock.Now, kind, text));
        dialer = new Dialer(readiness, Inbox, lookup, bind, table.NewKey, OpenDialed);
        plans = new PlanRunner(Inbox.Post, FailPlanning);
        runner = new EffectRunner(connections, dialer, lookup, Inbox, notes, startRun, startGenerator, plans, Stop, spool);
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
    public int Listen(int port, bool isForLinks) => ports.Open(port, isForLinks);

    /// <summary>Runs until the core says Stop.</summary>
    public void Run()
    {
        while (!isStopped)
        {
            Turn();
        }

        // Last words: replies to those who asked for the end, for a moment.
        ports.Close();
        dialer.Abandon();
        Instant end = clock.Now + Closing.Limit;
        connections.CloseAll(clock.Now);
        for (Instant now = clock.Now; table.Count > 0 && now < end; now = clock.Now)
        {
            connections.Flush(now);
            Wait(Min(end, connections.NextDeadline), now);
            now = clock.Now;
            while (handled < ready.Count)
            {
                connections.Go(now, ready[handled++]);
            }

            connections.Expire(now);
        }
    }

    /// <summary>Closes everything.</summary>
    public void Dispose()
    {
        Inbox.Close();
        plans.Dispose();
        ports.Dispose();
        dialer.Abandon();
        connections.Abandon();
        readiness.Dispose();
    }

    private void Turn()
    {
        Instant now = clock.Now;
        if (handled == ready.Count)
        {
            Wait(connections.HasWork || !Inbox.IsEmpty ? now : Earliest(), now);
            now = clock.Now;
        }

        TakeArrivals();
        if (nextWake() <= now)
        {
            Step(Event.Wake.Instance);
        }

        connections.Report();
        Expire(now);

        // What is left over comes first in the next turn: nobody is read twice before all were read once.
        int budget = ReadsPerTurnBytes;
        while (budget > 0 && handled < ready.Count && !isStopped)
        {
            budget -= Go(clock.Now, ready[handled++]);
        }

        Step(Event.TurnEnded.Instance);
        connections.Flush(clock.Now);
        connections.Credit();
        heap?.Look(ReadsPerTurnBytes - budget);
    }

    private void Wait(Instant until, Instant now)
    {
        ready.Clear();
        handled = 0;
        int milliseconds = until == Instant.Never ? -1
            : until <= now ? 0
            : (int)Math.Min(60_000, Math.Ceiling((until - now).TotalMilliseconds));
        readiness.Wait(milliseconds, ready);
    }

    private Instant Earliest() => Min(
        Min(Min(nextWake(), stopBy), Min(notes.Due, ports.NextRetry)), Min(connections.NextDeadline, dialer.NextDeadline));

    private static Instant Min(Instant a, Instant b) => a < b ? a : b;

    private void TakeArrivals()
    {
        foreach (Arrival arrival in Inbox.Take())
        {
            arrival.Work?.Invoke();
            if (arrival.Event is Event.StopRequested)
            {
                ports.Close();
                stopBy = Min(stopBy, clock.Now + StopTime);
            }

            if (arrival.Event is not null)
            {
                Step(arrival.Event);
            }
        }
    }

    private void Expire(Instant now)
    {
        connections.Expire(now);
        dialer.Expire(now);
        notes.Tick(now);
        ports.Retry(now);
        if (stopBy <= now)
        {
            EndedInOrder = false;
            Stop();
        }
    }

    private int Go(Instant now, Ready one)
    {
        int count = connections.Go(now, one);
        if (count >= 0)
        {
            return count;
        }

        if (!dialer.Go(one))
        {
            ports.Go(now, one.Key);
        }

        return 0;
    }

    private void Step(Event e)
    {
        if (isStopped)
        {
            return;
        }

        Instant now = clock.Now;
        Recent.Add(now, e);
        effects.Clear();
        step(now, e, effects);
        foreach (Effect effect in effects)
        {
            runner.Run(now, effect);
        }
    }

    private void OpenDialed(SiteName site, IPAddress remote, Socket socket)
    {
        ConnectionId id;
        try
        {
            id = table.Open(socket, isLink: true);
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

    private void Stop() => isStopped = true;
}

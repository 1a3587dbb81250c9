// A whole daemon as one deterministic state machine: events in, effects out; it touches nothing. Here the concerns meet; they do the work.
using System.Reflection;
using Floodd.Config;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>One site. Equal configuration, incarnation, seed and events give equal effects.</summary>
public sealed class SiteCore
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PurgePeriod = TimeSpan.FromSeconds(10);

    /// <summary>A site that has just been born.</summary>
    /// <param name="configuration">Who it is and what it may.</param>
    /// <param name="life">A number that no other life of the site has had.</param>
    /// <param name="seed">For its randomness: jitter and choices among equals.</param>
    /// <param name="spooled">What its spool holds; null if it has none.</param>
    public SiteCore(Configuration configuration, ulong life, ulong seed, SpooledState? spooled = null)
    {
        State = new SiteState(configuration, life, seed, spooled?.Incarnation);
        Spooling = spooled is null ? null : new Spooling(this, spooled);
        Admission = new Admission(this);
        Links = new Links(this);
        Output = new Output(this);
        Membership = new Membership(this);
        Neighbors = new Neighbors(this);
        Mastership = new Mastership(this);
        Probing = new Probing(this);
        Reports = new Reports(this);
        Estimates = new Estimates(this);
        Plans = new Plans(this);
        CatchUp = new CatchUp(this);
        Flooding = new Flooding(this);
        Delivery = new Delivery(this);
        Streams = new Streams(this);
        Gaps = new Gaps(this);
        Resync = new Resync(this);
        Exports = new Exports(this);
        Subscribers = new Subscribers(this);
        Uploads = new Uploads(this);
        Explanations = new Explanations(this);
        Answers = new Answers(this);
        Desk = new Desk(this);
        Waits = new Waits(this);
        Stopping = new Stopping(this);
        Groups = new Groups(this);
        Groups.Configure(configuration);
    }

    /// <summary>The program's version, as in the greeting.</summary>
    public static string Version { get; } = typeof(SiteCore).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>The configuration in force.</summary>
    public Configuration Configuration => State.Configuration;

    /// <summary>When to send <see cref="Event.Wake"/> at the latest.</summary>
    public Instant NextWake => State.NextWake;

    /// <summary>Whether the clock runs: a group that comes later keeps its periods from then on.</summary>
    internal bool IsStarted { get; private set; }

    internal SiteState State { get; }

    /// <summary>What goes to the disk; null without a spool.</summary>
    internal Spooling? Spooling { get; }

    internal Admission Admission { get; }

    internal Links Links { get; }

    internal Output Output { get; }

    internal Membership Membership { get; }

    internal Neighbors Neighbors { get; }

    internal Mastership Mastership { get; }

    internal Probing Probing { get; }

    internal Reports Reports { get; }

    internal Estimates Estimates { get; }

    internal Plans Plans { get; }

    internal CatchUp CatchUp { get; }

    internal Flooding Flooding { get; }

    internal Delivery Delivery { get; }

    internal Streams Streams { get; }

    internal Gaps Gaps { get; }

    internal Resync Resync { get; }

    internal Exports Exports { get; }

    internal Subscribers Subscribers { get; }

    internal Uploads Uploads { get; }

    internal Explanations Explanations { get; }

    internal Answers Answers { get; }

    internal Desk Desk { get; }

    internal SessionLimits Limits => Desk.Limits;

    internal Waits Waits { get; }

    internal Stopping Stopping { get; }

    internal Groups Groups { get; }

    /// <summary>Takes one event and appends what follows from it.</summary>
    /// <param name="now">The time, never earlier than in the step before.</param>
    /// <param name="e">What happened.</param>
    /// <param name="effects">Appended to; bytes in it that are not lasting are lent until the next step.</param>
    public void Step(Instant now, Event e, List<Effect> effects)
    {
        Invariant.Check(now >= State.Now);
        State.Now = now;
        State.Effects = effects;
        Output.BeginStep();
        Desk.BeginStep();
        State.RunDeadlines();
        Take(e);
    }

    private void Take(Event e)
    {
        switch (e)
        {
            case Event.Received received:
                Receive(received);
                break;
            case Event.Written written:
                Written(written);
                break;
            case Event.TurnEnded:
                State.IsTurnDue = false;
                EndTurn();
                break;
            case Event.Wake:
                State.IsTurnDue = false;
                break;
            case Event.LinkOpened opened:
                Links.Opened(opened);
                break;
            case Event.SessionOpened opened:
                Desk.Opened(opened);
                break;
            case Event.Closed closed:
                Closed(closed);
                break;
            case Event.DialFailed failed:
                Links.DialFailed(failed);
                break;
            case Event.RunEnded ended:
                if (State.Groups.TryGetValue(ended.Group, out Group? group))
                {
                    Exports.Ended(group, ended.Run, ended.Outcome);
                }

                break;
            case Event.Spooled or Event.SpoolFailed:
                Spooling!.Take(e);
                break;
            case Event.Planned planned:
                Plans.Planned(planned);
                break;
            case Event.Generated generated:
                Plans.Generated(generated);
                break;
            case Event.Explained explained:
                Explanations.Ready(explained);
                break;
            case Event.Resolved resolved:
                Admission.Resolved(resolved.Host, resolved.Addresses);
                break;
            case Event.Reloaded reloaded:
                Groups.Configure(reloaded.Configuration);
                State.Note(NoteKind.Reloaded, "the configuration was read again");
                break;
            case Event.StopRequested stop:
                Stopping.Begin(stop.Reason);
                break;
            case Event.Started started:
                Start(started);
                break;
            default:
                throw new InvariantException($"an event of no known kind: {e}");
        }
    }

    private void Start(Event.Started started)
    {
        Invariant.Check(!IsStarted);
        IsStarted = true;
        State.Note(NoteKind.Started, $"floodd {Version} site {State.Self}: clients at port {started.ClientPort}, links at port {started.DataPort}, incarnation {State.Incarnation:x}");
        if (State.Local.Access.Insecure)
        {
            State.Note(NoteKind.Insecure, "insecure: any address may link and flood");
        }

        Spooling?.Begin();
        Delivery.Begin();
        Admission.LookUpAll();
        State.Every(() => Tick, OnTick);
        Probing.Begin();
        Reports.Begin();
        State.Every(() => PurgePeriod, OnPurge);
        foreach (Group group in State.Groups.Values)
        {
            Groups.KeepPeriods(group);
        }
    }

    private void OnTick()
    {
        Links.Beat();
        Neighbors.Explore();
        Delivery.CheckProgress();
        Subscribers.CheckProgress();
        CatchUp.OpenGroups();
        Gaps.Look();
        Mastership.LookForReplans();
        Plans.Tick();
        Limits.Look();
        Spooling?.Tick();
    }

    private void OnPurge()
    {
        State.Store.PurgeAged();
        Membership.Purge();
        Streams.Purge();
        Admission.LookUpAll();
    }

    private void Receive(Event.Received received)
    {
        if (State.Links.TryGetValue(received.Id.Value, out Link? link))
        {
            Frames.Read(this, link, received.Bytes.Span);
        }
        else if (Desk.Find(received.Id) is { } session)
        {
            Desk.Received(session, received.Bytes.Span);
        }
    }

    private void Written(Event.Written written)
    {
        if (State.Links.TryGetValue(written.Id.Value, out Link? link))
        {
            link.InFlight -= written.Count;
            Invariant.Check(link.InFlight >= 0);
            Output.Written(link);
        }
        else if (Desk.Find(written.Id) is { } session)
        {
            Desk.Written(session, written.Count);
        }
    }

    private void Closed(Event.Closed closed)
    {
        if (State.Links.TryGetValue(closed.Id.Value, out Link? link))
        {
            Links.Closed(link, closed.Reason);
        }
        else if (Desk.Find(closed.Id) is { } session)
        {
            Desk.Closed(session, closed.Reason);
        }
    }

    // What came in during the turn is now acted upon, once for all of it.
    private void EndTurn()
    {
        Flooding.Flush();
        Exports.Flush();
        Desk.Flush();
        Membership.Flush();
        Reports.Flush();
        Neighbors.Flush();
        Delivery.Flush();
        Output.Flush();
        Spooling?.Flush();
        Stopping.Flush();
    }
}

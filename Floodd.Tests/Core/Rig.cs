// One site's core driven by hand: events in, effects gathered, time turned forward. Synchronous; it never looks into the core's frames.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Tests.Core;

/// <summary>Site b of the group mirror, whose members are a, b and c.</summary>
internal sealed class Rig
{
    public static readonly GroupName Mirror = new("mirror");
    public static readonly SiteName A = new("a");
    public static readonly SiteName B = new("b");
    public static readonly SiteName C = new("c");

    private readonly List<Effect> _effects = [];
    private readonly Dictionary<ConnectionId, Ending> _ends = [];
    private readonly Queue<Event.Explained> _explained = [];
    private long _connections;

    public Rig(Func<LocalDefinition, LocalDefinition>? local = null, Func<GroupDefinition, GroupDefinition>? group = null, ulong incarnation = 0xb1, SpooledState? spooled = null)
    {
        Configuration = Configure(local, group);
        Core = new SiteCore(Configuration, incarnation, seed: 1, spooled);
        Do(new Event.Started(2000, 2001));
    }

    public Configuration Configuration { get; }

    public SiteCore Core { get; }

    public Instant Now { get; private set; }

    /// <summary>Whether the system takes at once what is sent.</summary>
    public bool Drains { get; set; } = true;

    public List<Effect.Note> Notes { get; } = [];

    public List<ExportRun> Exports { get; } = [];

    public List<ExportRun> Resyncs { get; } = [];

    /// <summary>What was handed to the spool and not yet reported.</summary>
    public Queue<Effect.Spool> Batches { get; } = [];

    public List<SiteName> Dials { get; } = [];

    public List<PlanJob> Plans { get; } = [];

    public List<GeneratorJob> Generators { get; } = [];

    public int Stops { get; private set; }

    /// <summary>Effects that name a connection which had ended before.</summary>
    public List<Effect> Stray { get; } = [];

    public Group Group => Core.State.Groups[Mirror];

    public IEnumerable<NoteKind> NoteKinds => Notes.Select(n => n.Kind);

    /// <summary>A configuration of site b.</summary>
    public static Configuration Configure(Func<LocalDefinition, LocalDefinition>? local = null, Func<GroupDefinition, GroupDefinition>? group = null)
    {
        SiteDefinition[] sites = [.. new[] { A, B, C }.Select((name, i) => new SiteDefinition(name) { InetAddress = AddressOf(name) })];
        var definition = new GroupDefinition(Mirror) { MasterSite = A, Sites = [A, B, C] };
        var own = new LocalDefinition { SiteName = B, DataStorageMax = 4 << 20, Export = new ExportDefinition { Command = "export" } };
        return new Configuration(
            B, sites.ToImmutableSortedDictionary(s => s.Name, s => s), ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty.Add(Mirror, group?.Invoke(definition) ?? definition), local?.Invoke(own) ?? own);
    }

    public static IPAddress AddressOf(SiteName name) => new([10, 0, 0, (byte)name.Value[0]]);

    /// <summary>Hands events in, ends the turn, and goes on until nothing more is sent.</summary>
    public void Do(params Event[] events)
    {
        foreach (Event e in events)
        {
            Step(e);
        }

        while (_explained.TryDequeue(out Event.Explained? explained))
        {
            Step(explained);
        }

        Step(Event.TurnEnded.Instance);
        while (Drains && _ends.Values.FirstOrDefault(e => e.Unwritten > 0 && !e.IsClosed) is { } end)
        {
            Drain(end);
            Step(Event.TurnEnded.Instance);
        }
    }

    /// <summary>The system takes what was sent to one end.</summary>
    public void Drain(Ending end) => Drain(end, end.Unwritten);

    /// <summary>The system takes so many bytes of it.</summary>
    public void Drain(Ending end, int count)
    {
        end.Unwritten -= count;
        Step(new Event.Written(end.Id, count));
    }

    /// <summary>Lets time pass, waking the core whenever it wants.</summary>
    public void Pass(double seconds)
    {
        Instant until = Now + TimeSpan.FromSeconds(seconds);
        while (Core.NextWake <= until)
        {
            Now = Core.NextWake > Now ? Core.NextWake : Now;
            Do(Event.Wake.Instance);
        }

        Now = until;
    }

    /// <summary>Lets time pass without a wake: the next event comes late.</summary>
    public void Oversleep(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    /// <summary>A run of a command ends.</summary>
    public void EndRun(ExportRun run, RunEnd kind = RunEnd.Exited, int code = 0) => Do(new Event.RunEnded(run.Group, run.Number, new RunOutcome(kind, code, $"{kind} {code}")));

    /// <summary>The input of a run as text.</summary>
    public static string InputOf(ExportRun run) => string.Concat(run.Input.Select(p => Encoding.UTF8.GetString(p.Span)));

    public ClientEnd Client(string address = "127.0.0.1")
    {
        var remote = IPAddress.Parse(address);
        Ending end = NewEnd();
        Do(new Event.SessionOpened(end.Id, remote, IPAddress.IsLoopback(remote)));
        return new ClientEnd(end);
    }

    /// <summary>A data connection from a site's address, on which nothing was said yet by the other end.</summary>
    public LinkEnd Connect(SiteName from, SiteName? dialed = null, IPAddress? address = null)
    {
        Ending end = NewEnd();
        Do(new Event.LinkOpened(end.Id, dialed, address ?? AddressOf(from)));
        return new LinkEnd(end, from);
    }

    /// <summary>A link to a member on which updates flow.</summary>
    public LinkEnd Link(SiteName to, ulong incarnation = 1)
    {
        LinkEnd link = Connect(to);
        link.Greet(incarnation);
        link.Join(incarnation);
        return link;
    }

    /// <summary>Links to both neighbors, and five updates that a has flooded since; what was said until then is heard.</summary>
    public (LinkEnd A, LinkEnd C) LinkBoth()
    {
        (LinkEnd a, LinkEnd c) = (Link(A), Link(C));
        Pass(0.2);
        a.Run(1, [.. "12345".Select(n => Piece.Whole($"{n}"))]);
        a.Take();
        c.Take();
        return (a, c);
    }

    /// <summary>A plan that was asked for is ready.</summary>
    public void Planned(PlanJob job) => Do(new Event.Planned(Mirror, job.Number, job.Run(0.01)));

    private Ending NewEnd()
    {
        var end = new Ending(this, new ConnectionId(++_connections));
        _ends.Add(end.Id, end);
        return end;
    }

    private void Step(Event e)
    {
        _effects.Clear();
        Core.Step(Now, e, _effects);
        foreach (Effect effect in _effects)
        {
            Take(effect);
        }
    }

    private void Take(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send when _ends[send.Id].IsClosed:
                Stray.Add(send);
                break;
            case Effect.Send send:
                _ends[send.Id].Took(send.Bytes.Span);
                break;
            case Effect.Close close when _ends[close.Id].IsClosed:
                Stray.Add(close);
                break;
            case Effect.Close close:
                _ends[close.Id].IsClosed = true;
                break;
            case Effect.PauseReading pause:
                _ends[pause.Id].IsPaused = true;
                break;
            case Effect.ResumeReading resume:
                _ends[resume.Id].IsPaused = false;
                break;
            case Effect.Note note:
                Notes.Add(note);
                break;
            case Effect.Spool batch:
                Batches.Enqueue(batch);
                break;
            case Effect.StartExport start:
                Exports.Add(start.Run);
                break;
            case Effect.StartResync start:
                Resyncs.Add(start.Run);
                break;
            case Effect.StartPlanning start:
                Plans.Add(start.Job);
                break;
            case Effect.StartGenerator start:
                Generators.Add(start.Job);
                break;
            case Effect.Explain explain:
                _explained.Enqueue(new Event.Explained(explain.Job, explain.Job.Run()));
                break;
            case Effect.Dial dial:
                Dials.Add(dial.Site);
                break;
            case Effect.Stop:
                Stops++;
                break;
        }
    }
}

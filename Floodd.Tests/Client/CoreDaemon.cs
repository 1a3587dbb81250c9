// A daemon's own core behind client sessions, driven by hand in virtual time; its exports succeed at once. No socket, no other site.
using System.Collections.Immutable;
using System.Net;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Client;

/// <summary>Site b of several groups. Not for several threads at once.</summary>
internal sealed class CoreDaemon
{
    /// <summary>The largest update of a group, in bytes.</summary>
    public const int UpdateSizeMax = 100_000;

    // A name that looks like the announcement of a listing, and one that looks like a size.
    public static readonly ImmutableArray<string> Groups = ["123", "follows", "g"];

    private static readonly SiteName Site = new("b");
    private static readonly Instant Now = Instant.Zero;

    private readonly SiteCore _core;
    private readonly List<Effect> _effects = [];
    private readonly Queue<Event> _next = [];
    private readonly Dictionary<ConnectionId, (MemoryStream Said, bool Closed)> _sessions = [];

    public CoreDaemon()
    {
        // The worst names that hosts can have.
        SiteDefinition[] sites =
        [
            new SiteDefinition(new SiteName("a")) { Hostname = "250-update.gap." },
            new SiteDefinition(Site) { InetAddress = IPAddress.Loopback },
            new SiteDefinition(new SiteName("follows")) { Hostname = "follows" },
        ];
        var local = new LocalDefinition
        {
            SiteName = Site,
            Export = new ExportDefinition { Command = "export" },
            Access = new AccessDefinition { SessionErrorsMax = 1_000_000 },
        };
        _core = new SiteCore(
            new Configuration(
                Site,
                sites.ToImmutableSortedDictionary(site => site.Name, site => site),
                Groups.ToImmutableSortedDictionary(
                    name => new GroupName(name),
                    name => new GroupDefinition(new GroupName(name)) { MasterSite = Site, Sites = [.. sites.Select(site => site.Name)], MaxUpdateSize = UpdateSizeMax }),
                local),
            life: 0xb1,
            seed: 1);
        Do(new Event.Started(2000, 2001));
    }

    /// <summary>A client of this machine connects.</summary>
    public ConnectionId Open()
    {
        var id = new ConnectionId(_sessions.Count + 1);
        _sessions[id] = (new MemoryStream(), false);
        Do(new Event.SessionOpened(id, IPAddress.Loopback, FromThisHost: true));
        return id;
    }

    /// <summary>A client says something.</summary>
    public void Say(ConnectionId session, ReadOnlyMemory<byte> bytes)
    {
        if (!_sessions[session].Closed)
        {
            Do(new Event.Received(session, bytes));
        }
    }

    /// <summary>What the daemon said to a client since the last time, and whether it closed the connection then.</summary>
    public (byte[] Said, bool Closed) Take(ConnectionId session)
    {
        byte[] said = _sessions[session].Said.ToArray();
        _sessions[session].Said.SetLength(0);
        return (said, _sessions[session].Closed);
    }

    /// <summary>The client is gone.</summary>
    public void Vanish(ConnectionId session)
    {
        if (!_sessions[session].Closed)
        {
            _sessions[session] = _sessions[session] with { Closed = true };
            Do(new Event.Closed(session, "gone"));
        }

        _sessions[session].Said.SetLength(0);
    }

    /// <summary>All that a daemon says to a client that says this, in these pieces.</summary>
    public static byte[] Converse(params IEnumerable<byte[]> pieces)
    {
        var daemon = new CoreDaemon();
        ConnectionId session = daemon.Open();
        foreach (byte[] piece in pieces)
        {
            daemon.Say(session, piece);
        }

        return daemon.Take(session).Said;
    }

    private void Do(Event first)
    {
        _next.Enqueue(first);
        while (_next.TryDequeue(out Event? e))
        {
            Step(e);
            if (_next.Count == 0)
            {
                Step(Event.TurnEnded.Instance);
            }

            if (_next.Count == 0 && _core.NextWake <= Now)
            {
                Step(Event.Wake.Instance);
            }
        }
    }

    private void Step(Event e)
    {
        _effects.Clear();
        _core.Step(Now, e, _effects);
        foreach (Effect effect in _effects)
        {
            switch (effect)
            {
                case Effect.Send send when _sessions.TryGetValue(send.Id, out var session) && !session.Closed:
                    session.Said.Write(send.Bytes.Span);
                    _next.Enqueue(new Event.Written(send.Id, send.Bytes.Length));
                    break;
                case Effect.Close close when _sessions.TryGetValue(close.Id, out var session):
                    _sessions[close.Id] = session with { Closed = true };
                    break;
                case Effect.StartExport start:
                    _next.Enqueue(new Event.RunEnded(start.Run.Group, start.Run.Number, new RunOutcome(RunEnd.Exited, 0, "exited")));
                    break;
                case Effect.Explain explain:
                    _next.Enqueue(new Event.Explained(explain.Job, explain.Job.Run()));
                    break;
            }
        }
    }
}

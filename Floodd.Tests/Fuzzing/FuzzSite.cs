// Site b of group mirror for fuzzing: a core, sessions and links that strangers hold, time by hand. Never asks what is right.
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Floodd.Client.Protocol;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Wire;
using Floodd.Wire;
using Digest = Floodd.Tests.Simulation.Digest;

namespace Floodd.Tests.Fuzzing;

/// <summary>A core and all that is connected to it. Exports succeed at once.</summary>
internal sealed class FuzzSite
{
    public static readonly GroupName Mirror = new("mirror");
    public static readonly SiteName B = new("b");

    // As a client of this host, but not from a loopback address, so that nothing may shut it down.
    private static readonly IPAddress Client = new([10, 0, 0, 98]);
    private static readonly Configuration Configuration = Configure();

    private readonly List<Effect> _effects = [];
    private readonly Queue<Event> _next = [];
    private readonly Dictionary<long, List<byte>> _open = [];
    private readonly Dictionary<long, List<byte>> _heard = [];
    private readonly List<ConnectionId> _links = [];
    private long _connections;

    public FuzzSite()
    {
        Core = new SiteCore(Configuration, 0xb1, seed: 1);
        Do(new Event.Started(2000, 2001));
    }

    public SiteCore Core { get; }

    public Instant Now { get; private set; }

    public static IPAddress AddressOf(SiteName name) => new([10, 0, 0, (byte)name.Value[0]]);

    public ConnectionId Session()
    {
        ConnectionId id = Open();
        Do(new Event.SessionOpened(id, Client, FromThisHost: true));
        return id;
    }

    public ConnectionId Link(IPAddress from, SiteName? dialed = null)
    {
        ConnectionId id = Open();
        _links.Add(id);
        Do(new Event.LinkOpened(id, dialed, from));
        return id;
    }

    /// <summary>A link that has greeted, told of itself and wants updates.</summary>
    public ConnectionId Member(string name, ulong incarnation)
    {
        SiteName site = new(name);
        ConnectionId id = Link(AddressOf(site));
        var writer = new FieldWriter();
        new Hello(WireLimits.Version, WireLimits.OldestVersion, 0, site, incarnation).Write(writer);
        writer.BeginFrame();
        new SiteRecord(new SiteDefinition(site), incarnation, incarnation, [new(Mirror, 0)], [B]).Write(writer);
        writer.EndFrame(FrameKind.Sites);
        SmallFrames.WriteWant(writer, Mirror, true);
        Say(id, writer.Written);
        writer.Clear();
        DeliveryFrames.Begin(writer, Mirror, last: true);
        writer.EndFrame(FrameKind.Delivery);
        Floodd.Wire.Digest.Begin(writer, Mirror, closed: false, last: true, asks: false);
        writer.EndFrame(FrameKind.Digest);
        SmallFrames.WriteStream(writer, 1, Mirror, new StreamId(site, incarnation));
        Say(id, writer.Written);
        return id;
    }

    /// <summary>Whether the core has not closed it.</summary>
    public bool IsOpen(ConnectionId id) => _open.ContainsKey(id.Value);

    /// <summary>Something was said on a connection, in pieces that all come in one turn.</summary>
    public void Say(ConnectionId id, params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            if (IsOpen(id))
            {
                Step(new Event.Received(id, piece));
            }
        }

        EndTurn();
    }

    /// <summary>The other end goes.</summary>
    public void Vanish(ConnectionId id)
    {
        if (_open.Remove(id.Value))
        {
            Do(new Event.Closed(id, "gone"));
        }
    }

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan time)
    {
        Instant until = Now + time;
        while (Core.NextWake <= until)
        {
            Now = Core.NextWake > Now ? Core.NextWake : Now;
            Do(Event.Wake.Instance);
        }

        Now = until;
    }

    /// <summary>What a connection was told is not looked at.</summary>
    public void Forget(ConnectionId id) => _heard.Remove(id.Value);

    /// <summary>The codes that a session was told, in order: texts hold numbers that differ from one conversation to the next.</summary>
    public ulong Heard(ConnectionId id)
    {
        ulong digest = 1;
        if (_heard.Remove(id.Value, out List<byte>? heard))
        {
            var reader = new ReplyReader(1 << 20);
            ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(heard);
            while (reader.Read(rest, out int consumed, out ReadOnlySpan<byte> data) is var token && token != ReplyToken.NeedMore)
            {
                FuzzFailureException.Unless(token != ReplyToken.Wrong, "the daemon says what no daemon says");
                digest = token == ReplyToken.Reply ? Digest.Mix(digest, Digest.Of(data[..3])) : digest;
                rest = rest[consumed..];
            }
        }

        return digest;
    }

    /// <summary>Whatever was said on links can be read at their other ends: what a neighbor said must not make others part with this site.</summary>
    public void RequireReadable()
    {
        foreach (ConnectionId link in _links)
        {
            var named = new NumberedSites();
            ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(_heard.GetValueOrDefault(link.Value));
            while (Frame.Read(rest, out FrameKind kind, out ReadOnlySpan<byte> payload, out int size, out _) is var status && status != FrameStatus.NeedMore)
            {
                string? content = status == FrameStatus.Broken ? null : kind == FrameKind.Names ? named.Learn(payload) ?? "" : Samples.Content(kind, payload, named.TheirCount);
                FuzzFailureException.Unless(content is not null, $"a {kind} that nobody can read was said on a link");
                rest = rest[size..];
            }
        }
    }

    /// <summary>A digest of what counts: members, what is in force, streams and marks.</summary>
    public ulong State()
    {
        ulong digest = (ulong)Core.ChargedBytes;
        foreach (Site site in Core.State.Sites.Values)
        {
            digest = Digest.Mix(Digest.Mix(digest, Digest.Of(site.Name.Value)), (site.Record?.Version ?? 0) + (site.Link is null ? 0UL : 1UL << 60));
        }

        foreach (Group group in Core.State.Groups.Values)
        {
            digest = Digest.Mix(Digest.Mix(digest, group.DefinitionVersion), (ulong)(group.Topology?.Edition ?? 0));
            foreach (Member member in group.Members.Values)
            {
                digest = Digest.Mix(digest, Digest.Of(member.Name.Value) + (member.Up ? 1UL : 0));
            }

            foreach (SegmentStream stream in group.Streams.OrderBy(s => s.Id))
            {
                digest = Digest.Mix(Digest.Mix(digest, Digest.Of(stream.Id.ToString())), Digest.Of(stream.Received.ToString()));
                digest = Digest.Mix(Digest.Mix(digest, (ulong)stream.Deliverable), (ulong)stream.ExportNext);
                foreach ((SiteName site, Mark mark) in stream.Marks.All.OrderBy(m => m.Site))
                {
                    digest = Digest.Mix(Digest.Mix(digest, Digest.Of(site.Value)), (ulong)mark.Exported);
                }
            }
        }

        return digest;
    }

    private static Configuration Configure()
    {
        SiteName[] names = [new("a"), B, new("c")];
        var definition = new GroupDefinition(Mirror) { MasterSite = names[0], Sites = [.. names], MaxUpdateSize = 100_000 };
        return new Configuration(
            B,
            names.ToImmutableSortedDictionary(n => n, n => new SiteDefinition(n) { InetAddress = AddressOf(n) }),
            ImmutableSortedDictionary<GroupName, GroupDefinition>.Empty.Add(Mirror, definition),
            new LocalDefinition { SiteName = B, DataStorageMax = 1 << 20, Export = new ExportDefinition { Command = "export" } });
    }

    private ConnectionId Open()
    {
        var id = new ConnectionId(++_connections);
        _open.Add(id.Value, _heard[id.Value] = []);
        return id;
    }

    private void Do(Event e)
    {
        Step(e);
        EndTurn();
    }

    private void EndTurn()
    {
        Step(Event.TurnEnded.Instance);
        while (_next.TryDequeue(out Event? e))
        {
            Step(e);
            if (_next.Count == 0)
            {
                Step(Event.TurnEnded.Instance);
            }
        }
    }

    private void Step(Event e)
    {
        _effects.Clear();
        Core.Step(Now, e, _effects);
        FuzzFailureException.Unless(_effects.Count < 20_000, string.Create(CultureInfo.InvariantCulture, $"{_effects.Count} effects of one event"));
        foreach (Effect effect in _effects)
        {
            switch (effect)
            {
                case Effect.Send send:
                    FuzzFailureException.Unless(_open.TryGetValue(send.Id.Value, out List<byte>? heard), "something is sent to a connection that has ended");
                    heard!.AddRange(send.Bytes.Span);
                    _next.Enqueue(new Event.Written(send.Id, send.Bytes.Length));
                    break;
                case Effect.Close close:
                    _open.Remove(close.Id.Value);
                    break;
                case Effect.StartExport start:
                    _next.Enqueue(new Event.RunEnded(start.Run.Group, start.Run.Number, new RunOutcome(RunEnd.Exited, 0, "exited")));
                    break;
                case Effect.Explain explain:
                    _next.Enqueue(new Event.Explained(explain.Job, explain.Job.Run()));
                    break;
                case Effect.Stop:
                    throw new FuzzFailureException("it would stop");
            }
        }
    }
}

// Strangers at data ports: connections that no site of the world made, with bytes of any kind. They read nothing.
using System.Net;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;
using Floodd.Wire;

namespace Floodd.Tests.Campaign;

/// <summary>All intruders of a run. An act's first site is whose name or address they use, its second the one that they visit.</summary>
internal sealed class Intruders(Play play)
{
    private const int HeardMost = 48 << 10;
    private static readonly IPAddress Stranger = new([192, 0, 2, 66]);
    private readonly Dictionary<Act, (SimulatedSite Site, int Life, ConnectionId Id)> _there = [];
    private readonly Dictionary<(int From, int To), MemoryStream> _heard = [];
    private readonly Dictionary<(int From, int To), End> _heardOn = [];

    /// <summary>Another process with a site's name, at its address: it greets and answers nothing.</summary>
    public bool SecondProcess(Act act) => Visit(act, AddressOf(act.A), Greeting(act.A, incarnation: 0xBAD));

    public bool RandomBytes(Act act)
    {
        var draw = new Prng((ulong)act.N);
        byte[] bytes = new byte[1 + draw.Next(2000)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)draw.Next(256);
        }

        byte[] greeting = draw.Chance(0.5) ? Greeting(act.A, incarnation: 0xBAD) : [];
        return Visit(act, draw.Chance(0.5) ? Stranger : AddressOf(act.A), [.. greeting, .. bytes]);
    }

    public bool Oversized(Act act) => Visit(act, AddressOf(act.A), [.. Greeting(act.A, incarnation: 0xBAD), 0xFF, 0xFF, 0xFF, 0x7F, (byte)FrameKind.Segments, 0, 0, 0, 1, 2, 3, 4]);

    public bool Truncated(Act act)
    {
        byte[] greeting = Greeting(act.A, incarnation: 0xBAD);
        return Visit(act, AddressOf(act.A), greeting[..(int)Math.Min(act.N, greeting.Length - 1)]);
    }

    public bool BeforeHello(Act act)
    {
        var writer = new FieldWriter();
        SmallFrames.WriteWant(writer, new GroupName("g"), true);
        return Visit(act, AddressOf(act.A), writer.Written.ToArray());
    }

    /// <summary>A stranger with a member's name.</summary>
    public bool ForgedName(Act act) => Visit(act, Stranger, Greeting(act.A, incarnation: 0xBAD));

    public bool OtherVersion(Act act)
    {
        var writer = new FieldWriter();
        new Hello(act.N == 0 ? 1UL : 99, act.N == 0 ? 1UL : 98, 0, NameOf(act.A), 1).Write(writer);
        return Visit(act, AddressOf(act.A), writer.Written.ToArray());
    }

    /// <summary>A stranger tells of a site that is to be dialed at a victim's address, and of one of us that has moved there.</summary>
    public bool PoisonedJoin(Act act)
    {
        var writer = new FieldWriter();
        new Hello(WireLimits.Version, WireLimits.OldestVersion, 0, NameOf(act.A), 0xBAD).Write(writer);
        writer.BeginFrame();
        var victim = new SiteDefinition(NameOf(act.A)) { Hostname = "victim", InetAddress = Stranger };
        new SiteRecord(victim, 0xBAD, 1UL << 40, [new(new GroupName("g"), 0)], []).Write(writer);
        writer.EndFrame(FrameKind.Sites);
        return Visit(act, Stranger, writer.Written.ToArray());
    }

    /// <summary>What one site once said to another, said again on a new connection.</summary>
    public bool Replay(Act act)
    {
        (int from, int to) = (play.Site(act.A).Index, play.Site(act.B).Index);
        return _heard.TryGetValue((from, to), out MemoryStream? heard) && heard.Length > 0 && Visit(act, AddressOf(act.A), heard.ToArray());
    }

    /// <summary>Keeps the beginning of each connection's bytes, of the last one between two sites.</summary>
    public void Overheard(End end, ReadOnlySpan<byte> bytes)
    {
        (int From, int To) pair = (end.Other.Site!.Index, end.Site!.Index);
        if (!_heardOn.TryGetValue(pair, out End? before) || (before != end && !before.Open))
        {
            _heardOn[pair] = end;
            _heard[pair] = new MemoryStream();
        }

        if (_heardOn[pair] == end && _heard[pair].Length < HeardMost)
        {
            _heard[pair].Write(bytes);
        }
    }

    public void Leave(Act act)
    {
        if (_there.Remove(act, out (SimulatedSite Site, int Life, ConnectionId Id) there) && there.Site.Life == there.Life)
        {
            there.Site.Enqueue(new Event.Closed(there.Id, "closed by the other end"));
        }
    }

    private bool Visit(Act act, IPAddress from, byte[] bytes)
    {
        SimulatedSite site = play.Site(act.B);
        if (!site.IsUp || site == play.Site(act.A))
        {
            return false;
        }

        ConnectionId id = site.NextConnectionId();
        _there[act] = (site, site.Life, id);
        site.Enqueue(new Event.LinkOpened(id, null, from));
        if (bytes.Length > 0)
        {
            site.Enqueue(new Event.Received(id, bytes));
        }

        return true;
    }

    private SiteName NameOf(int site) => play.Site(site).Name;

    private IPAddress AddressOf(int site) => play.Site(site).Address;

    private byte[] Greeting(int site, ulong incarnation)
    {
        var writer = new FieldWriter();
        new Hello(WireLimits.Version, WireLimits.OldestVersion, 0, NameOf(site), incarnation).Write(writer);
        return writer.Written.ToArray();
    }
}

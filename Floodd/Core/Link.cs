// A data connection as the core sees it: who is at the other end, what was said, what is owed. Nouns only.
using System.Net;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Link(ConnectionId id, SiteName? dialed, IPAddress remote, Instant openedAt)
{
    /// <summary>The most segment bytes handed to the shell and not yet written, in bytes: enough to fill a fast link, little to lose.</summary>
    public const int Window = 512 * 1024;

    /// <summary>A frame that has begun comes at so many bytes a second at least, slower than any way that is of use.</summary>
    private const double FramePace = 512;

    private static readonly TimeSpan FrameGrace = TimeSpan.FromSeconds(10);

    private readonly List<SegmentStream?> _streamOfAlias = [null];
    private readonly Dictionary<SegmentStream, uint> _aliasOfStream = [];
    private readonly List<SegmentStream> _ownStreams = [];

    // By when the frame whose beginning is carried has to end, or more of it to come.
    private Instant _frameDue;

    public ConnectionId Id { get; } = id;

    /// <summary>The site that we dialed; null if we were dialed.</summary>
    public SiteName? Dialed { get; } = dialed;

    public IPAddress Remote { get; } = remote;

    /// <summary>The site at the other end, once it has said so and was believed.</summary>
    public Site? Site { get; set; }

    /// <summary>The life of that site.</summary>
    public ulong Incarnation { get; set; }

    /// <summary>What the other end has told of sites that number their updates under an earlier life; null before the first.</summary>
    public Dictionary<SiteName, KeptNumbering>? Kept { get; set; }

    /// <summary>A greeting that waits until it is known whether an older link to the same name still lives.</summary>
    public Hello? PendingHello { get; set; }

    /// <summary>The measurement that the connection is for; null of a link.</summary>
    public Probe? Probe { get; set; }

    /// <summary>Whether the last Ping had to wait behind other bytes.</summary>
    public bool PingMetQueue { get; set; }

    /// <summary>What flooding shows of the bandwidth.</summary>
    public Inflow Inflow { get; } = new();

    /// <summary>Whether both have greeted and the link counts.</summary>
    public bool Up { get; set; }

    /// <summary>Its place in every <see cref="LinkSet"/> while it is up; -1 for none.</summary>
    public int Place { get; set; } = -1;

    /// <summary>Whether we have asked the shell to close it.</summary>
    public bool Closing { get; set; }

    public Instant OpenedAt { get; } = openedAt;

    public Instant LastHeard { get; set; } = openedAt;

    public Instant LastPing { get; set; } = openedAt;

    /// <summary>When the ping was sent whose answer came last: what was said here before it has been read at the other end, and answered.</summary>
    public Instant AnsweredUpTo { get; set; } = openedAt;

    /// <summary>Since when no group has wanted it.</summary>
    public Instant IdleSince { get; set; } = openedAt;

    /// <summary>The round trip that Pings have measured; null before the first.</summary>
    public TimeSpan? RoundTrip { get; set; }

    /// <summary>The beginning of a frame whose rest is not here yet.</summary>
    public CarriedBytes Carried { get; } = new();

    /// <summary>Control frames to go out at the end of the turn.</summary>
    public FieldWriter Out { get; } = new();

    /// <summary>How much of it was sent in this step already.</summary>
    public int OutSent { get; set; }

    /// <summary>Bytes handed to the shell and not yet written.</summary>
    public long InFlight { get; set; }

    /// <summary>Whether something is owed that waits for room in the window.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>The groups that both ends are members of.</summary>
    public OrderedTable<GroupName, LinkGroup> Groups { get; } = [];

    /// <summary>The number that we use for a stream on this link.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isNew">Whether the other end has yet to be told.</param>
    public uint AliasOf(SegmentStream stream, out bool isNew)
    {
        isNew = !_aliasOfStream.TryGetValue(stream, out uint alias);
        if (isNew)
        {
            alias = (uint)_aliasOfStream.Count + 1;
            _aliasOfStream.Add(stream, alias);
            _ownStreams.Add(stream);
        }

        return alias;
    }

    /// <summary>The stream that we use a number for on this link; null if we have not named it.</summary>
    public SegmentStream? StreamOf(uint alias) => alias > 0 && alias <= _ownStreams.Count ? _ownStreams[(int)alias - 1] : null;

    /// <summary>Learns the number that the other end uses for a stream.</summary>
    /// <returns>False if that number is not the next one.</returns>
    public bool LearnAlias(uint alias, SegmentStream? stream)
    {
        if (alias != _streamOfAlias.Count)
        {
            return false;
        }

        _streamOfAlias.Add(stream);
        return true;
    }

    /// <summary>What sites number their updates under, if not under the lives that their next records tell.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? LearnKept(ReadOnlySpan<byte> payload)
    {
        if (KeptNumbering.ReadAll(payload) is not { } all)
        {
            return "kept incarnations that make no sense";
        }

        Kept ??= [];
        foreach (KeptNumbering kept in all)
        {
            if (Kept.Count >= WireLimits.StreamsPerLinkMax && !Kept.ContainsKey(kept.Site))
            {
                return "too many kept incarnations";
            }

            Kept[kept.Site] = kept;
        }

        return null;
    }

    /// <summary>Whether the other end has named that number; the stream is null if its group is not ours.</summary>
    public bool TryResolve(uint alias, out SegmentStream? stream)
    {
        stream = alias < _streamOfAlias.Count ? _streamOfAlias[(int)alias] : null;
        return alias > 0 && alias < _streamOfAlias.Count;
    }

    /// <summary>Whether a frame has begun that does not end: a length that was damaged swallows what comes behind it, heartbeats too, so that the link is never silent and carries nothing.</summary>
    public bool IsStuck(Instant now) => Carried.Count > 0 && now > _frameDue;

    /// <summary>A frame ended: another may have begun.</summary>
    public void FrameEnded(Instant now) => _frameDue = now + FrameGrace;

    /// <summary>A frame begins or goes on. What comes quickly saves up no time for what does not: a flood that a damaged length swallows would buy minutes.</summary>
    public void FrameGoesOn(Instant now, int bytes)
    {
        Instant due = _frameDue + TimeSpan.FromSeconds(bytes / FramePace), latest = now + FrameGrace;
        _frameDue = Carried.Count > 0 && due < latest ? due : latest;
    }

    public override string ToString() => Site is null ? $"{Id} {Remote}" : $"{Id} {Site.Name}";
}

/// <summary>A group on a link.</summary>
internal sealed class LinkGroup(Link link, Group group)
{
    private readonly Dictionary<SegmentStream, Owed> _owed = [];

    public Link Link { get; } = link;

    public Group Group { get; } = group;

    /// <summary>Whether we want its updates to flow here.</summary>
    public bool Ours { get; set; }

    /// <summary>Whether the other end does.</summary>
    public bool Theirs { get; set; }

    /// <summary>Until then we want it in any case, as the link joined parts that could not reach each other.</summary>
    public Instant BridgeUntil { get; set; }

    /// <summary>Whether updates flow.</summary>
    public bool Active => Ours || Theirs;

    /// <summary>Since when, or when the other end was last asked for its digest.</summary>
    public Instant ActiveSince { get; set; }

    /// <summary>Whether we know all that the other end has.</summary>
    public bool DigestReceived { get; set; }

    /// <summary>Whether the other end has asked us to send nothing.</summary>
    public bool Closed { get; set; }

    /// <summary>Streams with something to send, in turn.</summary>
    public Queue<Owed> Line { get; } = new();

    /// <summary>All that is known of what the other end has.</summary>
    public IEnumerable<Owed> Known => _owed.Values;

    /// <summary>What is known of a stream at the other end.</summary>
    public Owed Of(SegmentStream stream)
    {
        if (!_owed.TryGetValue(stream, out Owed? owed))
        {
            _owed.Add(stream, owed = new Owed(stream));
        }

        return owed;
    }

    /// <summary>The stream may have something to send: it takes its turn.</summary>
    public void PutInLine(SegmentStream stream) => PutInLine(Of(stream));

    /// <summary>The same.</summary>
    public void PutInLine(Owed owed)
    {
        if (!owed.InLine)
        {
            owed.InLine = true;
            Line.Enqueue(owed);
        }
    }

    /// <summary>Forgets what the other end has.</summary>
    public void Forget()
    {
        _owed.Clear();
        Line.Clear();
        DigestReceived = Closed = false;
    }
}

/// <summary>What the other end of a link has of one stream: all else that we hold is owed to it.</summary>
internal sealed class Owed(SegmentStream stream)
{
    public SegmentStream Stream { get; } = stream;

    /// <summary>What it has, or was sent on this link.</summary>
    public SegmentSet Has { get; } = new();

    /// <summary>The first segment that it holds of what we lack, by its last digest; 1 while it is asked.</summary>
    public long Floor { get; set; } = 1;

    /// <summary>What its last digest said it had.</summary>
    public long Told { get; set; }

    /// <summary>The first segment that it lacked by its last digest.</summary>
    public long Lacks { get; set; } = 1;

    public bool InLine { get; set; }

    /// <summary>What the other end said of getting it from elsewhere; null if nothing.</summary>
    public Silence? Silence { get; set; }

    /// <summary>How it comes in from there; null if it has not.</summary>
    public Feed? Feed { get; set; }

    /// <summary>When it was last asked again for what it has; null if never.</summary>
    public Instant? AskedAt { get; set; }

    /// <summary>Whether it may not have answered yet: on a slow link the question lies behind all that was sent before it, and so does the answer.</summary>
    public bool IsAsked(Link link) => AskedAt >= link.AnsweredUpTo;
}

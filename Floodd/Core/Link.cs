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

    private readonly List<(Group? Group, StreamId Id, SegmentStream? Stream)> _streamOfAlias = [default];
    private readonly Dictionary<SegmentStream, uint> _aliasOfStream = [];
    private readonly List<SegmentStream?> _ownStreams = [];

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

    /// <summary>How many streams may have something to send here, in all groups.</summary>
    public int InLine { get; set; }

    /// <summary>Whether something is owed that waits for room in the window.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>The numbers that stand for sites here.</summary>
    public NumberedSites Sites { get; } = new();

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
            _ownStreams.Add(stream);
            alias = (uint)_ownStreams.Count;
            _aliasOfStream.Add(stream, alias);
        }

        return alias;
    }

    /// <summary>The stream that we use a number for on this link; null if we have not named it, or it was forgotten.</summary>
    public SegmentStream? StreamOf(uint alias) => alias > 0 && alias <= _ownStreams.Count ? _ownStreams[(int)alias - 1] : null;

    /// <summary>Learns the number that the other end uses for a stream.</summary>
    /// <param name="alias">The number.</param>
    /// <param name="group">The stream's group; null if it is not ours.</param>
    /// <param name="id">The stream.</param>
    /// <returns>False if that number is not the next one.</returns>
    public bool LearnAlias(uint alias, Group? group, StreamId id)
    {
        if (alias != _streamOfAlias.Count)
        {
            return false;
        }

        _streamOfAlias.Add((group, id, group?.Find(id)));
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

    /// <summary>Whether the other end has named that number; the stream is null if its group is not ours, or it is not known here.</summary>
    public bool TryResolve(uint alias, out SegmentStream? stream)
    {
        if (alias == 0 || alias >= _streamOfAlias.Count)
        {
            stream = null;
            return false;
        }

        (Group? group, StreamId id, stream) = _streamOfAlias[(int)alias];
        if (stream is null && group?.Find(id) is { } again)
        {
            // It was forgotten, or there was no room for it, and it has been heard of since.
            stream = again;
            _streamOfAlias[(int)alias] = (group, id, again);
        }

        return true;
    }

    /// <summary>A stream is not known any more. What the other end calls it stays, should it be heard of again.</summary>
    public void Forget(SegmentStream stream)
    {
        if (_aliasOfStream.Remove(stream, out uint alias))
        {
            _ownStreams[(int)alias - 1] = null;
        }

        if (_streamOfAlias.FindIndex(a => a.Stream == stream) is > 0 and var theirs)
        {
            _streamOfAlias[theirs] = _streamOfAlias[theirs] with { Stream = null };
        }

        Groups.GetValueOrDefault(stream.Group.Name)?.Forget(stream);
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

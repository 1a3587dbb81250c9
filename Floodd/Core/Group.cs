// A group at one of its members: what is known of it. Nouns only; the concerns beside it do the work.
using System.Collections.Immutable;
using System.Text;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Group(GroupDefinition definition, FloodKeys keys)
{
    private readonly Dictionary<StreamId, SegmentStream> _streams = [];
    private readonly List<SegmentStream>[] _untold = [[], [], []];

    public GroupName Name { get; } = definition.Name;

    /// <summary>The name as it stands in replies and requests.</summary>
    public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(definition.Name.Value);

    /// <summary>What stands between number and size in the receipt of an update.</summary>
    public byte[] ReceiptMiddle { get; } = Encoding.UTF8.GetBytes($" flooded to {definition.Name}, ");

    /// <summary>What holds: our own file's word until the master's is heard.</summary>
    public GroupDefinition Definition { get; set; } = definition;

    /// <summary>What our own file says.</summary>
    public GroupDefinition Configured { get; set; } = definition;

    /// <summary>The version of the master's word; 0 before it was heard.</summary>
    public ulong DefinitionVersion { get; set; }

    /// <summary>Before when this site, its master, contradicts nobody.</summary>
    public Instant SayAfter { get; set; }

    /// <summary>Whether it will do so then.</summary>
    public bool IsToSay { get; set; }

    /// <summary>All members, this site included, in name order; <see cref="Add"/> and <see cref="Remove(Member)"/> alone change them.</summary>
    public OrderedTable<SiteName, Member> Members { get; } = [];

    /// <summary>Who has a place in the tables of marks.</summary>
    public MarkPlaces Places { get; } = new();

    /// <summary>
    /// Sites that are no members as far as we know, and that other sites' files name, while the master's word was not heard: they
    /// are no newcomers when they come, but members that have not been up yet, who are owed all.
    /// </summary>
    public SortedSet<SiteName> Named { get; } = [];

    /// <summary>All streams, in the order in which they were heard of.</summary>
    public List<SegmentStream> Streams { get; } = [];

    /// <summary>Those of them to which something has happened since every member had all of them, or that are not held whole here.</summary>
    public List<SegmentStream> Unsettled { get; } = [];

    /// <summary>How many updates have become whole here and were to be handed out; repeats are not.</summary>
    public long WholeCount { get; set; }

    /// <summary>Which updates came under each key.</summary>
    public FloodKeys Keys { get; } = keys;

    /// <summary>What the updates of this site are numbered under.</summary>
    public StreamId OwnId { get; set; }

    /// <summary>Who puts on disk what the streams take in; null without a spool.</summary>
    public Spooling? Spooling { get; init; }

    /// <summary>The stream that this site's updates go into; null before its first one.</summary>
    public SegmentStream? Own { get; set; }

    /// <summary>The topology in force; null before the first.</summary>
    public Topology? Topology { get; private set; }

    /// <summary>The frame that tells it; empty before the first. Each neighbor sends it again.</summary>
    public ReadOnlyMemory<byte> TopologyFrame { get; private set; }

    /// <summary>Since when.</summary>
    public Instant TopologySince { get; private set; }

    /// <summary>Whom it links this site to, in name order; nobody before the first.</summary>
    public ImmutableArray<SiteName> OwnNeighbors { get; private set; } = [];

    /// <summary>The planning of the next one, where this site is the master.</summary>
    public GroupPlan Plan { get; } = new();

    /// <summary>Neighbors of editions before, kept until those of this one carry updates.</summary>
    public HashSet<SiteName> Former { get; } = [];

    /// <summary>Until then at the longest.</summary>
    public Instant FormerUntil { get; set; }

    /// <summary>Whether the neighbors were asked to send nothing, as the store is full of what is still to be exported.</summary>
    public bool Closed { get; set; }

    /// <summary>When it was last noted how far the streams are deliverable.</summary>
    public Instant LookedBackAt { get; set; }

    /// <summary>Since when this site has had fewer links than it should.</summary>
    public Instant ShortSince { get; set; } = Instant.Never;

    /// <summary>Whether any member was behind when that was last looked at.</summary>
    public bool IsAnyBehind { get; set; }

    /// <summary>How often our clients asked for a new topology.</summary>
    public long Replans { get; set; }

    /// <summary>Whether some neighbor has told us all its marks and streams since this life began.</summary>
    public bool CaughtOnce { get; set; }

    /// <summary>The tree on which marks are told, if that is current; null if there is none.</summary>
    public MarkTree? MarkTree { get; set; }

    /// <summary>Whether neither links nor topology have changed since the tree was computed.</summary>
    public bool IsMarkTreeCurrent { get; set; }

    /// <summary>A site becomes a member.</summary>
    public void Add(Member member)
    {
        Members.Add(member.Name, member);
        Places.Take(member);
        InvalidateFloors();
    }

    /// <summary>A site is no member any more.</summary>
    public void Remove(Member member)
    {
        Members.Remove(member.Name);
        Vacate(member.Place);
        InvalidateFloors();
    }

    /// <summary>
    /// The place of a site, which need not be a member as far as is known: a mark may come before the site's own record does. But nobody
    /// may make us keep marks without end, nor tell on what we have just forgotten: of too many strangers one that has long been one makes
    /// room, and if there is none, a newcomer has no place.
    /// </summary>
    /// <param name="site">The site.</param>
    /// <param name="now">The time.</param>
    /// <returns>The place; -1 for none, which this site always has.</returns>
    public int PlaceOf(SiteName site, Instant now)
    {
        int place = Places.Of(site);
        if (place >= 0)
        {
            return place;
        }

        if (site == OwnId.Origin)
        {
            return Places.TakeOwn(site);
        }

        if (Places.IsCrowded && Places.LongStranger(now) is >= 0 and var stale)
        {
            Vacate(stale);
        }

        return Places.IsCrowded ? -1 : Places.Take(site, now);
    }

    /// <summary>An edition comes into force.</summary>
    public void Follow(Topology topology, SiteName self, Instant now)
    {
        (Topology, TopologySince) = (topology, now);
        TopologyFrame = TopologyRecord.FrameOf(topology);
        OwnNeighbors = [.. topology.NeighborsOf(self)];
        IsMarkTreeCurrent = false;
    }

    /// <summary>Streams with marks that are still to be told to some of the neighbors.</summary>
    public List<SegmentStream> Untold(MarkHearers hearers) => _untold[System.Numerics.BitOperations.Log2((uint)hearers)];

    /// <summary>The stream of an id; null if it was never heard of.</summary>
    public SegmentStream? Find(StreamId id) => _streams.GetValueOrDefault(id);

    /// <summary>The stream of an id, which may be new.</summary>
    public SegmentStream FindOrAdd(StreamId id)
    {
        if (!_streams.TryGetValue(id, out SegmentStream? stream))
        {
            stream = new SegmentStream(this, id);
            stream.Unsettle();
            if (Spooling is not null)
            {
                stream.Spool = new SpoolLine(Spooling, stream);
                stream.Durable = id == OwnId ? 0 : long.MaxValue;
            }

            _streams.Add(id, stream);
            Streams.Add(stream);
        }

        return stream;
    }

    /// <summary>Forgets a stream that can live nowhere any more.</summary>
    public void Remove(SegmentStream stream)
    {
        _streams.Remove(stream.Id);
        Streams.Remove(stream);
        Array.ForEach(_untold, u => u.Remove(stream));

        // It counts as waiting to be looked at, and never does again.
        stream.Unsettle();
        Unsettled.Remove(stream);
    }

    // Whoever has it next is not to begin with what another had exported.
    private void Vacate(int place)
    {
        Streams.ForEach(s => s.Marks.Forget(place));
        Places.Vacate(place);
    }

    /// <summary>The members, or which of them count, have changed: every floor is to be computed again.</summary>
    public void InvalidateFloors()
    {
        foreach (SegmentStream stream in Streams)
        {
            stream.Marks.Invalidate();
            stream.Unsettle();
        }
    }
}

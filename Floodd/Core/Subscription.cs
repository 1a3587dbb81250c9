// A subscriber's place in the streams of a group: a cursor over the store, like the export's.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Subscription(Session session, Group group)
{
    private readonly Dictionary<SegmentStream, Place> _places = [];
    private readonly SortedDictionary<StreamId, long> _named = [];

    public Session Session { get; } = session;

    public Group Group { get; } = group;

    /// <summary>Whether the store and the publishers wait for it. A subscriber that does not keep up loses that.</summary>
    public bool Holds { get; set; } = true;

    /// <summary>Since when it has lagged by more than a quarter of the store.</summary>
    public Instant LaggingSince { get; set; } = Instant.Never;

    /// <summary>Whether there may be something to send.</summary>
    public bool Due { get; set; } = true;

    /// <summary>The stream to go on with, so that each gets its turn.</summary>
    public int Turn { get; set; }

    /// <summary>Places that the subscriber named in streams that this site has not heard of yet, or has forgotten.</summary>
    public IEnumerable<UpdateId> Unheard => _named.Select(n => new UpdateId(n.Key, n.Value));

    /// <summary>How many those are.</summary>
    public int NamedCount => _named.Count;

    /// <summary>The subscriber has seen a stream up to an update, perhaps at a site that is ahead of this one.</summary>
    public void Name(StreamId stream, long sequence) => _named[stream] = sequence;

    /// <summary>Its place in a stream, from the first held if nothing else was said.</summary>
    public Place PlaceIn(SegmentStream stream)
    {
        if (!_places.TryGetValue(stream, out Place? place))
        {
            _places.Add(stream, place = new Place());
            if (_named.Remove(stream.Id, out long seen))
            {
                place.Seen = seen;
                place.Next = seen + 1;
                place.Anchored = true;
            }
        }

        return place;
    }

    /// <summary>The site forgets a stream: its place there becomes one that was named.</summary>
    public void Forget(SegmentStream stream)
    {
        if (_places.Remove(stream, out Place? place) && place.Next > 1)
        {
            Name(stream.Id, place.Next - 1);
        }
    }

    /// <summary>All that the subscriber was given of a stream, up to this segment.</summary>
    public long Through(SegmentStream stream) => _places.TryGetValue(stream, out Place? place) ? place.Next - 1 : 0;

    /// <summary>
    /// Whether the subscriber is past another update with the same key: then it had that one, or one with the same key before that, or
    /// began behind it. What was lost to it does not count.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="id">The update that is next.</param>
    public bool IsPastAnother(FloodKey key, UpdateId id)
    {
        int tries = 0;
        while (Group.Keys.TryNext(key, ref tries, out UpdateId other))
        {
            if (other != id && IsPast(other))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsPast(UpdateId id)
    {
        if (Group.Find(id.Stream) is not { } stream)
        {
            return _named.TryGetValue(id.Stream, out long seen) && id.Sequence <= seen;
        }

        Place place = PlaceIn(stream);
        return id.Sequence < place.Next && !place.Missed.Contains(id.Sequence);
    }

    /// <summary>A cursor in one stream.</summary>
    internal sealed class Place
    {
        private const int MissedMax = 256;

        /// <summary>The first segment not yet given.</summary>
        public long Next { get; set; } = 1;

        /// <summary>The update seen last, by its first segment, until it is here and shows where it ends; else 0.</summary>
        public long Seen { get; set; }

        /// <summary>Whether the subscriber expects no gap: it named this place or was given an update before it.</summary>
        public bool Anchored { get; set; }

        /// <summary>Numbers before <see cref="Next"/> that were given up before the subscriber had them; of many ranges only the last.</summary>
        public SegmentSet Missed { get; } = new();

        /// <summary>The subscriber has, or wants, nothing up to a number, and all behind it.</summary>
        public void StartBehind(long number)
        {
            Next = number + 1;
            Anchored = true;
        }

        /// <summary>What is held no more is passed over.</summary>
        public void Miss(long through)
        {
            Missed.Add(Next, through);
            if (Missed.RangeCount > MissedMax)
            {
                Missed.Remove(1, Missed[0].Last);
            }

            Next = through + 1;
        }
    }
}

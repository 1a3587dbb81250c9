// A subscriber's place in the streams of a group: a cursor over the store, like the export's.
using Floodd.Model;

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

    /// <summary>Places that the subscriber named in streams that this site has not heard of yet.</summary>
    public IEnumerable<UpdateId> Unheard => _named.Select(n => new UpdateId(n.Key, n.Value));

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

    /// <summary>All that the subscriber was given of a stream, up to this segment.</summary>
    public long Through(SegmentStream stream) => _places.TryGetValue(stream, out Place? place) ? place.Next - 1 : 0;

    /// <summary>A cursor in one stream.</summary>
    internal sealed class Place
    {
        /// <summary>The first segment not yet given.</summary>
        public long Next { get; set; } = 1;

        /// <summary>The update seen last, by its first segment, until it is here and shows where it ends; else 0.</summary>
        public long Seen { get; set; }

        /// <summary>Whether the subscriber expects no gap: it named this place or was given an update before it.</summary>
        public bool Anchored { get; set; }
    }
}

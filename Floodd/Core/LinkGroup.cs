// What both ends of a link want of one group, and what is known of what the other end has of it. Sends nothing.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>A group on a link.</summary>
internal sealed class LinkGroup(Link link, Group group)
{
    private readonly Dictionary<SegmentStream, Owed> _owed = [];

    // Streams with something to send, in turn.
    private readonly Queue<Owed> _line = new();

    public Link Link { get; } = link;

    public Group Group { get; } = group;

    /// <summary>What the numbers of sites on the link mean in the group.</summary>
    public NumberedPlaces Places { get; } = new(link, group);

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

    /// <summary>Whether any stream may have something to send.</summary>
    public bool HasLine => _line.Count > 0;

    /// <summary>Streams of whose marks the sum goes out with whatever is sent next.</summary>
    public HashSet<SegmentStream> SumsDue { get; } = [];

    /// <summary>From then on they go out alone, too.</summary>
    public Instant SumsDueAt { get; set; }

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
            _line.Enqueue(owed);
            Link.InLine++;
        }
    }

    /// <summary>The next stream that may have something to send; null if there is none.</summary>
    public Owed? TakeFromLine()
    {
        if (_line.TryDequeue(out Owed? owed))
        {
            owed.InLine = false;
            Link.InLine--;
        }

        return owed;
    }

    /// <summary>Forgets what the other end has of a stream that is not known any more.</summary>
    public void Forget(SegmentStream stream)
    {
        _owed.Remove(stream);
        SumsDue.Remove(stream);
    }

    /// <summary>Forgets what the other end has.</summary>
    public void Forget()
    {
        _owed.Clear();
        SumsDue.Clear();
        Link.InLine -= _line.Count;
        _line.Clear();
        DigestReceived = Closed = false;
    }
}

// The way of one subscription: where it stands, and where it stood at each update that it gave out. Says nothing of what was in them.
namespace Floodd.Client.Connections;

/// <summary>A place in a group's updates that moves on. One writer; what it has given out may be read by any thread.</summary>
internal sealed class Track
{
    private readonly Dictionary<(string Origin, ulong Incarnation), int> _indices = [];
    private readonly long[] _seen;
    private string _lastOrigin = "";
    private ulong _lastIncarnation;
    private int _lastIndex = -1;

    /// <summary>Begins at a position.</summary>
    public Track(FloodPosition from)
    {
        _seen = [.. from.Seen];
        Stretch = new Stretch(from);
        foreach ((string Origin, ulong Incarnation) stream in from.Streams)
        {
            _indices.Add(stream, _indices.Count);
        }
    }

    /// <summary>The way since a while ago; <see cref="Connections.Stretch.Count"/> steps into it is where it stands.</summary>
    public Stretch Stretch { get; private set; }

    /// <summary>Where it stands.</summary>
    public FloodPosition Position => Stretch.PositionAfter(Stretch.Count);

    /// <summary>What was seen last of a stream; null if it is not known.</summary>
    public long? LastOf(FloodId id) => IndexOf(id) is >= 0 and int index ? _seen[index] : null;

    /// <summary>Steps over an update.</summary>
    /// <returns>False if it, or a later one of its stream, was seen before; null if its stream is not known: begin another track.</returns>
    public bool? Step(FloodId id)
    {
        int index = IndexOf(id);
        if (index < 0)
        {
            return null;
        }

        if (_seen[index] >= id.Sequence)
        {
            return false;
        }

        if (Stretch.IsFull)
        {
            Stretch = new Stretch(Position);
        }

        _seen[index] = id.Sequence;
        Stretch.Add(index, id.Sequence);
        return true;
    }

    // Most updates come from the stream that the one before came from.
    private int IndexOf(FloodId id)
    {
        if (_lastIndex < 0 || id.Incarnation != _lastIncarnation || !ReferenceEquals(id.Origin, _lastOrigin))
        {
            _lastIndex = _indices.GetValueOrDefault((id.Origin, id.Incarnation), -1);
            (_lastOrigin, _lastIncarnation) = (id.Origin, id.Incarnation);
        }

        return _lastIndex;
    }
}

/// <summary>A position and some steps from there. An update holds on to one, so it is short.</summary>
internal sealed class Stretch(FloodPosition from)
{
    // A step costs 16 bytes, and each stretch a copy of the position in front.
    private const int Length = 256;

    private readonly (int Stream, long Sequence)[] _steps = new (int, long)[Length];

    /// <summary>How many steps were made.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is no room for another.</summary>
    public bool IsFull => Count == Length;

    /// <summary>Makes a step.</summary>
    public void Add(int stream, long sequence) => _steps[Count++] = (stream, sequence);

    /// <summary>Where one stands after so many steps.</summary>
    public FloodPosition PositionAfter(int count)
    {
        if (count == 0)
        {
            return from;
        }

        long[] seen = [.. from.Seen];
        foreach ((int stream, long sequence) in _steps.AsSpan(0, count))
        {
            seen[stream] = sequence;
        }

        return from.With(seen);
    }
}

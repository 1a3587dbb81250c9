// One stream as the spool knows it: everything but payload, and in which files that is.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>What all entries about a stream come to.</summary>
internal sealed class StreamMirror(GroupName group, StreamId id)
{
    private readonly List<LivePart> _parts = [];

    public GroupName Group { get; } = group;

    public StreamId Id { get; } = id;

    /// <summary>What the checks of its segments start from.</summary>
    public uint Seed { get; } = SegmentRecord.SeedOf(group, id);

    public SegmentSet Received { get; } = new();

    public SegmentSet Lost { get; } = new();

    /// <summary>What is held: received, and neither lost nor dropped.</summary>
    public SegmentSet Held { get; } = new();

    public long Exported { get; set; }

    public long Handing { get; set; }

    /// <summary>Segments are held, in a file if that is known yet.</summary>
    public void Hold(long first, long last, SpoolFile? file, long bytes)
    {
        Received.Add(first, last);
        Lost.Remove(first, last);
        Held.Add(first, last);
        if (file is not null)
        {
            Place(first, last, file, bytes);
        }
    }

    /// <summary>Segments are not held any more.</summary>
    public void Release(long first, long last)
    {
        if (first <= last)
        {
            Held.Remove(first, last);
            Unplace(first, last);
        }
    }

    /// <summary>Segments that are held are in a file, whichever they were in before.</summary>
    public void Place(long first, long last, SpoolFile file, long bytes)
    {
        Unplace(first, last);
        if (_parts.Count == 0 || _parts[^1].Home != file)
        {
            LivePart? known = PartIn(file);
            _parts.Remove(known!);
            _parts.Add(known ?? new LivePart(file));
        }

        _parts[^1].Add(first, last, bytes);
    }

    /// <summary>What of it is in a file; null if nothing is.</summary>
    public LivePart? PartIn(SpoolFile file) => _parts.Find(part => part.Home == file);

    private void Unplace(long first, long last)
    {
        for (int i = _parts.Count - 1; i >= 0; i--)
        {
            _parts[i].Remove(first, last);
            if (_parts[i].IsEmpty)
            {
                _parts.RemoveAt(i);
            }
        }
    }
}

/// <summary>An update that is set aside, as the spool knows it.</summary>
internal sealed class AsideMirror(GroupName group, StreamId stream, long first, long order)
{
    private SpoolFile? _file;
    private long _bytes;

    public GroupName Group { get; } = group;

    public StreamId Stream { get; } = stream;

    public long First { get; } = first;

    /// <summary>The number of the record that first said so: its place among the others.</summary>
    public long Order { get; } = order;

    /// <summary>The file that it is in; null if that is not known yet, or it is in none any more.</summary>
    public SpoolFile? Home => _file;

    /// <summary>It is in a file, or in none, whichever it was in before.</summary>
    public void Place(SpoolFile? file, long bytes)
    {
        if (_file is not null)
        {
            _file.Needed--;
            _file.Live -= _bytes;
        }

        (_file, _bytes) = (file, bytes);
        if (_file is not null)
        {
            _file.Needed++;
            _file.Live += _bytes;
        }
    }
}

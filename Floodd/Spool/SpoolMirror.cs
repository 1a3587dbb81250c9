// All that the spool's entries come to, without payload. The one place that knows what an entry means.
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>Streams and updates that are set aside, as they stand after the entries so far.</summary>
internal sealed class SpoolMirror
{
    private readonly Dictionary<(GroupName, StreamId), StreamMirror> _streams = [];
    private readonly Dictionary<(GroupName, StreamId, long), AsideMirror> _asides = [];

    /// <summary>The streams, in order of group and id.</summary>
    public IEnumerable<StreamMirror> Streams => _streams.Values.OrderBy(stream => stream.Group).ThenBy(stream => stream.Id);

    /// <summary>The updates that are set aside, oldest first.</summary>
    public IEnumerable<AsideMirror> Asides => _asides.Values.OrderBy(aside => aside.Order).ThenBy(aside => aside.Group).ThenBy(aside => aside.Stream).ThenBy(aside => aside.First);

    public int StreamCount => _streams.Count;

    public int AsideCount => _asides.Count;

    /// <summary>A stream, if it is known.</summary>
    public StreamMirror? Find(GroupName group, StreamId id) => _streams.GetValueOrDefault((group, id));

    /// <summary>An update that is set aside, if it is.</summary>
    public AsideMirror? FindAside(GroupName group, StreamId id, long first) => _asides.GetValueOrDefault((group, id, first));

    /// <summary>Takes an entry in.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="order">The number of its record; for what is set aside, of the first one that said so.</param>
    /// <param name="file">The file that its payload is in; null if it is not known yet whether it is in none that is newer.</param>
    /// <param name="bytes">The bytes of its record.</param>
    public void Apply(SpoolEntry entry, long order, SpoolFile? file, long bytes)
    {
        if (entry is SpoolEntry.Settled settled)
        {
            RemoveAside(settled.Group, settled.Stream, settled.First);
            return;
        }

        if (entry is SpoolEntry.SetAside aside)
        {
            var mirror = new AsideMirror(aside.Group, aside.Stream, aside.First, FindAside(aside.Group, aside.Stream, aside.First)?.Order ?? order);
            Replace(mirror);
            mirror.Place(file, bytes);
            return;
        }

        StreamMirror stream = Find(entry.Group, entry.Stream) ?? Replace(new StreamMirror(entry.Group, entry.Stream));
        switch (entry)
        {
            case SpoolEntry.Held held:
                stream.Hold(held.First, held.First + held.Count - 1, file, bytes);
                break;
            case SpoolEntry.Lost lost:
                stream.Release(lost.First, lost.Last);
                stream.Received.Add(lost.First, lost.Last);
                stream.Lost.Add(lost.First, lost.Last);
                break;
            case SpoolEntry.Dropped dropped:
                stream.Release(1, dropped.Through);
                break;
            case SpoolEntry.Forgotten forgotten:
                stream.Release(forgotten.First, forgotten.Last);
                stream.Received.Remove(forgotten.First, forgotten.Last);
                stream.Lost.Remove(forgotten.First, forgotten.Last);
                break;
            case SpoolEntry.Exported exported:
                stream.Exported = Math.Max(stream.Exported, exported.Through);
                break;
            case SpoolEntry.Handing handing:
                stream.Handing = Math.Max(stream.Handing, handing.Through);
                break;
            case SpoolEntry.Ended:
                Remove(stream);
                break;
        }
    }

    /// <summary>Puts a stream in place of what was known of it.</summary>
    public StreamMirror Replace(StreamMirror stream)
    {
        if (Find(stream.Group, stream.Id) is { } known)
        {
            Remove(known);
        }

        return _streams[(stream.Group, stream.Id)] = stream;
    }

    /// <summary>Puts an update that is set aside in place of what was known of it.</summary>
    public void Replace(AsideMirror aside)
    {
        RemoveAside(aside.Group, aside.Stream, aside.First);
        _asides[(aside.Group, aside.Stream, aside.First)] = aside;
    }

    /// <summary>Forgets that an update is set aside.</summary>
    public void RemoveAside(GroupName group, StreamId stream, long first)
    {
        if (_asides.Remove((group, stream, first), out AsideMirror? aside))
        {
            aside.Place(null, 0);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _streams.Clear();
        _asides.Clear();
    }

    private void Remove(StreamMirror stream)
    {
        stream.Release(1, stream.Received.Highest);
        _streams.Remove((stream.Group, stream.Id));
    }
}

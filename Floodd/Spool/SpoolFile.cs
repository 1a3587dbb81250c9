// One file of the spool as it is remembered: how long it is and how much of it is still needed. Holds no bytes of it.
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>A numbered file.</summary>
internal sealed class SpoolFile(long number)
{
    public long Number { get; } = number;

    public string Name { get; } = SpoolFormat.NameOf(number);

    /// <summary>Its bytes.</summary>
    public long Length { get; set; }

    /// <summary>How many sound records it is known to have: fewer, another time, are damage.</summary>
    public long Records { get; set; }

    /// <summary>How many things it holds that are not to be found in a newer one: streams with payload, updates that are set aside.</summary>
    public int Needed { get; set; }

    /// <summary>About how many bytes of it they take.</summary>
    public long Live { get; set; }

    /// <summary>Whether something in it is needed and could not be read: it stays as it is for the next life to judge.</summary>
    public bool IsStuck { get; set; }
}

/// <summary>The segments of one stream that one file holds for all.</summary>
internal sealed class LivePart(SpoolFile file)
{
    private long _count;
    private long _bytes;

    public SpoolFile Home { get; } = file;

    public SegmentSet Numbers { get; } = new();

    public bool IsEmpty => _count == 0;

    /// <summary>Adds segments that are in no other part.</summary>
    public void Add(long first, long last, long bytes)
    {
        Home.Needed += IsEmpty ? 1 : 0;
        Numbers.Add(first, last);
        _count += last - first + 1;
        _bytes += bytes;
        Home.Live += bytes;
    }

    /// <summary>Takes out what it has of some; their bytes are taken to be like the others'.</summary>
    public void Remove(long first, long last)
    {
        long count = Numbers.CountIn(first, last);
        if (count == 0)
        {
            return;
        }

        long bytes = count == _count ? _bytes : (long)((Int128)_bytes * count / _count);
        Numbers.Remove(first, last);
        _count -= count;
        _bytes -= bytes;
        Home.Live -= bytes;
        Home.Needed -= IsEmpty ? 1 : 0;
    }
}

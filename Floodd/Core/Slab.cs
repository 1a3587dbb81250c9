// Consecutive segments of one stream in one array, as they stand on the wire. Only grows; what is in it never changes, so anybody may keep slices.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>A piece of the store: records of segments <see cref="First"/> to <see cref="Last"/>.</summary>
/// <param name="first">The number of the first segment that will be put in.</param>
/// <param name="capacityBytes">Room for records.</param>
/// <param name="born">When the oldest of its segments was accepted from its client, by this site's clock.</param>
internal sealed class Slab(long first, int capacityBytes, Instant born)
{
    /// <summary>What a segment is charged beyond its record: an upper bound for its share of the indices and of unused room.</summary>
    public const int ChargePerSegment = 56;

    private readonly byte[] _records = GC.AllocateUninitializedArray<byte>(capacityBytes);
    private int[] _ends = new int[Math.Max(4, capacityBytes / 256)];
    private int _used;
    private bool _sealed;

    /// <summary>The first segment.</summary>
    public long First { get; private set; } = first;

    /// <summary>The last one; before <see cref="First"/> while it is empty.</summary>
    public long Last => First + Count - 1;

    /// <summary>How many segments are in it.</summary>
    public int Count { get; private set; }

    /// <summary>When the oldest of its segments was accepted.</summary>
    public Instant Born { get; private set; } = born;

    /// <summary>How many of its segments the spool was given.</summary>
    public int Handed { get; set; }

    /// <summary>What it is charged, in bytes.</summary>
    public long Charge => _used + ((long)ChargePerSegment * Count);

    /// <summary>Room left, in bytes.</summary>
    public int Room => _sealed ? 0 : _records.Length - _used;

    /// <summary>The charge of records.</summary>
    public static long ChargeOf(long recordBytes, int count) => recordBytes + ((long)ChargePerSegment * count);

    /// <summary>Room to write the next records into; say with <see cref="Added"/> what was written.</summary>
    public Span<byte> Free => _records.AsSpan(_used);

    /// <summary>One record of <paramref name="size"/> bytes was written at the beginning of <see cref="Free"/>.</summary>
    public void Added(int size)
    {
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, _ends.Length * 2);
        }

        _used += size;
        _ends[Count++] = _used;
    }

    /// <summary>Forgets the segments behind a number. Slices of them may be on their way, so nothing is ever written over them.</summary>
    /// <returns>What they were charged, in bytes.</returns>
    public long Truncate(long last)
    {
        long before = Charge;
        Count = (int)(last - First + 1);
        _used = StartOf(Count);
        _sealed = true;
        Handed = Math.Min(Handed, Count);
        return before - Charge;
    }

    /// <summary>What it holds becomes part of a stream: the numbers begin there.</summary>
    public void Place(long first, Instant born) => (First, Born) = (first, born);

    /// <summary>The room of a record whose head is not written yet.</summary>
    public Span<byte> Unfinished(int index) => _records.AsSpan(StartOf(index).._ends[index]);

    /// <summary>Copies whole, sound records in, as many as there is room for.</summary>
    /// <returns>The bytes of those that were.</returns>
    public int Append(ReadOnlySpan<byte> records)
    {
        Span<byte> free = Free;
        int taken = 0;
        while (taken < records.Length && SegmentRecord.Size(SegmentRecord.Word(records[taken..])) is var size && size <= free.Length - taken)
        {
            Added(size);
            taken += size;
        }

        records[..taken].CopyTo(free);
        return taken;
    }

    /// <summary>The record of the segment at an index.</summary>
    public ReadOnlyMemory<byte> Record(int index) => Records(index, 1);

    /// <summary>The same, for a moment.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => Unfinished(index);

    /// <summary>The records of consecutive segments.</summary>
    public ReadOnlyMemory<byte> Records(int index, int count)
    {
        int start = StartOf(index);
        return _records.AsMemory(start, _ends[index + count - 1] - start);
    }

    /// <summary>The first word of a record.</summary>
    public uint Word(int index) => SegmentRecord.Word(_records.AsSpan(StartOf(index)));

    /// <summary>How many records from <paramref name="index"/> on fit into <paramref name="bytes"/>: at least 1, at most <paramref name="most"/>.</summary>
    public int CountWithin(int index, int most, int bytes)
    {
        int limit = StartOf(index) + bytes;
        if (_ends[index + most - 1] <= limit)
        {
            return most;
        }

        int at = Array.BinarySearch(_ends, index, most, limit);
        return Math.Max(1, (at >= 0 ? at + 1 : ~at) - index);
    }

    private int StartOf(int index) => index == 0 ? 0 : _ends[index - 1];
}

// The segments of a large update on its way in, already where they will lie in the store. Numbers and checks they get when it is whole.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// Slabs that belong to no stream yet: the last byte of an update of 100 MiB is not to find 100 MiB to be copied, while all others wait.
/// </summary>
/// <param name="size">How long the update will be, in bytes, more than one segment takes; negative if nobody knows.</param>
/// <param name="hasKey">Whether its first record has a key.</param>
/// <param name="slabMax">The largest slab to make, in bytes.</param>
internal sealed class UploadRecords(long size, bool hasKey, int slabMax)
{
    private const int Whole = SegmentRecord.HeadSize + WireLimits.SegmentMax;

    private readonly List<Slab> _slabs = [];
    private long _received;
    private int _offset, _count;

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_slabs.Count == 0 || _count == WireLimits.SegmentMax)
            {
                BeginRecord();
            }

            int count = Math.Min(bytes.Length, WireLimits.SegmentMax - _count);
            bytes[..count].CopyTo(_slabs[^1].Free[(_offset + _count)..]);
            _count += count;
            _received += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>All bytes have come.</summary>
    /// <returns>The slabs, whose records lack their heads.</returns>
    public IReadOnlyList<Slab> End()
    {
        _slabs[^1].Added(_offset + _count);
        return _slabs;
    }

    // Whoever has sent little has little room, as what was only announced may never come.
    private void BeginRecord()
    {
        bool isFirst = _slabs.Count == 0;
        if (!isFirst)
        {
            _slabs[^1].Added(_offset + _count);
        }

        long left = size < 0 ? long.MaxValue : size - _received;
        _offset = isFirst ? SegmentRecord.HeadMax(hasKey) : SegmentRecord.HeadSize;
        if (isFirst || _slabs[^1].Room < _offset + Math.Min(left, WireLimits.SegmentMax))
        {
            long records = Math.Clamp(2 * _received / WireLimits.SegmentMax, 1, Math.Max(1, slabMax / Whole));
            records = Math.Min(records, ((left - 1) / WireLimits.SegmentMax) + 1);
            long payload = Math.Min(left, records * WireLimits.SegmentMax);
            _slabs.Add(new Slab(1, (int)(payload + (records * SegmentRecord.HeadSize) + _offset - SegmentRecord.HeadSize), Instant.Zero));
        }

        _count = 0;
    }
}

// The segments of an update on its way in: full ones already where they will lie in the store. Numbers and checks they get when it is whole.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// Slabs that belong to no stream yet, and the segment that is open: the last byte of an update of 100 MiB is not to find 100 MiB to be
/// copied, while all others wait. Slabs have no room but for what has come, as what was only announced may never come.
/// </summary>
/// <param name="hasKey">Whether the update's first record has a key.</param>
/// <param name="least">The least room to make for a segment that is open, in bytes.</param>
internal sealed class UploadRecords(bool hasKey, int least)
{
    private const int Full = SegmentRecord.HeadSize + WireLimits.SegmentMax;

    private readonly List<Slab> _slabs = [];
    private byte[] _open = [];
    private int _count;

    /// <summary>What has come of the last segment; of an update that is no longer than a segment, all.</summary>
    public ReadOnlySpan<byte> Open => _open.AsSpan(0, _count);

    /// <summary>Takes bytes in. A segment is full when something follows it.</summary>
    /// <param name="bytes">The next ones.</param>
    /// <param name="slabMax">The largest slab to make, in bytes.</param>
    public void Add(ReadOnlySpan<byte> bytes, int slabMax)
    {
        for (int full = (_count + bytes.Length - 1) / WireLimits.SegmentMax; full > 0; full--)
        {
            int missing = WireLimits.SegmentMax - _count;
            Put(bytes[..missing], Math.Clamp(slabMax / Full, 1, full));
            bytes = bytes[missing..];
        }

        int needed = _count + bytes.Length;
        if (needed > _open.Length)
        {
            Array.Resize(ref _open, Math.Min(WireLimits.SegmentMax, Math.Max(Math.Max(needed, least), 2 * _count)));
        }

        bytes.CopyTo(_open.AsSpan(_count));
        _count = needed;
    }

    /// <summary>All bytes have come, more than a segment's.</summary>
    /// <returns>The slabs, whose records lack their heads.</returns>
    public IReadOnlyList<Slab> End()
    {
        Put([], 1);
        return _slabs;
    }

    // The open segment and its rest, in a new slab for so many full ones if the last is full.
    private void Put(ReadOnlySpan<byte> rest, int records)
    {
        int offset = _slabs.Count == 0 ? SegmentRecord.HeadMax(hasKey) : SegmentRecord.HeadSize;
        int size = offset + _count + rest.Length;
        if (_slabs.Count == 0 || _slabs[^1].Room < size)
        {
            _slabs.Add(new Slab(1, size + ((records - 1) * Full), Instant.Zero));
        }

        Span<byte> payload = _slabs[^1].Free[offset..];
        Open.CopyTo(payload);
        rest.CopyTo(payload[_count..]);
        _slabs[^1].Added(size);
        _count = 0;
    }
}

// Consecutive segments in one slab: what is sent, exported and given to subscribers is always told as these.
namespace Floodd.Core;

/// <summary>Segments <see cref="First"/> to <see cref="Last"/> of a stream, by reference.</summary>
internal readonly record struct SegmentRun(SegmentStream Stream, Slab Slab, int Index, int Count)
{
    public long First => Slab.First + Index;

    public long Last => First + Count - 1;

    public ReadOnlyMemory<byte> Records => Slab.Records(Index, Count);
}

// What bounds a slab, which is given up as a whole. Said by the store, kept by the streams.
namespace Floodd.Core;

/// <summary>How much may be put into one slab.</summary>
/// <param name="Bytes">Records, in bytes.</param>
/// <param name="Span">How much later than the first of its segments the last was accepted.</param>
internal readonly record struct SlabBounds(int Bytes, TimeSpan Span);

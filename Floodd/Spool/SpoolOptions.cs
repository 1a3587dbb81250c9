// The bounds of a spool. Values only.
namespace Floodd.Spool;

/// <summary>How large a spool may become.</summary>
/// <param name="BytesMax">The most bytes that its files take together.</param>
/// <param name="FreeMin">Bytes that others are to find free on the disk: below it the spool is short, and only what is small and cannot wait is written.</param>
/// <param name="FileBytes">When a file is this long the next one is begun.</param>
public sealed record SpoolOptions(long BytesMax, long FreeMin, int FileBytes = 8 << 20);

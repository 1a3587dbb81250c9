// How far one member has exported one stream.
namespace Floodd.Wire;

/// <summary>A mark as it is told.</summary>
/// <param name="Exported">All updates up to this segment have been exported there; 0 for none.</param>
/// <param name="Released">No subscriber there waits for those up to this one either; at most <paramref name="Exported"/>.</param>
/// <param name="Start">Whether the member did not say so itself, but was given this point to start from when it was admitted.</param>
public readonly record struct DeliveryMark(long Exported, long Released, bool Start);

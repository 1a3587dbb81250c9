// What a digest says of one stream.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>What the sender of a digest has of a stream, and wants of it; see <see cref="Digest"/>.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="InOrder">Whether nothing is wanted that lies behind a gap which the receiver cannot fill.</param>
/// <param name="Floor">The first segment that it still holds of what the receiver lacked by its last digest.</param>
/// <param name="Received">What it has received.</param>
public readonly record struct DigestEntry(StreamId Stream, bool InOrder, long Floor, SegmentSet Received);

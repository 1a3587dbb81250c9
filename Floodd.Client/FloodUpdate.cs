// What a subscriber gets: updates, and word of those it can no longer get. Values only.
namespace Floodd.Client;

/// <summary>An update of a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Id">The update's id.</param>
/// <param name="Bytes">The update itself; yours to keep.</param>
public sealed record FloodUpdate(string Group, FloodId Id, ReadOnlyMemory<byte> Bytes);

/// <summary>Numbers of a stream that no site the subscriber asked can send any more.</summary>
/// <param name="Group">The group.</param>
/// <param name="First">The first number that is lost, as an id.</param>
/// <param name="Last">The last number that is lost, at least <paramref name="First"/>'s.</param>
public sealed record FloodGap(string Group, FloodId First, long Last);

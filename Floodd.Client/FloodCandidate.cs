// A member and how far it may be from the client, as `nearest` lists it. A value.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>
/// A member by its estimated distance from the client. The site that was asked knows the client's distance and the member's from itself,
/// so the distance between the two lies between their difference and their sum; null where nothing is known.
/// </summary>
/// <param name="Member">The member; its <see cref="FloodMember.RttMilliseconds"/> is the estimated round trip from the client.</param>
/// <param name="AtLeastMilliseconds">The shortest round trip that it can be.</param>
/// <param name="AtMostMilliseconds">The longest round trip that it should be.</param>
public sealed record FloodCandidate(FloodMember Member, double? AtLeastMilliseconds, double? AtMostMilliseconds)
{
    // (:member (:site-name s) ... (:rtt-ms x) (:at-least-ms y) (:at-most-ms z))
    internal static FloodCandidate From(ListingLine line) => new(FloodMember.From(line), line.Number("at-least-ms"), line.Number("at-most-ms"));
}

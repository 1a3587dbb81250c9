// What is believed of the way between two members, as `estimates` and `why` list it. A value.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>An estimate from one member to another.</summary>
/// <param name="From">Who measured; of a guessed one, one of the two.</param>
/// <param name="To">To whom.</param>
/// <param name="RttMilliseconds">The round trip, if anything is believed of it.</param>
/// <param name="SpreadMilliseconds">How much round trips differ, if they were measured.</param>
/// <param name="BandwidthBytesPerSecond">The bandwidth, if known.</param>
/// <param name="AgeSeconds">How old the newest sample is, if any was taken.</param>
/// <param name="IsGuessed">Whether nobody has measured this way: what is said of it follows from other ways.</param>
public sealed record FloodEstimate(
    string From, string To, double? RttMilliseconds, double? SpreadMilliseconds, double? BandwidthBytesPerSecond, double? AgeSeconds, bool IsGuessed)
{
    // (:estimate from to (:rtt-ms x) (:spread-ms y) (:bandwidth bytes-per-second) (:age seconds) (:guessed no))
    internal static FloodEstimate Of(ListingLine line) => new(
        line.Words[0], line.Words[1], line.Number("rtt-ms"), line.Number("spread-ms"), line.Number("bandwidth"), line.Number("age"), line.Says("guessed"));
}

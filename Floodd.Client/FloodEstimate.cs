// What is believed of the way between two members, as `estimates` lists it. A value.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>An estimate from one member to another.</summary>
/// <param name="From">Who measured.</param>
/// <param name="To">To whom.</param>
/// <param name="RttMilliseconds">The round trip, if known.</param>
/// <param name="BandwidthBytesPerSecond">The bandwidth, if known.</param>
/// <param name="AgeSeconds">How old the newest sample is, if any was taken.</param>
public sealed record FloodEstimate(string From, string To, double? RttMilliseconds, double? BandwidthBytesPerSecond, double? AgeSeconds)
{
    internal static FloodEstimate Of(ListingLine line) =>
        new(line.Words[0], line.Words[1], line.Number("rtt-ms"), line.Number("bandwidth"), line.Number("age"));
}

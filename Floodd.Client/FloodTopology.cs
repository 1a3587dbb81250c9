// A group's topology as `topology` lists it. A value.
using System.Collections.Immutable;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>The topology in force.</summary>
/// <param name="Group">The group.</param>
/// <param name="Edition">Its number; 0 while there is none and the fall-back is used.</param>
/// <param name="MasterSite">Who planned it, if known.</param>
/// <param name="Connectivity">How many sites must die to split it.</param>
/// <param name="MaxDegree">How many links a site may have; 0 if not said.</param>
/// <param name="Links">Its links, each once.</param>
public sealed record FloodTopology(string Group, long Edition, string? MasterSite, int Connectivity, int MaxDegree, ImmutableArray<FloodLink> Links)
{
    // (:topology (:group-name g) (:edition 7) (:master-site m) (:connectivity 2) (:max-degree 8))
    internal static FloodTopology From(string? group, List<ListingLine> lines)
    {
        ListingLine? head = lines.Find(line => line.Name == "topology");
        return new FloodTopology(
            head?["group-name"] ?? group ?? "",
            (long)(head?.Number("edition") ?? 0),
            head?["master-site"],
            head?.Whole("connectivity") ?? 0,
            head?.Whole("max-degree") ?? 0,
            [.. lines.Where(line => line is { Name: "link", Words.Count: >= 2 }).Select(FloodLink.From)]);
    }
}

/// <summary>A link of a topology.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="RttMilliseconds">Its round trip, if known.</param>
/// <param name="SpreadMilliseconds">How much round trips differ, if known.</param>
/// <param name="BandwidthBytesPerSecond">What it can carry, if known.</param>
/// <param name="AgeSeconds">How old the newest sample is, if any was taken.</param>
/// <param name="IsGuessed">Whether nobody has measured it yet.</param>
public sealed record FloodLink(
    string A, string B, double? RttMilliseconds, double? SpreadMilliseconds, double? BandwidthBytesPerSecond, double? AgeSeconds, bool IsGuessed)
{
    // (:link a b (:rtt-ms 12.5) (:spread-ms 0.4) (:bandwidth 1250000) (:age 7) (:guessed no))
    internal static FloodLink From(ListingLine line) => new(
        line.Words[0], line.Words[1], line.Number("rtt-ms"), line.Number("spread-ms"), line.Number("bandwidth"), line.Number("age"), line.Says("guessed"));
}

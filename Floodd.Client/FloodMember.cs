// A member of a group as `members` and `nearest` list it. A value.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>How a member is, seen from the site that was asked.</summary>
public enum FloodMemberState
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>It is the site that was asked.</summary>
    Self,

    /// <summary>It can be reached.</summary>
    Up,

    /// <summary>It can be reached but takes updates too slowly; it catches up later.</summary>
    Behind,

    /// <summary>It cannot be reached.</summary>
    Down,
}

/// <summary>A member of a group.</summary>
/// <param name="SiteName">Its name.</param>
/// <param name="HostName">Its host's name, if known.</param>
/// <param name="Address">Its address, if known.</param>
/// <param name="ClientPort">Its client port, 1 to 65535; 0 if not known.</param>
/// <param name="DataPort">Its data port, 1 to 65535; 0 if not known.</param>
/// <param name="State">How it is.</param>
/// <param name="RttMilliseconds">The round trip to it from the site that was asked (for <c>nearest</c>: from the client), if known.</param>
/// <param name="BehindCount">How many segments (an update has one for each 64 KiB, and one at least) that the asked site knows it is not known to have exported, if known.</param>
public sealed record FloodMember(
    string SiteName,
    string? HostName,
    string? Address,
    int ClientPort,
    int DataPort,
    FloodMemberState State,
    double? RttMilliseconds,
    long? BehindCount)
{
    /// <summary>Where its client port is reached: its address, else its host, with the port. Null if neither is known.</summary>
    public FlooddEndpoint? Endpoint =>
        ClientPort > 0 && (Address ?? HostName) is { Length: > 0 } host ? new FlooddEndpoint(host, ClientPort) : null;

    internal static FloodMember From(ListingLine line) => new(
        line["site-name"] ?? "",
        line["hostname"],
        line["inet-address"],
        line.Whole("client-port"),
        line.Whole("data-port"),
        Enum.TryParse(line["state"], ignoreCase: true, out FloodMemberState state) ? state : FloodMemberState.Unknown,
        line.Number("rtt-ms"),
        (long?)line.Number("behind"));
}

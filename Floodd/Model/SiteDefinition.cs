// What a configuration or a join says of a site. Only addresses and places: never whether the site is up.
using System.Net;

namespace Floodd.Model;

/// <summary>Where a site is: names, address, ports, place on earth.</summary>
/// <param name="Name">Its name.</param>
public sealed record SiteDefinition(SiteName Name)
{
    /// <summary>The port that clients are served at when none is configured, as in the manual's example.</summary>
    public const int DefaultClientPort = 2000;

    /// <summary>The port that links come in at when none is configured, as in the manual's example.</summary>
    public const int DefaultDataPort = 2001;

    /// <summary>The host's name, looked up when there is no <see cref="InetAddress"/>; null if not said.</summary>
    public string? Hostname { get; init; }

    /// <summary>The host's address; null if not said.</summary>
    public IPAddress? InetAddress { get; init; }

    /// <summary>TCP port for clients, 0 to 65535; 0 asks the system for a free one (tests, demo).</summary>
    public int ClientPort { get; init; } = DefaultClientPort;

    /// <summary>TCP port for links, 0 to 65535; 0 asks the system for a free one (tests, demo).</summary>
    public int DataPort { get; init; } = DefaultDataPort;

    /// <summary>TCP port of the status page; null serves none.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Degrees north, -90 to 90; null if not said.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, -180 to 180; null if not said.</summary>
    public double? Longitude { get; init; }

    /// <summary>The text to look up or parse to reach the site: its address, else its host's name, else its own name.</summary>
    public string Host => InetAddress?.ToString() ?? Hostname ?? Name.Value;
}

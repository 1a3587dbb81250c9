// What a configuration says of a group, and what of it the master tells the members.
using System.Collections.Immutable;

namespace Floodd.Model;

/// <summary>A group's members, master, periods and bounds.</summary>
/// <param name="Name">Its name.</param>
public sealed record GroupDefinition(GroupName Name)
{
    /// <summary>The largest update that any group may allow, in bytes.</summary>
    public const long UpdateMax = 1L << 30;

    /// <summary>The site that plans the topology while it is up.</summary>
    public SiteName? MasterSite { get; init; }

    /// <summary>Sites that are members because the configuration says so.</summary>
    public ImmutableArray<SiteName> Sites { get; init; } = [];

    /// <summary>Who may join: names, name patterns, addresses or networks; empty allows configured sites only.</summary>
    public ImmutableArray<string> AllowSites { get; init; } = [];

    /// <summary>Who may not, even if allowed: as <see cref="AllowSites"/>.</summary>
    public ImmutableArray<string> DenySites { get; init; } = [];

    /// <summary>How often one member's round trip is measured.</summary>
    public TimeSpan PingPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often one member's bandwidth is measured.</summary>
    public TimeSpan BandwidthPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a site reports its estimates.</summary>
    public TimeSpan EstimatesPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a site repeats its join.</summary>
    public TimeSpan JoinPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the master computes a topology anew.</summary>
    public TimeSpan UpdatePeriod { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How many sites must die to split the group: k of a k-vertex-connected topology, 1 to 16.</summary>
    public int Connectivity { get; init; } = 3;

    /// <summary>The most links that the topology may give a site, at least <see cref="Connectivity"/>.</summary>
    public int MaxDegree { get; init; } = 8;

    /// <summary>The largest update, in bytes.</summary>
    public long MaxUpdateSize { get; init; } = 16 << 20;

    /// <summary>An external planner's command; from the local file only, never sent.</summary>
    public string? TopologyGenerator { get; init; }
}

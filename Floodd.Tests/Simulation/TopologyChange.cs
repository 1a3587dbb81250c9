// One edition of a group's topology as the world first saw it, and what it changed; judges nothing.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>A topology that was published.</summary>
/// <param name="At">When the first site took it, in ticks.</param>
/// <param name="Group">The group's number in the world.</param>
/// <param name="Topology">It.</param>
/// <param name="Before">What that site had before; null if nothing.</param>
internal sealed record TopologyChange(long At, int Group, Topology Topology, Topology? Before)
{
    /// <summary>The sites that it links, in name order.</summary>
    public ImmutableArray<SiteName> Sites { get; } = SitesOf(Topology);

    /// <summary>Links that it has and the one before had not.</summary>
    public int Added => Topology.Edges.Except(Before?.Edges ?? []).Count();

    /// <summary>Links between sites that are still in it, and that it gave up.</summary>
    public int Removed => Gone.Count(IsAmongTheirs);

    /// <summary>Links that went with their sites.</summary>
    public int Lost => Gone.Count(e => !IsAmongTheirs(e));

    private IEnumerable<Edge> Gone => (Before?.Edges ?? []).Except(Topology.Edges);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At / 1e7,10:F3}s edition {Topology.Edition} by {Topology.Master}: {Sites.Length} sites, {Topology.Edges.Length} links, {Added} added, {Removed} removed, {Lost} lost with their sites");

    /// <summary>The sites that a topology links, in name order.</summary>
    public static ImmutableArray<SiteName> SitesOf(Topology topology) => [.. topology.Edges.SelectMany(e => new[] { e.A, e.B }).Distinct().Order()];

    private bool IsAmongTheirs(Edge edge) => Sites.BinarySearch(edge.A) >= 0 && Sites.BinarySearch(edge.B) >= 0;
}

// Judges each topology that a site takes: never an older one, one content for each edition, connected and bounded as it must be. Keeps the history.
using Floodd.Model;
using Floodd.Tests.Planning;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of topologies, always on. It looks when a site says that a topology changed, so it costs nothing else.</summary>
internal sealed class TopologyChecker(World world)
{
    private readonly Dictionary<(int Site, int Life, int Group), Topology> _inForce = [];
    private readonly Dictionary<(int Group, long Edition, SiteName Master), List<(Topology Topology, int Life)>> _published = [];
    private readonly List<TopologyChange> _history = [];

    /// <summary>Whether topologies must be as connected as they say; not if an external generator or a test makes them.</summary>
    public bool ChecksConnectivity { get; set; } = true;

    /// <summary>Whether no site may have more links than the group's max-degree; not if a test makes topologies.</summary>
    public bool ChecksDegree { get; set; } = true;

    /// <summary>How often a master published a number again that a former life of its had used: it had not heard of that yet. Both kinds are about until the next edition.</summary>
    public int ReusedCount { get; private set; }

    /// <summary>Every topology that was published, in the order in which it was first taken.</summary>
    public IReadOnlyList<TopologyChange> History => _history;

    /// <summary>A site said that a topology of its changed.</summary>
    public void Taken(SimulatedSite site)
    {
        foreach (Topology topology in site.Core!.Topologies())
        {
            int group = world.GroupIndex(topology.Group);
            Topology? before = _inForce.GetValueOrDefault((site.Index, site.Life, group));
            if (ReferenceEquals(before, topology))
            {
                continue;
            }

            if (!topology.Supersedes(before))
            {
                throw new ViolationException($"{site.Name} went from {Name(before!)} back to {Name(topology)}");
            }

            _inForce[(site.Index, site.Life, group)] = topology;
            if (IsNew(site, group, topology))
            {
                _history.Add(new TopologyChange(world.Now, group, topology, before));
                Judge(topology, group);
            }
        }
    }

    private bool IsNew(SimulatedSite site, int group, Topology topology)
    {
        var key = (group, topology.Edition, topology.Master);
        if (!_published.TryGetValue(key, out List<(Topology Topology, int Life)>? same))
        {
            _published.Add(key, same = []);
        }
        else if (same.Exists(s => s.Topology.Edges.SequenceEqual(topology.Edges)))
        {
            return false;
        }
        else if (site.Name != topology.Master || same[^1].Life == site.Life)
        {
            throw new ViolationException($"{site.Name} took another {Name(topology)} than others did");
        }

        ReusedCount += same.Count > 0 ? 1 : 0;
        same.Add((topology, world.Find(topology.Master.Value)?.Life ?? 0));
        return true;
    }

    private void Judge(Topology topology, int group)
    {
        var graph = new VertexConnectivity(TopologyChange.SitesOf(topology), topology.Edges);
        int sites = graph.Degrees().Count();
        int bound = world.GroupOf(group).MaxDegree;
        int asked = Possible(sites, Math.Min(topology.Connectivity, sites - 1), bound);
        if (ChecksConnectivity && graph.Count(asked) is int connectivity && connectivity < asked)
        {
            throw new ViolationException($"{Name(topology)} of {sites} sites is parted when {connectivity} go, where {asked} must");
        }

        if (ChecksDegree && graph.Degrees().Max() > bound)
        {
            throw new ViolationException($"{Name(topology)} gives a site {graph.Degrees().Max()} links, where {bound} are allowed");
        }
    }

    // k links at each of an odd number of sites do not come out even for an odd k.
    private static int Possible(int sites, int connectivity, int bound) =>
        connectivity > bound ? bound : connectivity == bound && sites % 2 == 1 && connectivity % 2 == 1 ? connectivity - 1 : connectivity;

    private static string Name(Topology topology) => $"edition {topology.Edition} of {topology.Group} by {topology.Master}";
}

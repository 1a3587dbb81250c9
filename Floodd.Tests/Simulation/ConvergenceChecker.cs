// Tells whether sites that are up agree on a topology and live by it, as their own clients and links show it; changes nothing but sessions of its own.
using System.Globalization;
using Floodd.Model;
using Floodd.Tests.Planning;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of agreement, for sites that can reach each other and had time to settle.</summary>
internal static class ConvergenceChecker
{
    /// <summary>What keeps some sites from being of one mind; null if nothing. Asks each of them for its topology, which takes a little virtual time.</summary>
    /// <param name="world">The world.</param>
    /// <param name="group">The group's number.</param>
    /// <param name="sites">The sites' numbers, all up and not paused.</param>
    public static string? FirstDifference(World world, int group, IReadOnlyList<int> sites)
    {
        List<SiteName> names = [.. sites.Select(s => world.Site(s).Name).Order()];
        List<Session> sessions = [.. sites.Select(world.Connect)];
        List<Reply> replies = [.. sessions.Select(s => s.Ask($"topology {world.GroupNameOf(group)}"))];
        world.RunUntil(() => replies.TrueForAll(r => r.IsDone), TimeSpan.FromSeconds(10));
        sessions.ForEach(s => s.Vanish());
        List<Edge> edges = [];
        for (int i = 0; i < replies.Count; i++)
        {
            if (replies[i].Code != 213)
            {
                return $"{world.Site(sites[i]).Name} answers {replies[i]}";
            }

            List<Edge> told = [.. replies[i].Lines.Skip(1).Select(EdgeIn)];
            edges = i == 0 ? told : edges;
            if (Head(replies[i]) != Head(replies[0]) || !told.SequenceEqual(edges))
            {
                return $"{world.Site(sites[i]).Name} has {Head(replies[i])}, {world.Site(sites[0]).Name} {Head(replies[0])}";
            }
        }

        return names.Count < 2 ? null
            : Head(replies[0]).Contains("(:edition 0)", StringComparison.Ordinal) ? "nobody has published a topology"
            : !names.SequenceEqual(edges.SelectMany(e => new[] { e.A, e.B }).Distinct().Order()) ? $"{Head(replies[0])} links other sites than {string.Join(' ', names)}"
            : FirstFaultOfLinks(world, group, sites, names, edges);
    }

    /// <summary>The links among some sites on which a group's updates flow: both ends say so.</summary>
    public static List<Edge> LinksThatCarry(World world, int group, IReadOnlyList<int> sites)
    {
        HashSet<SiteName> names = [.. sites.Select(s => world.Site(s).Name)];
        HashSet<(SiteName From, SiteName To)> ends =
            [.. sites.SelectMany(s => world.Site(s).Core!.Carrying(world.GroupOf(group).Name).Where(names.Contains).Select(to => (world.Site(s).Name, to)))];
        return [.. ends.Where(e => e.From.CompareTo(e.To) < 0 && ends.Contains((e.To, e.From))).Select(e => new Edge(e.From, e.To)).Order()];
    }

    private static string? FirstFaultOfLinks(World world, int group, IReadOnlyList<int> sites, List<SiteName> names, List<Edge> edges)
    {
        List<Edge> carrying = LinksThatCarry(world, group, sites);
        List<Edge> missing = [.. edges.Except(carrying)];
        int asked = TopologyChecker.Feasible(world.GroupOf(group).Connectivity, world.GroupOf(group).MaxDegree, names.Count);
        int connectivity = new VertexConnectivity(names, carrying).Count(asked);
        return missing.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{missing.Count} links of the topology carry nothing, among them {missing[0].A} to {missing[0].B}")
            : connectivity < asked && world.Topologies.ChecksConnectivity ? $"the links are parted when {connectivity} sites go, where {asked} must"
            : null;
    }

    private static string Head(Reply reply) => reply.Lines[0];

    // (:link a b (:rtt-ms x) ...)
    private static Edge EdgeIn(string line)
    {
        string[] words = line.TrimEnd(')').Split(' ');
        return words is ["(:link", var a, var b, ..] ? Edge.Between(new SiteName(a), new SiteName(b)) : throw new ViolationException($"'{line}' is no link");
    }
}

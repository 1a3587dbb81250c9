// Which sites of a group are killed at once: at random, or those whose death hurts most. A function of the topology and a draw.
namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>The choices.</summary>
internal static class KillChoice
{
    /// <summary>Their names on the command line.</summary>
    public static readonly IReadOnlyList<string> Names = ["random", "neighbors", "around"];

    /// <summary>Chooses.</summary>
    /// <param name="name">
    /// <c>random</c>: so many of all. <c>neighbors</c>: all neighbors but one of a site that has the fewest, k - 1 in a topology of connectivity k.
    /// <c>around</c>: these, and others at random, so many in all.
    /// </param>
    /// <param name="graph">The topology.</param>
    /// <param name="count">How many.</param>
    /// <param name="draw">The dice.</param>
    public static IReadOnlyList<int> Sites(string name, SeenGraph graph, int count, Random draw)
    {
        int[] all = [.. Enumerable.Range(0, graph.Count)];
        draw.Shuffle(all);
        if (name == "random")
        {
            return [.. all.Take(count).Order()];
        }

        int left = all.MinBy(site => graph.NeighborsOf(site).Count);
        int[] neighbors = [.. graph.NeighborsOf(left)];
        draw.Shuffle(neighbors);
        int[] killed = [.. neighbors.Skip(1)];
        return name == "neighbors"
            ? [.. killed.Order()]
            : [.. killed.Concat(all.Where(site => site != left && !neighbors.Contains(site))).Take(Math.Max(count, killed.Length)).Order()];
    }
}

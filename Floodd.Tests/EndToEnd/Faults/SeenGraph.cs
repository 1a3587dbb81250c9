// The links of a topology that daemons say is in force, as indexes of sites, and what holds together without some of them. A value; asks nobody.
using System.Globalization;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>An undirected graph of sites.</summary>
/// <param name="Count">How many sites.</param>
/// <param name="Links">Its links, the lower index first.</param>
internal sealed record SeenGraph(int Count, IReadOnlyList<(int A, int B)> Links)
{
    /// <summary>The topology that a site says is in force; no links before the first edition.</summary>
    public static SeenGraph At(SiteGroup group, int site) =>
        new(group.Sites.Count, [.. SeenTopology.At(group[site]).Names.Select(name => name.Split(' ')).Select(ends => Ordered(IndexOf(ends[0]), IndexOf(ends[1])))]);

    /// <summary>The neighbors of a site.</summary>
    public IReadOnlyList<int> NeighborsOf(int site) =>
        [.. Links.Where(link => link.A == site || link.B == site).Select(link => link.A == site ? link.B : link.A).Order()];

    /// <summary>The same without these sites and these links.</summary>
    public SeenGraph Without(IEnumerable<int> sites, IEnumerable<(int A, int B)>? links = null)
    {
        HashSet<int> gone = [.. sites];
        HashSet<(int, int)> cut = [.. (links ?? []).Select(link => Ordered(link.A, link.B))];
        return this with { Links = [.. Links.Where(link => !gone.Contains(link.A) && !gone.Contains(link.B) && !cut.Contains(link))] };
    }

    /// <summary>A number for each site, equal where a chain of links leads from one to the other.</summary>
    public IReadOnlyList<int> Parts()
    {
        int[] part = [.. Enumerable.Range(0, Count)];
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach ((int a, int b) in Links)
            {
                int least = Math.Min(part[a], part[b]);
                changed |= part[a] != least || part[b] != least;
                part[a] = part[b] = least;
            }
        }

        return part;
    }

    /// <summary>How many of these sites are in the largest part of them.</summary>
    public int LargestPart(IReadOnlyList<int> sites)
    {
        IReadOnlyList<int> parts = Parts();
        return sites.GroupBy(site => parts[site]).Max(part => part.Count());
    }

    /// <summary>The index of a site by its name.</summary>
    public static int IndexOf(string name) => int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) - 1;

    private static (int A, int B) Ordered(int a, int b) => a < b ? (a, b) : (b, a);
}

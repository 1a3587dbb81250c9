// A numbered plan of who links to whom in a group, and the order in which plans supersede each other.
using System.Collections.Immutable;

namespace Floodd.Model;

/// <summary>An undirected link of a plan, its ends in name order.</summary>
/// <param name="A">The end whose name comes first.</param>
/// <param name="B">The other end.</param>
public readonly record struct Edge(SiteName A, SiteName B) : IComparable<Edge>
{
    /// <summary>The edge between two sites, whichever is named first.</summary>
    public static Edge Between(SiteName a, SiteName b) => a.CompareTo(b) <= 0 ? new(a, b) : new(b, a);

    /// <summary>Whether <paramref name="site"/> is one of the ends.</summary>
    public bool Touches(SiteName site) => A == site || B == site;

    /// <summary>The end that is not <paramref name="site"/>.</summary>
    public SiteName Other(SiteName site) => A == site ? B : A;

    /// <summary>By first end, then by second.</summary>
    public int CompareTo(Edge other)
    {
        int byFirst = A.CompareTo(other.A);
        return byFirst != 0 ? byFirst : B.CompareTo(other.B);
    }
}

/// <summary>An edition of a group's topology.</summary>
/// <param name="Group">The group.</param>
/// <param name="Edition">Its number, from 1; 0 stands for the fall-back that nobody published.</param>
/// <param name="Master">The site that published it.</param>
/// <param name="Connectivity">The vertex connectivity that it was planned for.</param>
/// <param name="Edges">The links, in order, none twice.</param>
public sealed record Topology(GroupName Group, long Edition, SiteName Master, int Connectivity, ImmutableArray<Edge> Edges)
{
    /// <summary>
    /// Whether this topology wins over <paramref name="other"/>, so that every site chooses alike: by edition, then by the master's name,
    /// then by the links, as a master that was born again may use a number twice.
    /// </summary>
    public bool Supersedes(Topology? other)
    {
        if (other is null || Edition != other.Edition)
        {
            return other is null || Edition > other.Edition;
        }

        int byMaster = Master.CompareTo(other.Master);
        return byMaster != 0 ? byMaster > 0 : Edges.AsSpan().SequenceCompareTo(other.Edges.AsSpan()) > 0;
    }

    /// <summary>The sites that have a link.</summary>
    public SortedSet<SiteName> Sites => [.. Edges.SelectMany(e => new[] { e.A, e.B })];

    /// <summary>Whether some edges join all of some sites.</summary>
    public static bool Joins(IReadOnlyCollection<Edge> edges, IReadOnlyCollection<SiteName> sites)
    {
        ILookup<SiteName, SiteName> neighbors = edges.SelectMany(e => new[] { (From: e.A, To: e.B), (From: e.B, To: e.A) }).ToLookup(e => e.From, e => e.To);
        HashSet<SiteName> reached = [.. sites.Take(1)];
        var line = new Queue<SiteName>(reached);
        while (line.TryDequeue(out SiteName site))
        {
            foreach (SiteName next in neighbors[site].Where(reached.Add))
            {
                line.Enqueue(next);
            }
        }

        return sites.All(reached.Contains);
    }

    /// <summary>The sites that <paramref name="site"/> is to be linked to, in name order.</summary>
    public IEnumerable<SiteName> NeighborsOf(SiteName site) => Edges.Where(e => e.Touches(site)).Select(e => e.Other(site)).Order();
}

// The graph that every site can compute alike from the list of members alone, for as long as nobody has measured or planned anything.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>
/// A circulant graph over the members in name order: a ring, and chords whose lengths grow geometrically, so that it is
/// k-connected and its diameter small. (Boesch and Tindell, "Circulants and their connectivities", J. Graph Theory 8, 1984:
/// convex jumps that begin with 1 give connectivity 2 x jumps.)
/// </summary>
public static class FallbackGraph
{
    /// <summary>All edges.</summary>
    /// <param name="members">In name order.</param>
    /// <param name="connectivity">k, from 1.</param>
    public static ImmutableArray<Edge> Edges(ImmutableArray<SiteName> members, int connectivity)
    {
        var edges = new SortedSet<Edge>();
        foreach (int jump in Jumps(members.Length, connectivity))
        {
            for (int i = 0; i < members.Length; i++)
            {
                edges.Add(Edge.Between(members[i], members[(i + jump) % members.Length]));
            }
        }

        return [.. edges];
    }

    /// <summary>One member's neighbors; none if it is no member.</summary>
    /// <param name="members">In name order.</param>
    /// <param name="self">The member.</param>
    /// <param name="connectivity">k, from 1.</param>
    public static IEnumerable<SiteName> NeighborsOf(ImmutableArray<SiteName> members, SiteName self, int connectivity)
    {
        int at = members.IndexOf(self);
        int count = members.Length;
        return at < 0 ? [] : Jumps(count, connectivity)
            .SelectMany(jump => new[] { members[(at + jump) % count], members[(at - jump + count) % count] }).Distinct();
    }

    // 1 = j1 < j2 < ..., each distance at least as large as the one before, none above half of the ring.
    private static IEnumerable<int> Jumps(int count, int connectivity)
    {
        if (count < 2)
        {
            yield break;
        }

        int most = count / 2;
        int wanted = Math.Min((connectivity + 1) / 2, most);
        double ratio = Math.Pow(most, 1.0 / Math.Max(1, wanted));
        int jump = 1;
        for (int i = 0; i < wanted; i++)
        {
            yield return jump;
            int next = Math.Max(jump + 1, (int)Math.Round(Math.Pow(ratio, i + 1)));
            jump = Math.Min(next, most - (wanted - i - 2));
        }
    }
}

// The tree over a group's links on which marks are gathered and handed out. A plan only: computed alike at every site from what all know.
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>
/// One site's place in the tree of shortest paths from the middle of the topology, over the links that are up. Convergecast and broadcast
/// over such a tree take two messages for each of its links, flooding one for each link and each step of the way.
/// </summary>
internal sealed class MarkTree
{
    private readonly ImmutableArray<(SiteName Name, int Height)> _children;

    private MarkTree(SiteName? parent, ImmutableArray<(SiteName Name, int Height)> children, int height, int whole) =>
        (Parent, _children, Height, Whole) = (parent, children, height, whole);

    /// <summary>The neighbor on the way to the middle; null in the middle itself.</summary>
    public SiteName? Parent { get; }

    /// <summary>The links on the longest way down from here.</summary>
    public int Height { get; }

    /// <summary>The links on the longest way down from the middle.</summary>
    public int Whole { get; }

    /// <summary>Whether the link to a neighbor is in the tree.</summary>
    public bool Joins(SiteName neighbor) => neighbor == Parent || HeightOf(neighbor) >= 0;

    /// <summary>The links on the longest way down from a neighbor that is reached through this site; -1 for any other site.</summary>
    public int HeightOf(SiteName child)
    {
        foreach ((SiteName name, int height) in _children)
        {
            if (name == child)
            {
                return height;
            }
        }

        return -1;
    }

    /// <summary>The place of a site among those that edges which are up join to it; null if none does.</summary>
    public static MarkTree? Of(SiteName self, IEnumerable<Edge> up)
    {
        var names = new List<SiteName>();
        var indices = new Dictionary<SiteName, int>();
        var neighbors = new List<List<int>>();
        foreach (Edge edge in up)
        {
            int a = IndexOf(edge.A), b = IndexOf(edge.B);
            neighbors[a].Add(b);
            neighbors[b].Add(a);
        }

        if (!indices.TryGetValue(self, out int here))
        {
            return null;
        }

        // The middle of a longest path, nearly: from whoever comes first to the farthest, and from there to the farthest.
        var walk = new Walk(neighbors, here);
        walk = new Walk(neighbors, walk.Order.MinBy(i => names[i]));
        walk = new Walk(neighbors, walk.Order[^1]);
        int middle = walk.Order[^1];
        for (int steps = walk.Depth[middle] / 2; steps > 0; steps--)
        {
            middle = walk.Parent[middle];
        }

        walk = new Walk(neighbors, middle);
        int[] heights = walk.Heights();
        return new MarkTree(
            here == middle ? null : names[walk.Parent[here]],
            [.. neighbors[here].Where(n => walk.Parent[n] == here).Select(n => (names[n], heights[n]))],
            heights[here],
            heights[middle]);

        int IndexOf(SiteName name)
        {
            ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(indices, name, out bool known);
            if (!known)
            {
                index = names.Count;
                names.Add(name);
                neighbors.Add([]);
            }

            return index;
        }
    }

    // Breadth first: by depth, and among equals in the order of the edges.
    private sealed class Walk
    {
        public Walk(List<List<int>> neighbors, int start)
        {
            Parent = new int[neighbors.Count];
            Depth = new int[neighbors.Count];
            Array.Fill(Parent, -1);
            Order.Add(start);
            for (int at = 0; at < Order.Count; at++)
            {
                int site = Order[at];
                foreach (int next in neighbors[site])
                {
                    if (next != start && Parent[next] < 0)
                    {
                        (Parent[next], Depth[next]) = (site, Depth[site] + 1);
                        Order.Add(next);
                    }
                }
            }
        }

        public List<int> Order { get; } = [];

        public int[] Parent { get; }

        public int[] Depth { get; }

        public int[] Heights()
        {
            int[] heights = new int[Parent.Length];
            for (int at = Order.Count - 1; at > 0; at--)
            {
                int parent = Parent[Order[at]];
                heights[parent] = Math.Max(heights[parent], heights[Order[at]] + 1);
            }

            return heights;
        }
    }
}

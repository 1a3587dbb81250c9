// How many vertices must go to part two others, by Menger's theorem and augmenting paths. Plain and slow: it judges the fast.
using Floodd.Model;

namespace Floodd.Tests.Planning;

/// <summary>A graph to be cut.</summary>
internal sealed class VertexConnectivity
{
    private readonly int _count;
    private readonly SortedSet<int>[] _neighbors;

    public VertexConnectivity(IReadOnlyList<SiteName> sites, IEnumerable<Edge> edges)
    {
        _count = sites.Count;
        _neighbors = [.. sites.Select(_ => new SortedSet<int>())];
        Dictionary<SiteName, int> numbers = sites.Select((s, i) => (s, i)).ToDictionary(p => p.s, p => p.i);
        foreach (Edge edge in edges)
        {
            _neighbors[numbers[edge.A]].Add(numbers[edge.B]);
            _neighbors[numbers[edge.B]].Add(numbers[edge.A]);
        }
    }

    /// <summary>The least number of vertices whose loss parts the rest; one less than there are when nothing can.</summary>
    /// <param name="enough">Not counted beyond this.</param>
    public int Count(int enough)
    {
        // Even (1975): a cut of fewer than k vertices misses one of any k, so the first k against all others find it.
        int least = Math.Min(enough, _count - 1);
        for (int a = 0; a < Math.Min(least, _count); a++)
        {
            for (int b = a + 1; b < _count; b++)
            {
                if (!_neighbors[a].Contains(b))
                {
                    least = Math.Min(least, Paths(a, b, least));
                }
            }
        }

        return least;
    }

    /// <summary>How many neighbors each vertex has.</summary>
    public IEnumerable<int> Degrees() => _neighbors.Select(n => n.Count);

    // Each vertex is two, in (2v) and out (2v + 1), joined by an arc that one path may use.
    private int Paths(int from, int to, int enough)
    {
        List<int>[] arcs = [.. Enumerable.Range(0, _count * 2).Select(i => i % 2 == 0 ? [i + 1] : _neighbors[i / 2].Select(n => 2 * n).ToList())];
        int paths = 0;
        while (paths < enough && Augment(arcs, (2 * from) + 1, 2 * to))
        {
            paths++;
        }

        return paths;
    }

    // A path over free arcs; using an arc turns it round, so that a later path may take it back.
    private static bool Augment(List<int>[] arcs, int start, int goal)
    {
        int[] before = [.. Enumerable.Repeat(-1, arcs.Length)];
        before[start] = start;
        var line = new Queue<int>([start]);
        while (before[goal] < 0 && line.TryDequeue(out int at))
        {
            foreach (int next in arcs[at])
            {
                if (before[next] < 0)
                {
                    before[next] = at;
                    line.Enqueue(next);
                }
            }
        }

        for (int at = goal; before[goal] >= 0 && at != start; at = before[at])
        {
            arcs[before[at]].Remove(at);
            arcs[at].Add(before[at]);
        }

        return before[goal] >= 0;
    }
}

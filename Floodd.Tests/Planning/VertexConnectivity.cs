// How many vertices must go to part two others, by Menger's theorem and augmenting paths. Plain and slow: it judges the fast.
using Floodd.Model;

namespace Floodd.Tests.Planning;

/// <summary>A graph to be cut.</summary>
internal sealed class VertexConnectivity
{
    private readonly int _count;
    private readonly bool[,] _joined;

    public VertexConnectivity(IReadOnlyList<SiteName> sites, IEnumerable<Edge> edges)
    {
        _count = sites.Count;
        _joined = new bool[_count, _count];
        Dictionary<SiteName, int> numbers = sites.Select((s, i) => (s, i)).ToDictionary(p => p.s, p => p.i);
        foreach (Edge edge in edges)
        {
            (int a, int b) = (numbers[edge.A], numbers[edge.B]);
            _joined[a, b] = _joined[b, a] = true;
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
                if (!_joined[a, b])
                {
                    least = Math.Min(least, Paths(a, b, least));
                }
            }
        }

        return least;
    }

    /// <summary>The neighbors of each vertex.</summary>
    public IEnumerable<int> Degrees() => Enumerable.Range(0, _count).Select(a => Enumerable.Range(0, _count).Count(b => _joined[a, b]));

    // Each vertex is two, in (2v) and out (2v + 1), joined by an arc that one path may use.
    private int Paths(int from, int to, int enough)
    {
        var used = new HashSet<(int, int)>();
        int[] before = new int[_count * 2];
        int paths = 0;
        while (paths < enough && Augment(from, to, used, before))
        {
            paths++;
        }

        return paths;
    }

    private bool Augment(int from, int to, HashSet<(int From, int To)> used, int[] before)
    {
        Array.Fill(before, -1);
        int start = (2 * from) + 1, goal = 2 * to;
        before[start] = start;
        var line = new Queue<int>([start]);
        while (line.TryDequeue(out int at) && before[goal] < 0)
        {
            foreach (int next in Next(at))
            {
                // Forward over an arc nobody uses, or back over one that is used.
                bool forward = IsArc(at, next) && !used.Contains((at, next));
                if (before[next] < 0 && (forward || used.Contains((next, at))))
                {
                    before[next] = at;
                    line.Enqueue(next);
                }
            }
        }

        for (int at = goal; before[goal] >= 0 && at != start; at = before[at])
        {
            if (!used.Remove((at, before[at])))
            {
                used.Add((before[at], at));
            }
        }

        return before[goal] >= 0;
    }

    private bool IsArc(int a, int b) => a / 2 == b / 2 ? a % 2 == 0 && b == a + 1 : a % 2 == 1 && b % 2 == 0 && _joined[a / 2, b / 2];

    private IEnumerable<int> Next(int at)
    {
        yield return at ^ 1;
        for (int v = 0; v < _count; v++)
        {
            if (_joined[at / 2, v])
            {
                yield return (2 * v) + (at % 2 == 1 ? 0 : 1);
            }
        }
    }
}

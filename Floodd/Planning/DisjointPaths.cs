// How many ways that share no site lead from one site to another, or to a set of others. Owns the search; changes no graph.
namespace Floodd.Planning;

/// <summary>
/// Menger's theorem by augmenting paths: each site is split in two, in (2v) and out (2v + 1), joined by an arc for one path.
/// (Even, "An algorithm for determining whether the connectivity of a graph is at least k", SIAM J. Comput. 4, 1975.)
/// </summary>
internal sealed class DisjointPaths(PlanGraph graph)
{
    private const int None = -1;
    private const int End = -2;

    private readonly int[] _seen = new int[2 * graph.Count];
    private readonly int[] _before = new int[2 * graph.Count];
    private readonly int[] _line = new int[2 * graph.Count];
    private readonly int[] _next = Filled(graph.Count);
    private readonly int[] _prev = Filled(graph.Count);
    private int[] _touched = new int[64];
    private readonly int[] _way = new int[(2 * graph.Count) + 2];
    private int _touchedCount;
    private int _stamp;
    private int _from;
    private int _to;
    private int[]? _ranks;
    private int _rankLimit;

    /// <summary>Arcs looked at, ever: what the searches cost.</summary>
    public long Work { get; private set; }

    /// <summary>The number of disjoint ways between two sites without a link, counted up to <paramref name="enough"/>.</summary>
    public int Between(int from, int to, int enough)
    {
        (_to, _ranks) = (to, null);
        return Count(from, enough);
    }

    /// <summary>The number of ways, disjoint to their ends, from a site to any of those that rank below <paramref name="limit"/>.</summary>
    public int Fan(int from, int[] ranks, int limit, int enough)
    {
        (_to, _ranks, _rankLimit) = (None, ranks, limit);
        return Count(from, enough);
    }

    /// <summary>After too small a number: whether a site is on the side of the cut where the search began.</summary>
    public bool IsNear(int v) => v == _from || _seen[(2 * v) + 1] == _stamp;

    /// <summary>After too small a number: whether a site is in the cut. So is each that the search began next to and did not come beyond.</summary>
    public bool IsCut(int v) => (_seen[2 * v] == _stamp || graph.Has(_from, v)) && !IsNear(v);

    private static int[] Filled(int count)
    {
        int[] array = new int[count];
        Array.Fill(array, None);
        return array;
    }

    private int Count(int from, int enough)
    {
        _from = from;
        int found = 0;
        while (found < enough && Augment())
        {
            found++;
        }

        for (int i = 0; i < _touchedCount; i++)
        {
            _next[_touched[i]] = _prev[_touched[i]] = None;
        }

        _touchedCount = 0;
        return found;
    }

    // One more path, breadth first; arcs that carry a path can be taken back.
    private bool Augment()
    {
        int stamp = ++_stamp;
        int[] first = graph.First, degree = graph.Degree, neighbor = graph.Neighbor;
        int head = 0, tail = 0;
        _line[tail++] = (2 * _from) + 1;
        _seen[(2 * _from) + 1] = stamp;
        while (head < tail)
        {
            int at = _line[head++];
            int v = at >> 1;
            if (v != _from && _prev[v] != None && _seen[2 * v] != stamp)
            {
                // The path through v can be taken back past v itself.
                _seen[2 * v] = stamp;
                _before[2 * v] = at;
                tail = StepBack(v, stamp, tail);
            }

            int end = first[v] + degree[v];
            Work += degree[v];
            for (int slot = first[v]; slot < end; slot++)
            {
                int w = neighbor[slot];
                if (w == _from)
                {
                    continue;
                }

                if (w == _to || (_ranks is not null && _ranks[w] < _rankLimit && _prev[w] == None))
                {
                    Apply(at, w);
                    return true;
                }

                if (_seen[2 * w] == stamp)
                {
                    continue;
                }

                _seen[2 * w] = stamp;
                _before[2 * w] = at;
                if (_prev[w] != None)
                {
                    tail = StepBack(w, stamp, tail);
                }
                else
                {
                    _seen[(2 * w) + 1] = stamp;
                    _before[(2 * w) + 1] = 2 * w;
                    _line[tail++] = (2 * w) + 1;
                }
            }
        }

        return false;
    }

    private int StepBack(int w, int stamp, int tail)
    {
        int p = _prev[w];
        if (p != _from && _seen[(2 * p) + 1] != stamp)
        {
            _seen[(2 * p) + 1] = stamp;
            _before[(2 * p) + 1] = 2 * w;
            _line[tail++] = (2 * p) + 1;
        }

        return tail;
    }

    // Forward arcs are taken into the paths; a site that is passed backward from out to in leaves them.
    private void Apply(int last, int end)
    {
        int length = 0;
        for (int at = last; at != (2 * _from) + 1; at = _before[at])
        {
            _way[length++] = at;
        }

        int from = (2 * _from) + 1;
        for (int i = length - 1; i >= 0; i--)
        {
            int to = _way[i];
            (int v, int w) = (from >> 1, to >> 1);
            if (v == w)
            {
                if ((to & 1) == 0)
                {
                    _next[v] = _prev[v] = None;
                }
            }
            else if ((to & 1) == 0)
            {
                Join(v, w);
            }

            from = to;
        }

        int tail = from >> 1;
        if (end != _to)
        {
            Join(tail, end);
            _next[end] = End;
        }
        else if (tail != _from)
        {
            _next[tail] = end;
        }
    }

    private void Join(int v, int w)
    {
        if (v != _from)
        {
            _next[v] = w;
        }

        if (_prev[w] == None)
        {
            if (_touchedCount == _touched.Length)
            {
                Array.Resize(ref _touched, 2 * _touchedCount);
            }

            _touched[_touchedCount++] = w;
        }

        _prev[w] = v;
    }
}

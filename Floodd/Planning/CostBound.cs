// A lower bound for what k-connected plans cost, near enough to weigh cost against time. Knows nothing of delays.
namespace Floodd.Planning;

/// <summary>
/// Lagrange's relaxation of: at least k links at each site, k/2 spanning trees' worth of links (Nash-Williams, Tutte 1961), no link more than once.
/// Prices on sites reward links where there are too few (Held and Karp, "The traveling-salesman problem and minimum spanning trees", 1970),
/// prices on links keep the trees from using the cheapest ones more than once; subgradient steps raise the bound.
/// </summary>
internal sealed class CostBound
{
    private const int MostSteps = 1000;
    private const double PairBudget = 1e8;

    private readonly float[] _costs;
    private readonly int _n;
    private readonly double _k;
    private readonly double _trees;
    private readonly float[] _price;
    private readonly float[] _toll;
    private readonly float[] _best;
    private readonly int[] _from;
    private readonly bool[] _in;
    private readonly double[] _lack;
    private readonly double[] _push;

    // Pairs that have a toll.
    private readonly List<(int A, int B)> _tolled = [];

    private CostBound(float[] costs, int n, int k)
    {
        (_costs, _n, _k) = (costs, n, k);
        _trees = k / 2.0 * n / (n - 1);
        _toll = new float[n * n];
        (_price, _best, _from, _in) = (new float[n], new float[n], new int[n], new bool[n]);
        (_lack, _push) = (new double[n], new double[n]);
    }

    /// <summary>The bound.</summary>
    /// <param name="costs">Of all pairs, infinite where no link can be.</param>
    /// <param name="n">How many sites.</param>
    /// <param name="k">The connectivity.</param>
    public static double Of(float[] costs, int n, int k) =>
        n < 2 || k < 1 ? 0 : Math.Max(new CostBound(costs, n, k).Climb(), ByTours(costs, n, k));

    private static double ByTours(float[] costs, int n, int k)
    {
        if (k < 2 || n < 3)
        {
            return 0;
        }

        float[] ways = Closure.Table(costs, n);
        return ways.All(float.IsFinite) ? HeldKarp.Of(ways, n, k, Steps(n)) : 0;
    }

    private static int Steps(int n) => (int)Math.Clamp(PairBudget / ((double)n * n), 100, MostSteps);

    private double Climb()
    {
        int steps = Steps(_n);
        double tree = Evaluate();
        double best = _k < 2 ? tree / _trees : tree;
        double alpha = 1;
        int stale = 0;
        for (int step = 0; step < steps; step++)
        {
            double norm = 0;
            foreach (double lack in _lack)
            {
                norm += lack * lack;
            }

            if (norm < 1e-9)
            {
                break;
            }

            // Polyak's step towards a value that is a little above the best so far.
            Move(alpha * ((best * 1.05) - tree) / norm);
            tree = Evaluate();
            if (tree > best)
            {
                stale = tree > best * 1.0005 ? 0 : stale + 1;
                best = tree;
            }
            else
            {
                stale++;
            }

            if (stale >= 8)
            {
                alpha *= 0.7;
                stale = 0;
            }
        }

        return best;
    }

    private void Move(double size)
    {
        for (int v = 0; v < _n; v++)
        {
            // Volgenant and Jonker: part of the step before keeps it from swinging.
            _push[v] = (0.7 * size * _lack[v]) + (0.3 * _push[v]);
            _price[v] = Math.Max(0, _price[v] + (float)_push[v]);
        }

        float up = (float)(size * (_trees - 1));
        float down = (float)size;
        for (int i = _tolled.Count - 1; i >= 0; i--)
        {
            (int a, int b) = _tolled[i];
            bool inTree = _from[a] == b || _from[b] == a;
            float toll = Math.Max(0, _toll[(a * _n) + b] + (inTree ? up : -down));
            _toll[(a * _n) + b] = _toll[(b * _n) + a] = toll;
            if (toll == 0 && !inTree)
            {
                _tolled[i] = _tolled[^1];
                _tolled.RemoveAt(_tolled.Count - 1);
            }
        }

        for (int v = 0; v < _n && _trees > 1; v++)
        {
            int u = _from[v];
            if (u >= 0 && _toll[(u * _n) + v] == 0 && up > 0)
            {
                _toll[(u * _n) + v] = _toll[(v * _n) + u] = up;
                _tolled.Add((u, v));
            }
        }
    }

    // Prim's algorithm over all pairs; each pair is seen once, when the first of its sites joins the tree.
    private double Evaluate()
    {
        int n = _n;
        double value = 0;
        for (int v = 0; v < n; v++)
        {
            value += _k * _price[v];
            _lack[v] = _k;
            _best[v] = float.PositiveInfinity;
            _from[v] = -1;
            _in[v] = false;
        }

        double tree = 0;
        int at = 0;
        for (int joined = 1; ; joined++)
        {
            _in[at] = true;
            float own = _price[at];
            float least = float.PositiveInfinity;
            int next = -1;
            int row = at * n;
            for (int v = 0; v < n; v++)
            {
                if (_in[v])
                {
                    continue;
                }

                float reduced = _costs[row + v] - own - _price[v];
                float toll = _toll[row + v];
                if (reduced < 0 || toll > 0)
                {
                    value += Math.Min(0, reduced) - toll;
                    _lack[at]--;
                    _lack[v]--;
                }

                float share = Math.Max(0, reduced) + toll;
                if (share < _best[v])
                {
                    _best[v] = share;
                    _from[v] = at;
                }

                if (_best[v] < least || next < 0)
                {
                    least = _best[v];
                    next = v;
                }
            }

            if (joined == n)
            {
                break;
            }

            // Parts that nothing joins cost nothing to join.
            if (float.IsFinite(least))
            {
                tree += least;
                int u = _from[next];
                if (_costs[(u * n) + next] - _price[u] - _price[next] >= 0 && _toll[(u * n) + next] == 0)
                {
                    double used = Math.Min(1, _trees);
                    _lack[u] -= used;
                    _lack[next] -= used;
                }
            }
            else
            {
                _from[next] = -1;
            }

            at = next;
        }

        return value + (_trees * tree);
    }
}

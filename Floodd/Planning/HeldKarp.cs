// The bound that tours give: half of k times the dearest one-tree. Knows nothing of delays.
namespace Floodd.Planning;

/// <summary>
/// In costs that obey the triangle inequality, which the cheapest ways between all pairs do, some cheapest fractional plan has exactly k links at
/// each site (Goemans and Bertsimas, "Survivable networks, linear programming relaxations and the parsimonious property", Math. Programming 60, 1993),
/// and then it is k/2 times a mean of one-trees: spanning trees with one more link. Prices on sites raise the cheapest of these (Held and Karp 1970).
/// </summary>
internal sealed class HeldKarp
{
    private readonly float[] _ways;
    private readonly int _n;
    private readonly double[] _price;
    private readonly double[] _best;
    private readonly int[] _from;
    private readonly bool[] _in;
    private readonly int[] _degree;
    private readonly int[] _before;

    private HeldKarp(float[] ways, int n)
    {
        (_ways, _n) = (ways, n);
        (_price, _best, _from, _in, _degree, _before) = (new double[n], new double[n], new int[n], new bool[n], new int[n], new int[n]);
    }

    /// <summary>The bound.</summary>
    /// <param name="ways">The cheapest ways between all pairs, all finite.</param>
    /// <param name="n">How many sites, from 3.</param>
    /// <param name="k">The connectivity, from 2.</param>
    /// <param name="steps">How often prices are set.</param>
    public static double Of(float[] ways, int n, int k, int steps) => new HeldKarp(ways, n).Climb(steps) * k / 2;

    private double Climb(int steps)
    {
        double best = Evaluate();
        double size = best * 0.5 / _n;
        double shrink = 1 - (6.0 / (steps + 6.0));
        for (int step = 0; step < steps; step++)
        {
            for (int v = 0; v < _n; v++)
            {
                // Volgenant and Jonker (1982): part of the step before keeps prices from swinging.
                _price[v] += size * ((0.6 * (_degree[v] - 2)) + (0.4 * (_before[v] - 2)));
                _before[v] = _degree[v];
            }

            best = Math.Max(best, Evaluate());
            size *= shrink;
        }

        return best;
    }

    // Prim's tree, and the second cheapest link of the site that joined last.
    private double Evaluate()
    {
        double value = 0;
        for (int v = 0; v < _n; v++)
        {
            value -= 2 * _price[v];
            _best[v] = double.PositiveInfinity;
            _in[v] = false;
            _degree[v] = 0;
        }

        int at = 0;
        for (int joined = 1; joined < _n; joined++)
        {
            _in[at] = true;
            int row = at * _n;
            int next = -1;
            double least = double.PositiveInfinity;
            for (int v = 0; v < _n; v++)
            {
                if (_in[v])
                {
                    continue;
                }

                double cost = _ways[row + v] + _price[at] + _price[v];
                if (cost < _best[v] || (cost == _best[v] && _degree[at] < _degree[_from[v]]))
                {
                    _best[v] = cost;
                    _from[v] = at;
                }

                if (_best[v] < least)
                {
                    least = _best[v];
                    next = v;
                }
            }

            value += least;
            _degree[next]++;
            _degree[_from[next]]++;
            at = next;
        }

        double second = double.PositiveInfinity;
        int other = -1;
        for (int v = 0; v < _n; v++)
        {
            double cost = _ways[(at * _n) + v] + _price[at] + _price[v];
            if (v != at && v != _from[at] && cost < second)
            {
                second = cost;
                other = v;
            }
        }

        _degree[at]++;
        _degree[other]++;
        return value + second;
    }
}

// Places of sites in a space whose distances are round trips, fitted to those that were measured. Sums, products and roots only: the same everywhere.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>A round trip to fit to: positions in the list of sites, milliseconds, and how much it counts.</summary>
internal readonly record struct PairSample(int A, int B, double Milliseconds, double Weight);

/// <summary>
/// Network coordinates with heights: a round trip is the distance of two points plus the height of each, its last mile (Dabek, Cox,
/// Kaashoek and Morris, "Vivaldi", SIGCOMM 2004). There each site moves by itself; here one site has all samples, so they are gone
/// through in random order with steps that shrink from "believe this sample" to nothing (Zheng, Pawar and Goodman, "Graph drawing
/// by stochastic gradient descent", 2018), which takes fewer sweeps and does not hang in as many local minima.
/// </summary>
internal sealed class Coordinates
{
    // Two were enough in the paper; with all samples at hand five fit all matrices tried better than two to four, and more no better.
    private const int Dimensions = 5;

    // The part of a correction that goes to the heights. From 0.1 to 0.35 there is no difference.
    private const double ToHeights = 0.2;

    // Sixty sweeps with this cooling go from the longest round trip to a fraction of a millisecond.
    private const int Sweeps = 60;
    private const double Cooling = 0.78;

    // With more than this many steps in all, fewer sweeps that cool faster: so 1,000 sites with 32 partners each take 0.25 s, with 500 each 0.45 s.
    private const int MostSteps = 4_000_000;

    // Below this a round trip's error counts by milliseconds and not as a part of it; a claim of next to nothing would outweigh all others.
    private const double Fine = 5;

    // A sphere whose longest way through is what the longest round trips are.
    private const double EarthMilliseconds = 110;

    private readonly double[] _x;
    private readonly double[] _height;
    private readonly Prng _random = new(1);

    private Coordinates(int count) => (_x, _height) = (new double[count * Dimensions], new double[count]);

    /// <summary>Fits all sites.</summary>
    /// <param name="places">Where each site is; they start there. Null starts anywhere.</param>
    /// <param name="typical">A round trip of middle length, in milliseconds.</param>
    /// <param name="samples">What to fit to; comes back in another order.</param>
    public static Coordinates Fit(Place?[] places, double typical, PairSample[] samples)
    {
        var fit = new Coordinates(places.Length);
        fit.Start(places, typical);
        int sweeps = Sweeps;
        double cooling = Cooling;
        while (sweeps > 8 && (long)samples.Length * sweeps > MostSteps)
        {
            sweeps /= 2;
            cooling *= cooling;
        }

        double longest = samples.Length == 0 ? 0 : Math.Min(samples.Max(s => s.Milliseconds), 1000);
        double reach = longest * longest;
        for (int sweep = 0; sweep < sweeps; sweep++, reach *= cooling)
        {
            fit.Sweep(samples, reach);
        }

        return fit;
    }

    /// <summary>The round trip between two sites by their places here, in milliseconds.</summary>
    public double Rtt(int i, int j) => Straight(i, j) + _height[i] + _height[j];

    // Strangers start around the middle, apart by chance: two at one point would not know in which direction to part.
    private void Start(Place?[] places, double typical)
    {
        for (int i = 0; i < places.Length; i++)
        {
            Span<double> x = _x.AsSpan(i * Dimensions, Dimensions);
            for (int d = 0; d < Dimensions; d++)
            {
                x[d] = (_random.NextDouble() - 0.5) * (places[i] is null ? typical : 1);
            }

            if (places[i] is { } place)
            {
                x[0] += EarthMilliseconds * place.X;
                x[1] += EarthMilliseconds * place.Y;
                x[2] += EarthMilliseconds * place.Z;
            }

            _height[i] = 1;
        }
    }

    private void Sweep(PairSample[] samples, double reach)
    {
        for (int last = samples.Length - 1; last > 0; last--)
        {
            int other = _random.Next(last + 1);
            (samples[last], samples[other]) = (samples[other], samples[last]);
        }

        foreach (PairSample sample in samples)
        {
            Move(sample, reach);
        }
    }

    // Errors count as parts of the round trip, so each weighs by the inverse of its square.
    private void Move(in PairSample sample, double reach)
    {
        int a = sample.A, b = sample.B;
        double straight = Straight(a, b);
        double error = sample.Milliseconds - straight - _height[a] - _height[b];
        double weight = sample.Weight / Math.Max(Fine * Fine, sample.Milliseconds * sample.Milliseconds);
        double step = Math.Min(1, reach * weight) * error / 2;
        double part = step * (1 - ToHeights) / Math.Max(1e-6, straight);
        for (int d = 0; d < Dimensions; d++)
        {
            double by = (_x[(a * Dimensions) + d] - _x[(b * Dimensions) + d]) * part;
            _x[(a * Dimensions) + d] += by;
            _x[(b * Dimensions) + d] -= by;
        }

        _height[a] = Math.Max(0, _height[a] + (step * ToHeights));
        _height[b] = Math.Max(0, _height[b] + (step * ToHeights));
    }

    private double Straight(int i, int j)
    {
        ReadOnlySpan<double> a = _x.AsSpan(i * Dimensions, Dimensions), b = _x.AsSpan(j * Dimensions, Dimensions);
        double sum = 0;
        for (int d = 0; d < Dimensions; d++)
        {
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        }

        return Math.Sqrt(sum);
    }
}

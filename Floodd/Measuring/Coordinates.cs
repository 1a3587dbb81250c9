// Places of sites in a space whose distances are round trips, fitted to those that were measured. Deterministic.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>A measured pair: positions in the list of members, and the round trip in milliseconds.</summary>
internal readonly record struct PairSample(int A, int B, double Milliseconds);

/// <summary>Network coordinates with heights (Dabek et al., "Vivaldi", SIGCOMM 2004), fitted centrally.</summary>
internal sealed class Coordinates
{
    private const int Dimensions = 3;
    private const int Sweeps = 60;
    private const double Epsilon = 0.02;
    private const double HeightShare = 0.2;
    private readonly double[] _x;
    private readonly double[] _height;

    private Coordinates(int count) => (_x, _height) = (new double[count * Dimensions], new double[count]);

    public static Coordinates Fit(int count, Place?[] places, List<PairSample> samples)
    {
        var fit = new Coordinates(count);
        var random = new Prng(1);
        double scale = 110;
        for (int i = 0; i < count; i++)
        {
            Span<double> x = fit._x.AsSpan(i * Dimensions, Dimensions);
            for (int d = 0; d < Dimensions; d++)
            {
                x[d] = scale * (random.NextDouble() - 0.5) * (places[i] is null ? 1 : 0.01);
            }

            if (places[i] is { } place)
            {
                x[0] += scale * place.X;
                x[1] += scale * place.Y;
                x[2] += scale * place.Z;
            }
            fit._height[i] = 1;
        }

        if (samples.Count > 0)
        {
            double most = samples.Max(s => s.Milliseconds), least = Math.Max(1, samples.Min(s => s.Milliseconds));
            double step = most * most, last = Epsilon * least * least;
            PairSample[] order = [.. samples];
            for (int sweep = 0; sweep < Sweeps; sweep++)
            {
                double eta = step * Math.Pow(last / step, (double)sweep / (Sweeps - 1));
                for (int k = order.Length - 1; k > 0; k--)
                {
                    int o = random.Next(k + 1);
                    (order[k], order[o]) = (order[o], order[k]);
                }

                foreach (PairSample s in order)
                {
                    fit.Move(s, eta);
                }
            }
        }

        return fit;
    }

    public double Rtt(int i, int j)
    {
        double sum = 0;
        for (int d = 0; d < Dimensions; d++)
        {
            double by = _x[(i * Dimensions) + d] - _x[(j * Dimensions) + d];
            sum += by * by;
        }

        return Math.Sqrt(sum) + _height[i] + _height[j];
    }

    private void Move(in PairSample s, double eta)
    {
        double far = Rtt(s.A, s.B);
        double straight = Math.Max(1e-6, far - _height[s.A] - _height[s.B]);
        double step = Math.Min(1, eta / Math.Max(1, s.Milliseconds * s.Milliseconds)) * (s.Milliseconds - far) / 2;
        double along = step * (1 - HeightShare) / straight;
        for (int d = 0; d < Dimensions; d++)
        {
            double by = (_x[(s.A * Dimensions) + d] - _x[(s.B * Dimensions) + d]) * along;
            _x[(s.A * Dimensions) + d] += by;
            _x[(s.B * Dimensions) + d] -= by;
        }

        _height[s.A] = Math.Max(0, _height[s.A] + (step * HeightShare));
        _height[s.B] = Math.Max(0, _height[s.B] + (step * HeightShare));
    }
}

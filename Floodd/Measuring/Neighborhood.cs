// The sites nearest to each site, and what their measurements say about its ways. Reads the matrix; changes nothing.
namespace Floodd.Measuring;

/// <summary>
/// Coordinates miss what routes do; but whoever stands beside a site mostly takes the same routes. So where the measured way from a
/// near site differs from its coordinates, the guess for the site itself is moved by as much: by a mean of what the nearest of both
/// ends say, weighed by the inverse cube of how far they are. Clamping to the triangle inequality instead was tried and is worse:
/// the internet does not keep to it.
/// </summary>
internal sealed class Neighborhood
{
    private const int Nearest = 12;

    // A neighbor farther away than this part of the way itself counts less than the coordinates do.
    private const double AsGoodAsCoordinates = 2.0 / 3;

    private readonly CompletedMatrix _matrix;
    private readonly Coordinates _coordinates;
    private readonly int _each;
    private readonly int[] _near;
    private readonly double[] _weights;

    public Neighborhood(CompletedMatrix matrix, Coordinates coordinates)
    {
        (_matrix, _coordinates) = (matrix, coordinates);
        _each = Math.Min(Nearest, matrix.Count - 1);
        _near = new int[matrix.Count * _each];
        _weights = new double[matrix.Count * _each];
        for (int i = 0; i < matrix.Count; i++)
        {
            Find(i, _near.AsSpan(i * _each, _each), _weights.AsSpan(i * _each, _each));
        }
    }

    /// <summary>The round trip of a pair that nobody measured, in milliseconds.</summary>
    public double Rtt(int i, int j)
    {
        double guess = _coordinates.Rtt(i, j);
        double weights = Weight(guess * AsGoodAsCoordinates), sum = 0;
        Ask(i, j, ref weights, ref sum);
        Ask(j, i, ref weights, ref sum);
        return guess + (sum / weights);
    }

    private static double Weight(double milliseconds) => 1 / ((milliseconds + 1) * (milliseconds + 1) * (milliseconds + 1));

    // What the neighbors of one end measured to the other, beside what their coordinates say.
    private void Ask(int end, int other, ref double weights, ref double sum)
    {
        for (int at = end * _each; at < (end + 1) * _each; at++)
        {
            int near = _near[at];
            if (near != other && _matrix.IsMeasured(near, other))
            {
                weights += _weights[at];
                sum += _weights[at] * (_matrix.Rtt(near, other) - _coordinates.Rtt(near, other));
            }
        }
    }

    // The nearest of one site, by what was measured or, somewhat doubted, by coordinates. Kept sorted in the weights' place while looking.
    private void Find(int site, Span<int> near, Span<double> far)
    {
        far.Fill(double.MaxValue);
        for (int i = 0; i < _matrix.Count; i++)
        {
            double distance = i == site ? double.MaxValue
                : _matrix.IsMeasured(site, i) ? _matrix.Rtt(site, i)
                : (_coordinates.Rtt(site, i) * 1.3) + 2;
            if (far.IsEmpty || distance >= far[^1])
            {
                continue;
            }

            int at = far.Length - 1;
            for (; at > 0 && far[at - 1] > distance; at--)
            {
                far[at] = far[at - 1];
                near[at] = near[at - 1];
            }

            far[at] = distance;
            near[at] = i;
        }

        for (int at = 0; at < far.Length; at++)
        {
            far[at] = Weight(far[at]);
        }
    }
}

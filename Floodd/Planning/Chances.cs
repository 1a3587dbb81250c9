// How much worse a step may be at temperature 1, drawn at random: -ln of an even draw, from a table that is the same on every machine.
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>Metropolis' rule read backward: what exp(-x) would accept is what is below -ln(draw).</summary>
internal static class Chances
{
    private const int Size = 4096;

    private static readonly double[] Table = [.. Enumerable.Range(0, Size).Select(i => -NaturalLog((i + 0.5) / Size))];

    /// <summary>A draw, from nearly 0 to 9.</summary>
    public static double Draw(Prng chance) => Table[chance.Next(Size)];

    // Math.Log may differ in its last bit from machine to machine; sums, products and quotients may not.
    private static double NaturalLog(double x)
    {
        const double LogOf2 = 0.693147180559945309;
        double sum = 0;
        for (; x < 0.75; x *= 2)
        {
            sum -= LogOf2;
        }

        // ln x = 2 artanh((x - 1) / (x + 1)).
        double z = (x - 1) / (x + 1);
        double power = z;
        for (int i = 1; i < 40; i += 2)
        {
            sum += 2 * power / i;
            power *= z * z;
        }

        return sum;
    }
}

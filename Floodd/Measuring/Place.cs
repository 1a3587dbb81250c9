// A place on earth and the way over ground between two. The same to the last bit on every machine: sums, products and roots only.
namespace Floodd.Measuring;

/// <summary>A place as a point of the unit sphere. The platform's sine may differ in the last bit between machines; this does not.</summary>
internal readonly record struct Place(double X, double Y, double Z)
{
    private const double EarthRadiusKilometers = 6371;

    /// <summary>The place of coordinates in degrees; null if one is not said or out of range.</summary>
    public static Place? Of(double? latitude, double? longitude)
    {
        if (latitude is not (>= -90 and <= 90) || longitude is not (>= -180 and <= 180))
        {
            return null;
        }

        double up = Sine(latitude.Value), flat = Sine(90 - Math.Abs(latitude.Value));
        double east = longitude.Value;
        return new(flat * Sine(90 - Math.Abs(east)), flat * Sine(east), up);
    }

    /// <summary>The great circle between two places, in kilometers.</summary>
    public static double Kilometers(in Place a, in Place b)
    {
        double x = a.X - b.X, y = a.Y - b.Y, z = a.Z - b.Z;
        double half = Math.Min(1, Math.Sqrt((x * x) + (y * y) + (z * z)) / 2);

        // Arcsine: the sine of half the angle, four times, until the series needs three terms (the fourth is below a meter).
        for (int i = 0; i < 4; i++)
        {
            half /= Math.Sqrt(2 * (1 + Math.Sqrt(Math.Max(0, 1 - (half * half)))));
        }

        double square = half * half;
        return 2 * 16 * EarthRadiusKilometers * half * (1 + (square * ((1.0 / 6) + (square * 3 / 40))));
    }

    /// <summary>The round trip that a way over ground commonly takes, in milliseconds: a fit to measured ones (detours are long for short ways).</summary>
    public static double FiberMilliseconds(double kilometers) => (17.6 * (1 - ExpOfMinus(kilometers / 400))) + (kilometers / 58.7) + 0.4;

    // e to the -x for x >= 0: a series of six terms for a thousandth of x, to the power of 1024 by squaring.
    private static double ExpOfMinus(double x)
    {
        double small = -Math.Min(x, 50) / 1024, term = 1, sum = 1;
        for (int i = 1; i <= 6; i++)
        {
            term *= small / i;
            sum += term;
        }

        for (int i = 0; i < 10; i++)
        {
            sum *= sum;
        }

        return sum;
    }

    // By Taylor's series for -180 to 180 degrees, folded into -90 to 90, where eleven terms are exact to a double.
    private static double Sine(double degrees)
    {
        double folded = degrees > 90 ? 180 - degrees : degrees < -90 ? -180 - degrees : degrees;
        double x = folded * (Math.PI / 180), term = x, sum = x;
        for (int i = 1; i <= 11; i++)
        {
            term *= -x * x / (2 * i * ((2 * i) + 1));
            sum += term;
        }

        return sum;
    }
}

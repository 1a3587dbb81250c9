// Distances over ground beside the platform's own trigonometry, and beside an atlas.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class PlaceTests
{
    [TestCase(52.52, 13.405, 40.7128, -74.006, 6385)]
    [TestCase(-33.87, 151.21, 51.51, -0.13, 16994)]
    [TestCase(0, 0, 0, 180, 20015)]
    [TestCase(90, 0, -90, 77, 20015)]
    [TestCase(0, 179.5, 0, -179.5, 111.2)]
    [TestCase(48, 11, 48, 11, 0)]
    public void The_way_over_ground_is_that_of_an_atlas(double latitude, double longitude, double otherLatitude, double otherLongitude, double kilometers) =>
        Assert.That(Place.Kilometers(Place.Of(latitude, longitude)!.Value, Place.Of(otherLatitude, otherLongitude)!.Value), Is.EqualTo(kilometers).Within(0.1).Percent);

    [Test]
    public void It_is_what_the_platform_computes()
    {
        var random = new Prng(5);
        for (int i = 0; i < 1000; i++)
        {
            double p = (random.NextDouble() * 180) - 90, q = (random.NextDouble() * 180) - 90, l = (random.NextDouble() * 360) - 180, m = (random.NextDouble() * 360) - 180;
            double haversine = Math.Pow(Sine((q - p) / 2), 2) + (Sine(90 - p) * Sine(90 - q) * Math.Pow(Sine((m - l) / 2), 2));
            Assert.That(
                Place.Kilometers(Place.Of(p, l)!.Value, Place.Of(q, m)!.Value),
                Is.EqualTo(2 * 6371 * Math.Asin(Math.Sqrt(haversine))).Within(0.001));
        }
    }

    [TestCase(0)]
    [TestCase(35)]
    [TestCase(400)]
    [TestCase(20000)]
    public void Fiber_takes_what_the_formula_says(double kilometers) =>
        Assert.That(Place.FiberMilliseconds(kilometers), Is.EqualTo((17.6 * (1 - Math.Exp(-kilometers / 400))) + (kilometers / 58.7) + 0.4).Within(1e-9));

    [Test]
    public void What_is_not_on_earth_is_no_place()
    {
        Assert.That(Place.Of(null, 5), Is.Null);
        Assert.That(Place.Of(5, null), Is.Null);
        Assert.That(Place.Of(double.NaN, 5), Is.Null);
        Assert.That(Place.Of(90.1, 5), Is.Null);
        Assert.That(Place.Of(5, double.PositiveInfinity), Is.Null);
    }

    private static double Sine(double degrees) => Math.Sin(degrees * Math.PI / 180);
}

// The measured networks are whole, and parts of them are parts.
using NUnit.Framework;

namespace Floodd.Tests.Latency;

internal sealed class LatencyMatrixTests
{
    [TestCase("aws-13", 13, false, 13)]
    [TestCase("skyplane-60", 60, true, 0)]
    [TestCase("wondernetwork-242", 242, false, 232)]
    public void A_network_has_every_pair(string name, int sites, bool hasBandwidth, int places)
    {
        LatencyMatrix matrix = LatencyMatrix.Load(name);
        Assert.That(matrix.Names.Distinct().Count(), Is.EqualTo(sites));
        Assert.That(Enumerable.Range(0, sites).Count(i => matrix.PlaceOf(i) is not null), Is.EqualTo(places));
        for (int a = 0; a < sites; a++)
        {
            for (int b = 0; b < a; b++)
            {
                Assert.That(matrix.RttMilliseconds(a, b), Is.InRange(0.01, 2000).And.EqualTo(matrix.RttMilliseconds(b, a)));
                Assert.That(matrix.BandwidthMegabits(a, b).HasValue, Is.EqualTo(hasBandwidth));
            }
        }
    }

    [Test]
    public void What_stands_in_the_file_is_what_is_read()
    {
        LatencyMatrix matrix = LatencyMatrix.Load("skyplane-60");
        Assert.That(matrix.Names.Take(2), Is.EqualTo(new[] { "aws-af-south-1", "aws-ap-east-1" }));
        Assert.That((matrix.RttMilliseconds(1, 0), matrix.BandwidthMegabits(1, 0)), Is.EqualTo((248.76, 4992.7)));
    }

    [Test]
    public void A_sample_is_drawn_alike_for_equal_seeds_and_keeps_what_was_measured()
    {
        LatencyMatrix whole = LatencyMatrix.Load("wondernetwork-242");
        LatencyMatrix sample = whole.Sample(20, 7);
        Assert.That(sample.Names, Is.EqualTo(whole.Sample(20, 7).Names).And.Not.EqualTo(whole.Sample(20, 8).Names));
        int[] numbers = [.. sample.Names.Select(n => whole.Names.ToList().IndexOf(n))];
        Assert.That(numbers, Is.Ordered.And.Unique);
        Assert.That(sample.RttMilliseconds(3, 11), Is.EqualTo(whole.RttMilliseconds(numbers[3], numbers[11])));
        Assert.That(sample.PlaceOf(5), Is.EqualTo(whole.PlaceOf(numbers[5])));
        Assert.That(whole.First(5).Names, Is.EqualTo(whole.Names.Take(5)));
    }
}

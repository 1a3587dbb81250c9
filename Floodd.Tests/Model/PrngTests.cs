// The generator's first numbers, which never change, and that what is drawn from it is spread as it should be.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Model;

internal sealed class PrngTests
{
    [Test]
    public void The_first_numbers_are_those_of_the_paper_s_program()
    {
        Assert.That(Draw(0, 4), Is.EqualTo(new ulong[] { 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC }));
        Assert.That(Draw(1234567, 5), Is.EqualTo(new ulong[] { 6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821 }));
    }

    [Test]
    public void Equal_seeds_give_equal_numbers_and_a_split_is_its_own()
    {
        Prng a = new(9), b = new(9);
        Assert.That(a.Split().NextUInt64(), Is.EqualTo(b.Split().NextUInt64()));
        Assert.That(a.NextUInt64(), Is.EqualTo(b.NextUInt64()));
        Assert.That(a.NextUInt64(), Is.Not.EqualTo(b.Split().NextUInt64()));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(100)]
    public void Numbers_below_a_bound_come_equally_often(int bound)
    {
        var random = new Prng(5);
        int[] counts = new int[bound];
        int each = 100_000 / bound;
        for (int i = 0; i < each * bound; i++)
        {
            counts[random.Next(bound)]++;
        }

        // Six standard deviations.
        Assert.That(counts, Has.All.EqualTo(each).Within(6 * Math.Sqrt(each)));
    }

    [Test]
    public void The_largest_bound_is_kept()
    {
        var random = new Prng(6);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.That(random.Next(int.MaxValue), Is.GreaterThanOrEqualTo(0).And.LessThan(int.MaxValue));
        }
    }

    [Test]
    public void Jitter_stays_within_half_and_keeps_the_mean()
    {
        var random = new Prng(7);
        double[] seconds = [.. Enumerable.Range(0, 20_000).Select(_ => random.Jitter(TimeSpan.FromSeconds(10)).TotalSeconds)];
        Assert.That(seconds, Has.All.InRange(5.0, 15.0));
        Assert.That(seconds.Average(), Is.EqualTo(10).Within(0.15));
    }

    [Test]
    public void A_chance_comes_as_often_as_it_says()
    {
        var random = new Prng(8);
        Assert.That(Enumerable.Range(0, 20_000).Count(_ => random.Chance(0.3)), Is.EqualTo(6000).Within(400));
        Assert.That(Enumerable.Range(0, 1000).Count(_ => random.Chance(0)), Is.Zero);
        Assert.That(Enumerable.Range(0, 1000).Count(_ => random.Chance(1)), Is.EqualTo(1000));
    }

    private static ulong[] Draw(ulong seed, int count)
    {
        var random = new Prng(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextUInt64())];
    }
}

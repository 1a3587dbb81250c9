// Points on the clock: adding, comparing, printing, and a never that stays never.
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Model;

internal sealed class InstantTests
{
    [Test]
    public void Never_stays_never()
    {
        Assert.That(Instant.Never + TimeSpan.FromSeconds(1), Is.EqualTo(Instant.Never));
        Assert.That(new Instant(5) + TimeSpan.MaxValue, Is.EqualTo(Instant.Never));
        Assert.That(Instant.Never.ToString(), Is.EqualTo("never"));
    }

    [Test]
    public void What_is_added_is_the_difference()
    {
        Instant later = Instant.Zero + TimeSpan.FromSeconds(1.5);
        Assert.That(later - Instant.Zero, Is.EqualTo(TimeSpan.FromSeconds(1.5)));
        Assert.That(Instant.Zero - later, Is.EqualTo(TimeSpan.FromSeconds(-1.5)));
        Assert.That(later.ToString(), Is.EqualTo("1.500s"));
    }

    [Test]
    public void Earlier_is_less()
    {
        Instant a = new(1), b = new(2);
        Assert.Multiple(() =>
        {
            Assert.That(a < b && b > a && a <= b && b >= a);
            Assert.That(a.CompareTo(b), Is.Negative);
            Assert.That(b < Instant.Never);
            Assert.That(new[] { b, a }.Order(), Is.EqualTo(new[] { a, b }));
        });
    }
}

// What the matrix takes in, what it rejects and why, and whom it believes.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class EstimateMatrixTests
{
    private static readonly SiteName A = new("a"), B = new("b"), C = new("c");
    private static readonly Instant Now = new(TimeSpan.FromHours(5).Ticks);
    private EstimateMatrix _matrix = new(TimeSpan.Zero);

    [SetUp]
    public void Begin()
    {
        _matrix = new(TimeSpan.FromMinutes(10));
        foreach (SiteName site in new[] { C, B, A })
        {
            _matrix.Know(site);
        }
    }

    [TestCase(double.NaN, 1, 1, 0, Rejection.NotANumber)]
    [TestCase(double.PositiveInfinity, 1, 1, 0, Rejection.NotANumber)]
    [TestCase(double.NegativeInfinity, 1, 1, 0, Rejection.NotANumber)]
    [TestCase(10, double.NaN, 1, 0, Rejection.NotANumber)]
    [TestCase(10, 1, double.NaN, 0, Rejection.NotANumber)]
    [TestCase(10, 1, double.PositiveInfinity, 0, Rejection.NotANumber)]
    [TestCase(-10, 1, 1, 0, Rejection.Negative)]
    [TestCase(0, 1, 1, 0, Rejection.Negative)]
    [TestCase(-0.0, 1, 1, 0, Rejection.Negative)]
    [TestCase(1e-60, 1, 1, 0, Rejection.Negative)]
    [TestCase(10, -1, 1, 0, Rejection.Negative)]
    [TestCase(10, 1, -1, 0, Rejection.Negative)]
    [TestCase(10, 1, 1, -1, Rejection.Negative)]
    [TestCase(60_001, 1, 1, 0, Rejection.Absurd)]
    [TestCase(10, 60_001, 1, 0, Rejection.Absurd)]
    [TestCase(10, 1, 1.1e12, 0, Rejection.Absurd)]
    [TestCase(double.MaxValue, 1, 1, 0, Rejection.Absurd)]
    [TestCase(10, 1, 1, 601, Rejection.Stale)]
    public void What_cannot_be_true_is_rejected_and_counted(double rtt, double spread, double bandwidth, double age, Rejection reason)
    {
        Assert.That(_matrix.Put(Now, A, B, new(rtt, spread, bandwidth, TimeSpan.FromSeconds(age))), Is.EqualTo(reason));
        Assert.That(_matrix.Between(Now, A, B), Is.Null);
        foreach (Rejection each in Enum.GetValues<Rejection>())
        {
            Assert.That(_matrix.Rejected(each), Is.EqualTo(each == reason ? 1 : 0));
        }
    }

    [Test]
    public void An_age_beyond_all_bounds_is_stale()
    {
        Assert.That(_matrix.Put(Now, A, B, new(10, 1, 0, TimeSpan.MaxValue)), Is.EqualTo(Rejection.Stale));
        Assert.That(_matrix.Put(Now, A, B, new(10, 1, 0, TimeSpan.MinValue)), Is.EqualTo(Rejection.Negative));
    }

    [Test]
    public void A_site_says_nothing_of_itself_and_strangers_say_nothing()
    {
        Assert.That(Put(A, A, 10), Is.EqualTo(Rejection.AboutItself));
        Assert.That(Put(A, new("stranger"), 10), Is.EqualTo(Rejection.UnknownSite));
        Assert.That(Put(new("stranger"), A, 10), Is.EqualTo(Rejection.UnknownSite));
        Assert.That(_matrix.Rejected(Rejection.UnknownSite), Is.EqualTo(2));
    }

    [Test]
    public void Nobody_is_nearer_than_light_allows_if_both_say_where_they_are()
    {
        _matrix.Know(A, 52.5, 13.4);
        Assert.That(Put(A, B, 0.1), Is.Null, "b does not say where it is");
        _matrix.Know(B, 40.7, -74);
        Assert.That(Put(A, B, 50), Is.EqualTo(Rejection.FasterThanLight), "6,385 km and back take 63.6 ms");
        Assert.That(Put(A, B, 62), Is.EqualTo(Rejection.FasterThanLight));
        Assert.That(Put(A, B, 63), Is.Null, "towns are not points");
    }

    [Test]
    public void A_place_that_is_none_is_as_good_as_none_said()
    {
        _matrix.Know(A, double.NaN, 13);
        _matrix.Know(B, 91, 13);
        _matrix.Know(C, 10, -181);
        Assert.That(Put(A, B, 0.1), Is.Null);
        Assert.That(Put(B, C, 0.1), Is.Null);
    }

    [Test]
    public void The_worse_of_both_ends_is_believed_whoever_speaks_first()
    {
        _matrix.Put(Now, A, B, new(10, 1, 1000, TimeSpan.FromSeconds(5)));
        _matrix.Put(Now, B, A, new(14, 0.5, 3000, TimeSpan.FromSeconds(9)));
        var worse = new Estimate(14, 1, 1000, Now + TimeSpan.FromSeconds(-9), EstimateSource.Measured);
        Assert.That(_matrix.Between(Now, A, B), Is.EqualTo(worse));
        Assert.That(_matrix.Between(Now, B, A), Is.EqualTo(worse));
        Assert.That(_matrix.Said(Now, A, B)?.RttMilliseconds, Is.EqualTo(10));
        Assert.That(_matrix.Said(Now, B, A)?.RttMilliseconds, Is.EqualTo(14));
    }

    [Test]
    public void One_end_alone_is_believed_and_so_is_the_only_bandwidth()
    {
        Put(A, B, 10);
        Assert.That(_matrix.Between(Now, B, A)?.RttMilliseconds, Is.EqualTo(10));
        _matrix.Put(Now, B, A, new(9, 1, 500, TimeSpan.Zero));
        Assert.That(_matrix.Between(Now, B, A)?.BytesPerSecond, Is.EqualTo(500));
    }

    [Test]
    public void What_has_become_stale_no_longer_counts()
    {
        _matrix.Put(Now, A, B, new(90, 1, 0, TimeSpan.FromMinutes(8)));
        Put(B, A, 10);
        Assert.That(_matrix.Between(Now, A, B)?.RttMilliseconds, Is.EqualTo(90));
        Assert.That(_matrix.Between(Now + TimeSpan.FromMinutes(3), A, B)?.RttMilliseconds, Is.EqualTo(10));
        Assert.That(_matrix.Between(Now + TimeSpan.FromMinutes(11), A, B), Is.Null);
        Assert.That(_matrix.Measured(Now + TimeSpan.FromMinutes(11)), Is.Empty);
    }

    [Test]
    public void A_site_that_claims_to_be_near_to_everybody_changes_nothing_where_others_look_too()
    {
        Put(A, B, 80);
        Put(B, A, 81);
        Put(C, A, 70);
        Put(A, C, 72);
        Estimate[] before = [.. _matrix.Measured(Now).Select(m => m.Estimate)];
        Assert.That(Put(B, A, 0.1), Is.Null);
        Assert.That(Put(B, C, 0.1), Is.Null);
        Put(C, B, 90);
        Assert.That(_matrix.Between(Now, A, B)?.RttMilliseconds, Is.EqualTo(80));
        Assert.That(_matrix.Between(Now, B, C)?.RttMilliseconds, Is.EqualTo(90));
        Assert.That(_matrix.Between(Now, A, C), Is.EqualTo(before[1]));
    }

    [Test]
    public void Pairs_come_in_name_order_each_once()
    {
        Put(C, A, 3);
        Put(B, C, 2);
        Put(A, C, 1);
        Put(B, A, 4);
        Assert.That(_matrix.Measured(Now).Select(m => m.Pair), Is.EqualTo(new[] { new Edge(A, B), new Edge(A, C), new Edge(B, C) }));
        Assert.That(_matrix.ClaimedPairs, Is.EqualTo(3));
    }

    [Test]
    public void A_forgotten_site_leaves_nothing_behind_for_its_successor()
    {
        Put(A, B, 1);
        Put(B, A, 1);
        Put(B, C, 2);
        Put(C, A, 3);
        _matrix.Forget(B);
        Assert.That(_matrix.Measured(Now).Select(m => m.Pair), Is.EqualTo(new[] { new Edge(A, C) }));
        var d = new SiteName("d");
        _matrix.Know(d);
        Assert.That(_matrix.Between(Now, A, d), Is.Null);
        Assert.That(_matrix.ClaimedPairs, Is.EqualTo(1));
        Assert.That(Put(A, B, 1), Is.EqualTo(Rejection.UnknownSite));
    }

    [Test]
    public void It_says_what_a_plain_dictionary_says([Range(1, 3)] int seed)
    {
        var random = new Prng((ulong)seed);
        SiteName[] sites = [.. Enumerable.Range(0, 24).Select(i => new SiteName($"s{i}"))];
        var plain = new Dictionary<(SiteName, SiteName), double>();
        var known = new HashSet<SiteName>();
        for (int step = 0; step < 4000; step++)
        {
            (SiteName a, SiteName b) = (sites[random.Next(24)], sites[random.Next(24)]);
            if (random.Chance(0.03))
            {
                _matrix.Forget(a);
                known.Remove(a);
                foreach ((SiteName, SiteName) key in plain.Keys.Where(k => k.Item1 == a || k.Item2 == a).ToArray())
                {
                    plain.Remove(key);
                }
            }
            else if (random.Chance(0.1))
            {
                _matrix.Know(a);
                known.Add(a);
            }
            else
            {
                int rtt = 1 + random.Next(1000);
                if (Put(a, b, rtt) is null)
                {
                    Assert.That(a != b && known.Contains(a) && known.Contains(b));
                    plain[(a, b)] = rtt;
                }
            }
        }

        foreach (SiteName a in sites)
        {
            foreach (SiteName b in sites)
            {
                double expected = Math.Max(plain.GetValueOrDefault((a, b)), plain.GetValueOrDefault((b, a)));
                Assert.That(_matrix.Between(Now, a, b)?.RttMilliseconds ?? 0, Is.EqualTo(expected));
            }
        }
    }

    private Rejection? Put(SiteName from, SiteName to, double milliseconds) => _matrix.Put(Now, from, to, new(milliseconds, 1, 0, TimeSpan.Zero));
}

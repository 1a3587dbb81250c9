// Whose turn it is to be probed, and who is not probed at all in a large group.
using Floodd.Measuring;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class ProbeChooserTests
{
    private readonly Dictionary<SiteName, Instant> _measured = [];
    private ProbeChooser _chooser = new(new Prng(0));

    [SetUp]
    public void Begin()
    {
        _measured.Clear();
        _chooser = new(new Prng(1));
    }

    [Test]
    public void Nobody_is_chosen_from_nobody() => Assert.That(Next(0), Is.Null);

    [Test]
    public void Who_was_never_measured_comes_first()
    {
        SiteName[] sites = Sites(5);
        foreach (SiteName site in sites.Where((_, i) => i != 3))
        {
            _measured[site] = new Instant(1);
        }

        Assert.That(Next(100, sites), Is.EqualTo(sites[3]));
    }

    [Test]
    public void In_a_round_nobody_is_forgotten_and_nobody_is_probed_twice_before_three_quarters_of_the_others()
    {
        SiteName[] sites = Sites(32);
        var last = new Dictionary<SiteName, int>();
        for (int i = 0; i < 3200; i++)
        {
            SiteName site = Next(i, sites)!.Value;
            _measured[site] = new Instant(i);
            Assert.That(i - last.GetValueOrDefault(site, -100), Is.GreaterThanOrEqualTo(i < 32 ? 32 : 24), $"at {i}");
            last[site] = i;
            Assert.That(i < 32 || last.Count == 32);
            Assert.That(last.Values.Min(), Is.GreaterThanOrEqualTo(i - 120), "somebody waits too long");
        }
    }

    [Test]
    public void A_member_that_never_answers_waits_its_turn_like_the_others()
    {
        SiteName[] sites = Sites(8);
        int tries = 0;
        for (int i = 0; i < 800; i++)
        {
            SiteName site = Next(i, sites)!.Value;
            tries += site == sites[0] ? 1 : 0;
            if (site != sites[0])
            {
                _measured[site] = new Instant(i);
            }
        }

        Assert.That(tries, Is.InRange(60, 140));
    }

    [Test]
    public void Whom_a_link_measures_anyway_is_not_probed()
    {
        SiteName[] sites = Sites(8);
        for (int i = 0; i < 8; i++)
        {
            _measured[sites[i]] = new Instant(0);
        }

        for (int i = 1; i < 100; i++)
        {
            _measured[sites[0]] = new Instant(i);
            Assert.That(Next(i, sites), Is.Not.EqualTo(sites[0]));
        }
    }

    [Test]
    public void Sites_do_not_fall_into_step()
    {
        SiteName[] sites = Sites(40);
        SiteName?[] first = [.. Enumerable.Range(0, 20).Select(seed => new ProbeChooser(new Prng((ulong)seed)).Next(Instant.Zero, sites, _ => Instant.Zero))];
        Assert.That(first.Distinct().Count(), Is.GreaterThan(5));
    }

    [Test]
    public void Up_to_64_others_everybody_is_measured()
    {
        SiteName[] sites = Sites(65);
        Assert.That(ProbeChooser.Partners(sites[7], sites.Reverse(), [], _ => null, 1), Is.EqualTo(sites.Where(s => s != sites[7])));
    }

    [Test]
    public void In_a_large_group_the_nearest_the_neighbors_and_some_at_random_are_measured()
    {
        SiteName[] sites = Sites(500);
        SiteName stranger = new("stranger");
        SiteName[] neighbors = [sites[400], sites[3], stranger];
        IReadOnlyList<SiteName> partners = ProbeChooser.Partners(sites[0], sites, neighbors, s => Array.IndexOf(sites, s), 1);
        Assert.That(partners, Is.Ordered.And.Unique);
        Assert.That(partners, Has.Count.EqualTo(ProbeChooser.Nearest + ProbeChooser.AtRandom + 1));
        Assert.That(partners, Is.SupersetOf(sites[1..17]).And.Contain(sites[400]).And.No.Member(sites[0]).And.No.Member(stranger));
    }

    [Test]
    public void Who_is_drawn_stays_drawn_as_others_come_and_go()
    {
        SiteName[] sites = Sites(500);
        IReadOnlyList<SiteName> before = ProbeChooser.Partners(sites[0], sites, [], _ => null, 5);
        IReadOnlyList<SiteName> after = ProbeChooser.Partners(sites[0], sites.Where((_, i) => i is 0 or > 25), [], _ => null, 5);
        Assert.That(after.Intersect(before).Count(), Is.GreaterThanOrEqualTo(before.Count - 8));
        Assert.That(ProbeChooser.Partners(sites[0], sites, [], _ => null, 6).Intersect(before).Count(), Is.LessThan(16), "another seed draws others");
    }

    private static SiteName[] Sites(int count) => [.. Enumerable.Range(0, count).Select(i => new SiteName($"s{i:000}"))];

    private SiteName? Next(long ticks, params SiteName[] sites) =>
        _chooser.Next(new Instant(ticks), sites, site => _measured.TryGetValue(site, out Instant at) ? at : null);
}

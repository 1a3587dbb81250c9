// How good guesses are where nobody measured: in generated worlds, in real networks, and where next to nothing is known.
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Tests.Latency;
using NUnit.Framework;

namespace Floodd.Tests.Measuring;

internal sealed class CompletionTests
{
    [TestCase("aws-13", 0.5, true, 0.20)]
    [TestCase("aws-13", 0.8, true, 0.35)]
    [TestCase("skyplane-60", 0.5, false, 0.09)]
    [TestCase("skyplane-60", 0.8, false, 0.16)]
    [TestCase("wondernetwork-242", 0.5, true, 0.075)]
    [TestCase("wondernetwork-242", 0.5, false, 0.075)]
    [TestCase("wondernetwork-242", 0.8, true, 0.085)]
    [TestCase("wondernetwork-242", 0.8, false, 0.085)]
    [TestCase("wondernetwork-242", 0.97, true, 0.13)]
    public void Half_of_the_guesses_in_a_real_network_are_off_by_no_more(string name, double hidden, bool withPlaces, double error)
    {
        var network = LatencyMatrix.Load(name);
        SiteName[] sites = [.. network.Names.Select(n => new SiteName(n))];
        var errors = new List<double>();
        for (ulong seed = 1; seed <= (network.Count < 100 ? 8u : 1u); seed++)
        {
            EstimateMatrix matrix = Known(sites, withPlaces ? network.PlaceOf : _ => null);
            var random = new Prng(seed);
            errors.AddRange(Errors(sites, matrix, network.RttMilliseconds, (_, _) => !random.Chance(hidden)));
        }

        TestContext.Out.WriteLine($"{name}, {hidden:P0} hidden{(withPlaces ? ", places known" : "")}: median error {Part(errors, 0.5):P1}, nine of ten below {Part(errors, 0.9):P1}");
        Assert.That(Part(errors, 0.5), Is.LessThan(error));
    }

    [Test]
    public void A_large_group_is_guessed_from_what_each_site_measures_of_its_partners([Values] bool withPlaces)
    {
        var world = new GeneratedWorld(1000, 7);
        EstimateMatrix matrix = Known(world.Names, i => withPlaces ? world.Places[i] : null);
        var partners = new HashSet<(int, int)>();
        Dictionary<SiteName, int> numbers = world.Names.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        for (int i = 0; i < 1000; i++)
        {
            partners.UnionWith(ProbeChooser.Partners(world.Names[i], world.Names, [], to => world.Rtts[i, numbers[to]], (ulong)i)
                .Select(to => (Math.Min(i, numbers[to]), Math.Max(i, numbers[to]))));
        }

        List<double> errors = Errors(world.Names, matrix, (i, j) => world.Rtts[i, j], (i, j) => partners.Contains((i, j)));
        TestContext.Out.WriteLine($"{partners.Count} pairs measured: median error {Part(errors, 0.5):P1}, nine of ten below {Part(errors, 0.9):P1}");
        Assert.That(Part(errors, 0.5), Is.LessThan(0.08));
        Assert.That(Part(errors, 0.9), Is.LessThan(0.3));
    }

    [Test]
    public void A_site_that_claims_to_be_near_to_all_is_not_believed_where_it_speaks_alone([Values] bool withPlaces)
    {
        var world = new GeneratedWorld(200, 11);
        EstimateMatrix matrix = Known(world.Names, i => withPlaces && i != 77 ? world.Places[i] : null);
        var random = new Prng(4);
        Errors(world.Names, matrix, (i, j) => world.Rtts[i, j], (i, j) => i != 77 && j != 77 && random.Chance(0.15));
        CompletedMatrix before = Completion.Of(world.Names, matrix, Instant.Zero);
        Assert.That(before.DistrustedSites, Is.Zero);
        for (int j = 0; j < 200; j++)
        {
            matrix.Put(Instant.Zero, world.Names[77], world.Names[j], new(0.1, 0, 1e11, TimeSpan.Zero));
        }

        matrix.Put(Instant.Zero, world.Names[5], world.Names[77], new(30, 0, 0, TimeSpan.Zero));
        CompletedMatrix after = Completion.Of(world.Names, matrix, Instant.Zero);
        Assert.That(after.DistrustedSites, Is.EqualTo(1));
        Assert.That(after.IsMeasured(5, 77) && after.Rtt(5, 77) == 30, "what both ends say is believed, the worse of it");
        Assert.That(after.MeasuredPairs, Is.EqualTo(before.MeasuredPairs + 1));
        Assert.That(Enumerable.Range(0, 200).Where(j => j is not 77).Select(j => after.Rtt(77, j)).Order().ElementAt(20), Is.GreaterThan(5));
    }

    [TestCase("aws-13")]
    [TestCase("skyplane-60")]
    [TestCase("wondernetwork-242")]
    public void Nobody_in_a_real_network_is_distrusted(string name)
    {
        var network = LatencyMatrix.Load(name);
        SiteName[] sites = [.. network.Names.Select(n => new SiteName(n))];
        EstimateMatrix matrix = Known(sites, _ => null);
        Errors(sites, matrix, network.RttMilliseconds, (_, _) => true);
        CompletedMatrix completed = Completion.Of(sites, matrix, Instant.Zero);
        Assert.That(completed.DistrustedSites, Is.Zero);
        Assert.That(completed.MeasuredShare, Is.EqualTo(1));
    }

    [Test]
    public void What_was_measured_stays_as_it_is()
    {
        var world = new GeneratedWorld(30, 3);
        EstimateMatrix matrix = Known(world.Names, _ => null);
        matrix.Put(Instant.Zero, world.Names[4], world.Names[9], new(12.34567, 1, 5000, TimeSpan.Zero));
        CompletedMatrix completed = Completion.Of(world.Names, matrix, Instant.Zero);
        Assert.That(completed.IsMeasured(9, 4));
        Assert.That(completed.Source(4, 9), Is.EqualTo(EstimateSource.Measured));
        Assert.That(completed.Rtt(9, 4), Is.EqualTo(12.34567f));
        Assert.That(completed.Bandwidth(4, 9), Is.EqualTo(5000));
        Assert.That(completed.Bandwidth(4, 8), Is.Zero);
        Assert.That(completed.Source(4, 8), Is.EqualTo(EstimateSource.Guessed));
        Assert.That(completed.MeasuredShare, Is.EqualTo(1.0 / (30 * 29 / 2)));
        Assert.That(completed.Rtt(7, 7), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(50)]
    public void With_nothing_known_all_ways_are_of_middle_length(int count)
    {
        SiteName[] sites = new GeneratedWorld(count, 1).Names;
        CompletedMatrix completed = Completion.Of(sites, new EstimateMatrix(TimeSpan.FromHours(1)), Instant.Zero);
        Assert.That(completed.Count, Is.EqualTo(count));
        Assert.That(completed.MeasuredShare, Is.EqualTo(count < 2 ? 1 : 0));
        Assert.That(Guesses(completed), Is.All.InRange(5, 150));
        Assert.That(count < 2 || Part(Guesses(completed), 0.5) is > 30 and < 70);
    }

    [Test]
    public void With_places_alone_the_guesses_are_those_of_fiber()
    {
        var world = new GeneratedWorld(100, 4);
        List<double> errors = Errors(world.Names, Known(world.Names, i => world.Places[i]), (i, j) => world.Rtts[i, j], (_, _) => false);
        TestContext.Out.WriteLine($"places alone: median error {Part(errors, 0.5):P1}, nine of ten below {Part(errors, 0.9):P1}");
        Assert.That(Part(errors, 0.5), Is.LessThan(0.25));
    }

    [Test]
    public void One_sites_pings_alone_give_a_plan_that_is_sane()
    {
        var world = new GeneratedWorld(100, 4);
        EstimateMatrix matrix = Known(world.Names, _ => null);
        List<double> errors = Errors(world.Names, matrix, (i, j) => world.Rtts[i, j], (i, _) => i == 0);
        CompletedMatrix completed = Completion.Of(world.Names, matrix, Instant.Zero);
        Assert.That(Guesses(completed), Is.All.InRange(Completion.ShortestGuessMilliseconds, 1000));
        Assert.That(Part(errors, 0.5), Is.LessThan(0.6));
    }

    [Test]
    public void The_guess_does_not_depend_on_who_was_known_or_heard_first()
    {
        var world = new GeneratedWorld(40, 2);
        var forth = new EstimateMatrix(TimeSpan.FromHours(1));
        var back = new EstimateMatrix(TimeSpan.FromHours(1));
        for (int i = 0; i < 40; i++)
        {
            forth.Know(world.Names[i], world.Places[i].Latitude);
            back.Know(world.Names[39 - i], world.Places[39 - i].Latitude);
        }

        (int A, int B)[] pairs = [.. Enumerable.Range(0, 40).SelectMany(i => Enumerable.Range(1, 5).Select(k => (i, (i + (k * k)) % 40)))];
        foreach (((int a, int b), (int c, int d)) in pairs.Zip(pairs.Reverse()))
        {
            forth.Put(Instant.Zero, world.Names[a], world.Names[b], new(world.Rtts[a, b], 0, 0, TimeSpan.Zero));
            back.Put(Instant.Zero, world.Names[c], world.Names[d], new(world.Rtts[c, d], 0, 0, TimeSpan.Zero));
        }

        Assert.That(Guesses(Completion.Of(world.Names, back, Instant.Zero)), Is.EqualTo(Guesses(Completion.Of(world.Names, forth, Instant.Zero))));
    }

    [Test]
    public void The_guesses_are_the_same_on_every_machine()
    {
        // Of the machine that this was first run on; FNV-1a over the guesses in 1/64 ms.
        var world = new GeneratedWorld(60, 5);
        EstimateMatrix matrix = Known(world.Names, i => i % 3 == 0 ? null : world.Places[i]);
        var random = new Prng(9);
        Errors(world.Names, matrix, (i, j) => Math.Round(world.Rtts[i, j]), (_, _) => random.Chance(0.3));
        ulong hash = 14695981039346656037;
        foreach (double guess in Guesses(Completion.Of(world.Names, matrix, Instant.Zero)))
        {
            hash = (hash ^ (ulong)(guess * 64)) * 1099511628211;
        }

        Assert.That(hash, Is.EqualTo(5612229355332562227));
    }

    private static EstimateMatrix Known(SiteName[] sites, Func<int, (double Latitude, double Longitude)?> placeOf)
    {
        var matrix = new EstimateMatrix(TimeSpan.FromHours(1));
        for (int i = 0; i < sites.Length; i++)
        {
            matrix.Know(sites[i], placeOf(i)?.Latitude, placeOf(i)?.Longitude);
        }

        return matrix;
    }

    // Has the pairs measured that are to be, completes, and gives the relative errors of the others.
    private static List<double> Errors(SiteName[] sites, EstimateMatrix matrix, Func<int, int, double> rtt, Func<int, int, bool> isMeasured)
    {
        for (int i = 0; i < sites.Length; i++)
        {
            for (int j = i + 1; j < sites.Length; j++)
            {
                if (isMeasured(i, j))
                {
                    matrix.Put(Instant.Zero, sites[i], sites[j], new(rtt(i, j), 0, 0, TimeSpan.Zero));
                }
            }
        }

        CompletedMatrix completed = Completion.Of(sites, matrix, Instant.Zero);
        var errors = new List<double>();
        for (int i = 0; i < sites.Length; i++)
        {
            for (int j = i + 1; j < sites.Length; j++)
            {
                if (!completed.IsMeasured(i, j))
                {
                    errors.Add(Math.Abs(completed.Rtt(i, j) - rtt(i, j)) / rtt(i, j));
                }
            }
        }

        return errors;
    }

    private static List<double> Guesses(CompletedMatrix completed) =>
        [.. Enumerable.Range(0, completed.Count).SelectMany(i => Enumerable.Range(0, i).Where(j => !completed.IsMeasured(i, j)).Select(j => (double)completed.Rtt(i, j)))];

    private static double Part(List<double> values, double part) => values.Order().ElementAt((int)(values.Count * part));
}

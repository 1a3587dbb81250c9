// Guesses what nobody has measured from what was, so that a young group has a plan. What was measured is never changed.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// Fills in the round trips of all pairs: coordinates fitted to what was measured, then moved by what near sites measured. Where
/// sites state their places, these say what little the measurements leave open.
/// </summary>
public static class Completion
{
    /// <summary>What a round trip is taken to be when nothing at all is known, in milliseconds: between that of a continent and that of two.</summary>
    public const double DefaultMilliseconds = 50;

    /// <summary>The shortest guess, in milliseconds: a guess must not beat a good measurement.</summary>
    public const double ShortestGuessMilliseconds = 0.25;

    // Guesses are multiples of 1/64 ms: nobody takes them for measurements to the microsecond.
    private const double Grain = 64;

    // A round trip by places counts a twentieth of a measured one; the typical one, for a site of which nearly nothing is known, a hundredth.
    private const double PlaceWeight = 0.05;
    private const double TypicalWeight = 0.01;
    private const int HintsForEach = 12;
    private const int NearlyNothing = 3;

    /// <summary>All pairs of <paramref name="members"/>: measured ones as they are, the others guessed. The same on every machine.</summary>
    /// <param name="members">The sites, none twice.</param>
    /// <param name="matrix">What was measured, and where sites say that they are.</param>
    /// <param name="now">The time, for what is stale.</param>
    public static CompletedMatrix Of(IReadOnlyList<SiteName> members, EstimateMatrix matrix, Instant now)
    {
        var completed = new CompletedMatrix(members);
        var alone = new LoneClaims(members.Count);
        matrix.VisitMeasured(now, members, (i, j, estimate, witness) =>
        {
            completed.SetMeasured(i, j, estimate);
            if (witness >= 0)
            {
                alone.Add(witness, witness == i ? j : i);
            }
        });
        completed.DistrustedSites = alone.Reject(completed);
        if (completed.MeasuredShare < 1)
        {
            Guess(completed, [.. members.Select(matrix.PlaceOf)], Samples(completed));
        }

        return completed;
    }

    // Row by row: what the fit comes to depends on the order of samples, and that must not depend on who was known first.
    private static List<PairSample> Samples(CompletedMatrix matrix)
    {
        var samples = new List<PairSample>(matrix.MeasuredPairs);
        for (int i = 0; i < matrix.Count; i++)
        {
            for (int j = i + 1; j < matrix.Count; j++)
            {
                if (matrix.IsMeasured(i, j))
                {
                    samples.Add(new(i, j, matrix.Rtt(i, j), 1));
                }
            }
        }

        return samples;
    }

    private static void Guess(CompletedMatrix matrix, Place?[] places, List<PairSample> samples)
    {
        double[] sorted = [.. samples.Select(s => s.Milliseconds).Order()];
        double typical = sorted.Length > 0 ? sorted[sorted.Length / 2] : DefaultMilliseconds;
        AddHints(matrix, places, typical, samples);
        var neighborhood = new Neighborhood(matrix, Coordinates.Fit(places, typical, [.. samples]));
        for (int i = 0; i < matrix.Count; i++)
        {
            for (int j = i + 1; j < matrix.Count; j++)
            {
                if (!matrix.IsMeasured(i, j))
                {
                    matrix.SetGuessed(i, j, Math.Round(Math.Clamp(neighborhood.Rtt(i, j), ShortestGuessMilliseconds, ClaimJudge.LongestRttMilliseconds) * Grain) / Grain);
                }
            }
        }
    }

    // Some pairs of each site that were not measured: by their places, or, for a site that hardly anybody measured, the typical round trip.
    private static void AddHints(CompletedMatrix matrix, Place?[] places, double typical, List<PairSample> samples)
    {
        int[] known = new int[places.Length];
        foreach (PairSample sample in samples)
        {
            known[sample.A]++;
            known[sample.B]++;
        }

        var random = new Prng(2);
        for (int i = 0; i < places.Length; i++)
        {
            for (int hint = 0; hint < HintsForEach; hint++)
            {
                int j = random.Next(places.Length);
                if (j == i || matrix.IsMeasured(i, j))
                {
                    continue;
                }

                if (places[i] is { } here && places[j] is { } there)
                {
                    samples.Add(new(i, j, Place.FiberMilliseconds(Place.Kilometers(here, there)), PlaceWeight));
                }
                else if (known[i] <= NearlyNothing || known[j] <= NearlyNothing)
                {
                    samples.Add(new(i, j, typical, TypicalWeight));
                }
            }
        }
    }
}

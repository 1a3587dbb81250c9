// Guesses what nobody has measured from what was, so that a young group has a plan. What was measured is never changed.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>Fills in the round trips of all pairs.</summary>
public static class Completion
{
    /// <summary>What a round trip is taken to be when nothing at all is known, in milliseconds: between that of a continent and that of two.</summary>
    public const double DefaultMilliseconds = 50;

    /// <summary>All pairs of <paramref name="members"/>: measured ones as they are, the others guessed. The same on every machine.</summary>
    /// <param name="members">The sites.</param>
    /// <param name="matrix">What was measured, and where sites say that they are.</param>
    /// <param name="now">The time, for what is stale.</param>
    public static CompletedMatrix Of(IReadOnlyList<SiteName> members, EstimateMatrix matrix, Instant now)
    {
        var completed = new CompletedMatrix(members);
        var samples = new List<PairSample>();
        matrix.VisitMeasured(now, members, (i, j, estimate) =>
        {
            completed.SetMeasured(i, j, estimate);
            samples.Add(new(i, j, estimate.RttMilliseconds));
        });
        if (completed.MeasuredShare < 1)
        {
            Place?[] places = [.. members.Select(matrix.PlaceOf)];
            var coordinates = Coordinates.Fit(members.Count, places, samples);
            for (int i = 0; i < members.Count; i++)
            {
                for (int j = i + 1; j < members.Count; j++)
                {
                    if (!completed.IsMeasured(i, j))
                    {
                        completed.SetGuessed(i, j, coordinates.Rtt(i, j));
                    }
                }
            }
        }

        return completed;
    }
}

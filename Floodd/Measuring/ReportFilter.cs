// Which of a site's beliefs are worth reporting: those that have changed, and those that others would soon hold for stale.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// Remembers what was last reported of each member. A quiet network reports each belief once in <paramref name="refreshAfter"/>.
/// </summary>
/// <param name="refreshAfter">When an unchanged belief is reported again; half of what makes it stale leaves room for a lost report.</param>
public sealed class ReportFilter(TimeSpan refreshAfter)
{
    /// <summary>The least change of a round trip, as a part of it: a twentieth; a planner looks at nothing below a tenth.</summary>
    public const double LeastPart = 0.05;

    /// <summary>The least change of a round trip, in milliseconds: what scheduling alone makes of two medians.</summary>
    public const double LeastMilliseconds = 0.3;

    /// <summary>The least change of a bandwidth, as a factor: measurements of one and the same differ by so much.</summary>
    public const double LeastFactor = 1.25;

    private readonly Dictionary<SiteName, (Instant At, Estimate Estimate)> _reported = [];

    /// <summary>When an unchanged belief is reported again.</summary>
    public TimeSpan RefreshAfter { get; set; } = refreshAfter;

    /// <summary>Whether a belief is to be reported now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="to">The member at the other end.</param>
    /// <param name="belief">What is believed of the way there.</param>
    public bool IsDue(Instant now, SiteName to, in Estimate belief) =>
        !_reported.TryGetValue(to, out (Instant At, Estimate Estimate) last)
        || HasChanged(last.Estimate, belief)
        || (now - last.At >= RefreshAfter && belief.MeasuredAt > last.Estimate.MeasuredAt);

    /// <summary>Notes what was reported.</summary>
    public void Reported(Instant now, SiteName to, in Estimate belief) => _reported[to] = (now, belief);

    /// <summary>Forgets what was reported of a member.</summary>
    public void Forget(SiteName to) => _reported.Remove(to);

    // A way whose samples lie far apart has a belief that wavers: by a quarter of the spread or so with fifteen samples. Half of the spread is no news.
    private static bool HasChanged(in Estimate before, in Estimate after)
    {
        double wavers = Math.Min(before.SpreadMilliseconds, after.SpreadMilliseconds) / 2;
        double least = Math.Max(wavers, Math.Max(LeastMilliseconds, LeastPart * before.RttMilliseconds));
        return Math.Abs(after.RttMilliseconds - before.RttMilliseconds) > least
            || after.BytesPerSecond > before.BytesPerSecond * LeastFactor
            || after.BytesPerSecond * LeastFactor < before.BytesPerSecond;
    }
}

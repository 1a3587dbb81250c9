// Whether a claim can be true at all. Looks at one claim alone; whom to believe when two differ is for the matrix.
namespace Floodd.Measuring;

/// <summary>The rules that need no second opinion (threats: estimates that are false, not a number, negative or stale).</summary>
public static class ClaimJudge
{
    /// <summary>The longest round trip, in milliseconds: a minute, twenty times that of a geostationary satellite with a bad queue.</summary>
    public const double LongestRttMilliseconds = 60_000;

    /// <summary>The shortest round trip, in milliseconds: one tick of the clock; what is less took no time.</summary>
    public const double ShortestRttMilliseconds = 1.0 / TimeSpan.TicksPerMillisecond;

    /// <summary>The largest bandwidth, in bytes per second: a terabyte, more than any one connection gets.</summary>
    public const double LargestBytesPerSecond = 1e12;

    /// <summary>Light in fiber, 0.67 of its speed in vacuum, in kilometers per millisecond.</summary>
    public const double FiberKilometersPerMillisecond = 299.792458 * 0.67;

    /// <summary>
    /// What a round trip may be too short, in milliseconds. Stated places are towns, not machines: 50 km off at each end is one
    /// millisecond there and back. (Of 26,796 measured pairs between 242 real towns 55 are too fast by more than that: all but two of
    /// them end in one of three towns that share their name with others: the coordinates are wrong, not the clocks.)
    /// </summary>
    public const double LightToleranceMilliseconds = 1;

    /// <summary>Why the claim cannot be believed; null if it can.</summary>
    /// <param name="claim">What was said.</param>
    /// <param name="staleAfter">The oldest measurement that still counts.</param>
    /// <param name="kilometers">The way over ground between both sites' stated places; null if one states none.</param>
    public static Rejection? Judge(in Claim claim, TimeSpan staleAfter, double? kilometers = null) =>
        !double.IsFinite(claim.RttMilliseconds) || !double.IsFinite(claim.SpreadMilliseconds) || !double.IsFinite(claim.BytesPerSecond) ? Rejection.NotANumber
        : claim.RttMilliseconds < ShortestRttMilliseconds || claim.SpreadMilliseconds < 0 || claim.BytesPerSecond < 0 || claim.Age < TimeSpan.Zero ? Rejection.Negative
        : claim.RttMilliseconds > LongestRttMilliseconds || claim.SpreadMilliseconds > LongestRttMilliseconds || claim.BytesPerSecond > LargestBytesPerSecond ? Rejection.Absurd
        : claim.Age > staleAfter ? Rejection.Stale
        : kilometers is { } way && 2 * way / FiberKilometersPerMillisecond > claim.RttMilliseconds + LightToleranceMilliseconds ? Rejection.FasterThanLight
        : null;
}

// What is believed of the way between two sites, and whether anybody measured it. A value: never changes.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>Where an estimate comes from.</summary>
public enum EstimateSource
{
    /// <summary>One of the two sites measured it, or both did.</summary>
    Measured,

    /// <summary>Nobody measured it: computed from what was measured elsewhere, or from where the sites are.</summary>
    Guessed,
}

/// <summary>What is believed of the way between two sites.</summary>
/// <param name="RttMilliseconds">The round trip, without the queues that stand now and then.</param>
/// <param name="SpreadMilliseconds">How far its samples lie apart: the middle half of them.</param>
/// <param name="BytesPerSecond">What the way carries; 0 if unknown.</param>
/// <param name="MeasuredAt">When the older of the two ends that say so measured it, on this site's own clock.</param>
/// <param name="Source">Where it comes from.</param>
public readonly record struct Estimate(double RttMilliseconds, double SpreadMilliseconds, double BytesPerSecond, Instant MeasuredAt, EstimateSource Source);

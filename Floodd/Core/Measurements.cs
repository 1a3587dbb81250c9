// What this site itself has measured of the way to one other. Nouns only: what samples mean is for Measuring.
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>The filters of one site.</summary>
internal sealed class Measurements
{
    public RoundTripFilter RoundTrip { get; } = new();

    public BandwidthFilter Bandwidth { get; } = new();

    /// <summary>When a probe was last sent, whatever came of it.</summary>
    public Instant ProbedAt { get; set; }

    /// <summary>When bursts were last to be sent, whatever came of it.</summary>
    public Instant BurstAt { get; set; }

    /// <summary>How often that was.</summary>
    public long BurstTries { get; set; }

    /// <summary>Whether a round trip that more samples would hardly change was told to the others.</summary>
    public bool IsToldSettled { get; set; }

    /// <summary>What is believed now; null before the first sample.</summary>
    public Estimate? Estimate => RoundTrip.RoundTrip is { } trip
        ? new Estimate(trip.TotalMilliseconds, RoundTrip.Spread.TotalMilliseconds, Bandwidth.BytesPerSecond ?? 0, RoundTrip.MeasuredAt, EstimateSource.Measured)
        : null;
}

// One measurement on a connection of its own, at either end of it. Nouns only.
using Floodd.Measuring;

namespace Floodd.Core;

/// <summary>What a connection that only measures is at.</summary>
internal sealed class Probe
{
    /// <summary>Pings still to be sent; at the other end 0.</summary>
    public int PingsLeft { get; set; }

    /// <summary>The shortest round trip that they took.</summary>
    public TimeSpan RoundTrip { get; set; } = TimeSpan.MaxValue;

    /// <summary>How large the next burst is; null when the bandwidth is not asked for, and at the other end.</summary>
    public BurstPlan? Bursts { get; init; }

    /// <summary>The number of the burst under way; 0 before the first.</summary>
    public long Burst { get; set; }

    /// <summary>At the other end: the burst that is coming in.</summary>
    public BurstArrival Arrival { get; set; } = new();

    /// <summary>At the other end: filler of all bursts so far, in bytes.</summary>
    public long FillerBytes { get; set; }
}

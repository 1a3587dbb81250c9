// The site's clock: it never goes back and is never set. It knows nothing of the time of day.
using System.Diagnostics;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>Counts from its own creation.</summary>
internal sealed class MonotonicClock
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>How long the clock exists.</summary>
    public Instant Now => new(Stopwatch.GetElapsedTime(_start).Ticks);
}

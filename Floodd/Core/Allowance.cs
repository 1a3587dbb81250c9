// How much of something may be done now: it grows with time up to a bound and is spent. Knows no clock but the one it is given.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>A token bucket that may be overdrawn once: what was begun is done, what comes next waits.</summary>
internal sealed class Allowance
{
    private double _left = double.NaN;
    private Instant _at;

    /// <summary>Spends.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cost">How much.</param>
    /// <param name="rate">What comes in each second.</param>
    /// <param name="burst">The most that can be saved.</param>
    /// <returns>How long nothing more may be spent; zero if there is something left.</returns>
    public TimeSpan Spend(Instant now, double cost, double rate, double burst)
    {
        _left = double.IsNaN(_left) ? burst : Math.Min(burst, _left + (rate * (now - _at).TotalSeconds));
        _at = now;
        _left -= cost;
        return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_left / rate);
    }
}

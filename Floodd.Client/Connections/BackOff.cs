// How long to wait before the next attempt. Doubles, with jitter, so that a thousand clients do not come back in step.
namespace Floodd.Client.Connections;

/// <summary>Waits that grow from a first to a longest one.</summary>
internal sealed class BackOff
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _max;
    private TimeSpan _next;

    /// <summary>Begins with the first wait.</summary>
    public BackOff(TimeSpan first, TimeSpan max)
    {
        _first = first;
        _max = max;
        _next = first;
    }

    /// <summary>The next wait: between half and all of a span that doubles each time.</summary>
    public TimeSpan Next()
    {
        TimeSpan wait = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = TimeSpan.FromTicks(Math.Min(_max.Ticks, _next.Ticks * 2));
        return wait;
    }

    /// <summary>It worked: the next wait is the first again.</summary>
    public void Reset() => _next = _first;
}

// A point on the site's own monotonic clock. Never a wall-clock time, never compared between sites.
namespace Floodd.Model;

/// <summary>A point on the monotonic clock of one site, in ticks of 100 ns since an arbitrary start.</summary>
/// <param name="Ticks">Ticks of 100 ns; 0 is the site's start.</param>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>The start of the clock.</summary>
    public static readonly Instant Zero;

    /// <summary>Later than every point that is ever reached.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>The point <paramref name="after"/> later; <see cref="Never"/> stays <see cref="Never"/>.</summary>
    public static Instant operator +(Instant instant, TimeSpan after) =>
        instant == Never || after == TimeSpan.MaxValue ? Never : new(instant.Ticks + after.Ticks);

    /// <summary>The time between two points; negative when <paramref name="left"/> is the earlier one.</summary>
    public static TimeSpan operator -(Instant left, Instant right) => new(left.Ticks - right.Ticks);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    /// <summary>Orders by time.</summary>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <summary>Seconds since the start, with milliseconds.</summary>
    public override string ToString() =>
        this == Never ? "never" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Ticks / 1e7:F3}s");
}

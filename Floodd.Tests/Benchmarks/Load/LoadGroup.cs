// What the group of a measurement is like, but for its size: how its sites are linked, what their ways carry, who takes the updates. Values only.
namespace Floodd.Tests.Benchmarks.Load;

/// <summary>A kind of group.</summary>
internal sealed record LoadGroup
{
    /// <summary>So many ways between any two sites.</summary>
    public int Connectivity { get; init; } = 2;

    /// <summary>Whether the sites are linked one behind the other, the first to the last, and not as the master plans.</summary>
    public bool IsChained { get; init; }

    /// <summary>Whether <c>cat</c> takes the updates at each site, and not a subscriber.</summary>
    public bool IsExported { get; init; }

    /// <summary>What every way between two sites carries in each direction, in Mbit/s, after 1 ms; 0 for this machine's loopback.</summary>
    public int Megabits { get; init; }

    /// <summary>How long a way takes for so many bytes, at least.</summary>
    public TimeSpan TimeOf(long bytes) => Megabits > 0 ? TimeSpan.FromSeconds(bytes * 8 / (Megabits * 1e6)) : TimeSpan.Zero;
}

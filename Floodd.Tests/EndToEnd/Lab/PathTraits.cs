// How the way from one site of a lab to another is meant to be. Values only.
namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>One direction between two sites.</summary>
internal sealed record PathTraits
{
    /// <summary>Immediate and without bounds.</summary>
    public static readonly PathTraits Open = new();

    /// <summary>From the last bit that leaves to its arrival.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bits of IP datagrams, headers included, that leave in a second; 0 for as many as come.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>How long a datagram may have to wait for those before it until it is dropped instead; with a rate only.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The share of datagrams that are lost, 0 to 1, each by chance.</summary>
    public double Loss { get; init; }

    /// <summary>Whether nothing gets through.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether every TCP datagram is thrown away and answered with a reset, as by a firewall that rejects.</summary>
    public bool IsRefused { get; init; }

    /// <summary>
    /// Whether nothing gets through that belongs to a TCP connection from before this was set, as by a firewall that has forgotten it;
    /// connections made from then on do. To be set in both directions.
    /// </summary>
    public bool ForgetsConnections { get; init; }

    /// <summary>With a delay in milliseconds.</summary>
    public static PathTraits Delayed(double milliseconds) => new() { Delay = TimeSpan.FromMilliseconds(milliseconds) };

    /// <summary>With a delay in milliseconds and a rate in megabits (10^6) per second.</summary>
    public static PathTraits Limited(double milliseconds, double megabits) =>
        Delayed(milliseconds) with { BitsPerSecond = (long)(megabits * 1e6) };
}

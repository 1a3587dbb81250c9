// How a client behaves. Values only, each with its unit, range and default.
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Floodd.Client;

/// <summary>Options of a <see cref="FlooddClient"/>. Most can also be said in a connection string, see <see cref="Parse"/>.</summary>
public sealed partial record FlooddClientOptions
{
    /// <summary>
    /// The daemons, at least one, in order of preference. The first that greets is taken. When its connection is lost the next one is tried first and it
    /// itself last; round by round, without end, with a growing wait between rounds. Default: 127.0.0.1:2000.
    /// </summary>
    public ImmutableArray<FlooddEndpoint> Endpoints { get; init; } = [new("127.0.0.1", FlooddEndpoint.DefaultPort)];

    /// <summary>Whether the order of <see cref="Endpoints"/> is shuffled when the client begins, so that many clients spread over them. Default: false.</summary>
    public bool Randomize { get; init; }

    /// <summary>
    /// Whether <see cref="FlooddClient.ConnectAsync(FlooddClientOptions, CancellationToken)"/> tries each endpoint once and throws if none greets. Else it
    /// returns at once and the client connects in the background. Default: true.
    /// </summary>
    public bool RequireInitialConnect { get; init; } = true;

    /// <summary>How long connecting to one endpoint may take, its greeting included: 1 ms to 1 h. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a request waits for a connection before it fails with the reason why there is none: 0 to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>.
    /// Counts from when it was made, or from when the connection was lost if that was later. A request that waits for its reply is not limited by it.
    /// Default: 30 s.
    /// </summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after the first round of attempts to connect: 1 ms to 1 h; each further one doubles it; in truth between half and all of that. Default: 100 ms.</summary>
    public TimeSpan BackOffFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between rounds, from <see cref="BackOffFirst"/> to 1 h. Default: 30 s.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how long a silence a daemon is asked for a sign of life: 1 ms to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/> for never. An idle connection
    /// is pinged. While requests are open a second connection is made, as a daemon may rightly keep a publisher waiting: if it is not greeted within
    /// <see cref="ConnectTimeout"/>, the connection counts as lost. Keep it below the daemon's session-idle-timeout (300 s) and session-first-timeout (60 s).
    /// Default: 30 s.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a flood whose receipt was lost is sent again after the reconnect, to whichever endpoint, under a key that makes sure that it is flooded once.
    /// If false, it fails and says so, and only floods whose caller gives a key have one. Default: true.
    /// </summary>
    public bool RetryFloods { get; init; } = true;

    /// <summary>How many requests may be without a reply at once, 1 to 1,000,000; more wait their turn, in order, until there is room. Default: 16,384.</summary>
    public int RequestsMax { get; init; } = 16_384;

    /// <summary>How many bytes of updates may be without a receipt at once, at least 1; a larger update goes alone. Default: 16 MiB.</summary>
    public long RequestBytesMax { get; init; } = 16 << 20;

    /// <summary>The largest update that is read into memory, from a stream of unknown size or from a subscription: 1 to 2,147,483,591 bytes. Default: 64 MiB.</summary>
    public int UpdateSizeMax { get; init; } = 64 << 20;

    /// <summary>How long the answer of <see cref="FlooddClient.NearestAsync"/> is good for: 0 to 24 days. Default: 5 min.</summary>
    public TimeSpan NearestLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many candidates <see cref="FlooddClient.NearestAsync"/> pings at once, 1 to 100. Default: 5.</summary>
    public int NearestCandidates { get; init; } = 5;

    /// <summary>Where the client logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock of all waits, limits and ages. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether every value is in its range.</summary>
    /// <exception cref="ArgumentException">One is not; it is named.</exception>
    internal void Check()
    {
        if (Endpoints.IsDefaultOrEmpty)
        {
            throw new ArgumentException("no endpoint is given", nameof(Endpoints));
        }

        foreach (FlooddEndpoint endpoint in Endpoints)
        {
            if (string.IsNullOrEmpty(endpoint.Host) || endpoint.Host.Length > HostMax || endpoint.Host.Any(c => c <= ' ') || endpoint.Port is < 1 or > 65535)
            {
                throw new ArgumentException($"'{endpoint}' is no endpoint", nameof(Endpoints));
            }
        }

        Within(ConnectTimeout, Shortest, Hour, nameof(ConnectTimeout));
        WithinOrNever(ReconnectTimeout, TimeSpan.Zero, nameof(ReconnectTimeout));
        Within(BackOffFirst, Shortest, Hour, nameof(BackOffFirst));
        Within(BackOffMax, BackOffFirst, Hour, nameof(BackOffMax));
        WithinOrNever(KeepAlive, Shortest, nameof(KeepAlive));
        Within(RequestsMax, 1, 1_000_000, nameof(RequestsMax));
        Within(RequestBytesMax, 1, long.MaxValue, nameof(RequestBytesMax));
        Within(UpdateSizeMax, 1, Array.MaxLength, nameof(UpdateSizeMax));
        Within(NearestLifetime, TimeSpan.Zero, Longest, nameof(NearestLifetime));
        Within(NearestCandidates, 1, 100, nameof(NearestCandidates));
        ArgumentNullException.ThrowIfNull(LoggerFactory, nameof(LoggerFactory));
        ArgumentNullException.ThrowIfNull(TimeProvider, nameof(TimeProvider));
    }

    // No name is longer.
    private const int HostMax = 255;

    // A timer holds no more than 2^32 ms at once.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    private static void WithinOrNever(TimeSpan value, TimeSpan least, string name)
    {
        if (value != Timeout.InfiniteTimeSpan)
        {
            Within(value, least, Longest, name);
        }
    }

    private static void Within<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{least} to {most}");
        }
    }
}

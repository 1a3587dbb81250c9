// How a client behaves. Values only, each with its default.
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Floodd.Client;

/// <summary>Options of a <see cref="FlooddClient"/>.</summary>
public sealed record FlooddClientOptions
{
    /// <summary>The daemons to connect to, in order of preference. Default: 127.0.0.1:2000.</summary>
    public ImmutableArray<FlooddEndpoint> Endpoints { get; init; } = [new("127.0.0.1", FlooddEndpoint.DefaultPort)];

    /// <summary>
    /// Whether <see cref="FlooddClient.ConnectAsync(FlooddClientOptions, CancellationToken)"/> tries each endpoint once and throws if none greets. Else it
    /// returns at once and the client connects in the background. Default: true.
    /// </summary>
    public bool RequireInitialConnect { get; init; } = true;

    /// <summary>How long connecting to one endpoint may take, its greeting included. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for a lost connection to come back before it fails. Default: 30 s.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before the second attempt to connect; each further one doubles it, with jitter. Default: 100 ms.</summary>
    public TimeSpan BackOffFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between attempts. Default: 30 s.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how long a silence a daemon is asked for a sign of life: 1 ms to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/> for never. Default: 30 s.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest update that is sent from a stream or taken from a subscription, in bytes. Default: 64 MiB.</summary>
    public int UpdateSizeMax { get; init; } = 64 << 20;

    /// <summary>How long the answer of <see cref="FlooddClient.NearestAsync"/> is good for. Default: 5 min.</summary>
    public TimeSpan NearestLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many candidates <see cref="FlooddClient.NearestAsync"/> pings at once, 1 to 100. Default: 5.</summary>
    public int NearestCandidates { get; init; } = 5;

    /// <summary>Where the client logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock of all waits, limits and ages. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

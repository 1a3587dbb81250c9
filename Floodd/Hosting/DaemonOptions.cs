// What a daemon is given beside its configuration. Nothing that a user configures.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Floodd.Hosting;

/// <summary>The surroundings of one daemon.</summary>
internal sealed record DaemonOptions
{
    /// <summary>Where its notes go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>The number of its life; null makes a new one.</summary>
    public ulong? Incarnation { get; init; }

    /// <summary>Whether the process is this daemon's alone, so that it may look after the heap.</summary>
    public bool HasProcess { get; init; }

    /// <summary>For its randomness; null makes a new one.</summary>
    public ulong? Seed { get; init; }
}

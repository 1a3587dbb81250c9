// How a receiving behaves. Values only, each with its default.
namespace Floodd.Client.Hosting;

/// <summary>Options of a <see cref="FloodReceiving"/>.</summary>
public sealed record FloodReceiverOptions
{
    /// <summary>The group; null, the default, for the daemon's only one.</summary>
    public string? Group { get; init; }

    /// <summary>Where the position is kept, for example in a <see cref="FloodPositionFile"/>.</summary>
    public required IFloodPositions Positions { get; init; }

    /// <summary>Where to begin if no position was ever stored. Default: <see cref="FloodPosition.Now"/>. Where that was is stored at once.</summary>
    public FloodPosition From { get; init; } = FloodPosition.Now;

    /// <summary>After how many updates the position is stored, at least 1: so many come again at most after a crash. Default: 100.</summary>
    public int StoreEvery { get; init; } = 100;

    /// <summary>How long after an update was taken the position is stored at the latest, 0 to 24 days. Default: 1 s.</summary>
    public TimeSpan StoreAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait before an update that failed is given to the receiver again: 1 ms to 1 h; each further one doubles it, with jitter. Default: 100 ms.</summary>
    public TimeSpan BackOffFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest of these waits, from <see cref="BackOffFirst"/> to 1 h. Default: 30 s.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an update is tried, at least 1; null, the default, for without end. Those behind it wait meanwhile.</summary>
    public int? TriesMax { get; init; }

    /// <summary>
    /// Takes an update that has failed <see cref="TriesMax"/> times, with the last failure; when the task has ended well the update counts as taken. Default: none,
    /// and then the receiving ends with the failure, and a host that runs it stops.
    /// </summary>
    public Func<FloodUpdate, Exception, CancellationToken, Task>? OnGivenUp { get; init; }

    /// <summary>Whether every value is in its range.</summary>
    /// <exception cref="ArgumentException">One is not; it is named.</exception>
    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Positions, nameof(Positions));
        ArgumentNullException.ThrowIfNull(From, nameof(From));
        ArgumentOutOfRangeException.ThrowIfLessThan(StoreEvery, 1, nameof(StoreEvery));
        ArgumentOutOfRangeException.ThrowIfLessThan(StoreAfter, TimeSpan.Zero, nameof(StoreAfter));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StoreAfter, TimeSpan.FromDays(24), nameof(StoreAfter));
        ArgumentOutOfRangeException.ThrowIfLessThan(BackOffFirst, TimeSpan.FromMilliseconds(1), nameof(BackOffFirst));
        ArgumentOutOfRangeException.ThrowIfLessThan(BackOffMax, BackOffFirst, nameof(BackOffMax));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BackOffMax, TimeSpan.FromHours(1), nameof(BackOffMax));
        ArgumentOutOfRangeException.ThrowIfLessThan(TriesMax ?? 1, 1, nameof(TriesMax));
    }
}

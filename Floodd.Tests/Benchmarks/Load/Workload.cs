// What is flooded in one measurement: how many updates of what size, by whom, how fast. W1 to W5 are those that other systems were measured with.
namespace Floodd.Tests.Benchmarks.Load;

/// <summary>A workload.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Updates from each site that floods.</param>
/// <param name="Size">Bytes of each.</param>
/// <param name="PerSecond">How many a second; 0 for as fast as they are taken.</param>
/// <param name="FromAll">Whether every site floods, and not only the first.</param>
/// <param name="Beside">What another client floods at the last site at the same time, whose delays do not count; null for nothing.</param>
/// <param name="IsBesideApart">Whether that is in another group, with subscribers of its own.</param>
internal sealed record Workload(string Name, int Count, int Size, int PerSecond = 0, bool FromAll = false, Workload? Beside = null, bool IsBesideApart = false)
{
    private const int Large = 100 << 20;

    public static readonly Workload[] All =
    [
        new("W1", 200_000, 128),
        new("W2", 50_000, 4096),
        new("W3", 400, 1 << 20),
        new("W4", 2_000, 128, PerSecond: 500),
        new("W5", 20_000, 128, FromAll: true),
        new("W1x", 1_000_000, 128),
        new("L1", 1, Large),
        new("L4", 2_000, 128, PerSecond: 500, Beside: new("L1", 4, Large), IsBesideApart: true),
        new("L4s", 2_000, 128, PerSecond: 500, Beside: new("L1", 4, Large)),
    ];

    /// <summary>Updates in all.</summary>
    /// <param name="sites">How many sites there are.</param>
    public int Total(int sites) => (FromAll ? Count * sites : Count) + (Beside?.Count ?? 0);
}

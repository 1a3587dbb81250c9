// What is flooded in one measurement: how many updates of what size, by whom, how fast. The five that other systems were measured with.
namespace Floodd.Tests.Benchmarks.Load;

/// <summary>A workload.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Updates from each site that floods.</param>
/// <param name="Size">Bytes of each.</param>
/// <param name="PerSecond">How many a second; 0 for as fast as they are taken.</param>
/// <param name="FromAll">Whether every site floods, and not only the first.</param>
internal sealed record Workload(string Name, int Count, int Size, int PerSecond = 0, bool FromAll = false)
{
    public static readonly Workload[] All =
    [
        new("W1", 200_000, 128),
        new("W2", 50_000, 4096),
        new("W3", 400, 1 << 20),
        new("W4", 2_000, 128, PerSecond: 500),
        new("W5", 20_000, 128, FromAll: true),
        new("W1x", 1_000_000, 128),
    ];

    /// <summary>Updates in all.</summary>
    /// <param name="sites">How many sites there are.</param>
    public int Total(int sites) => FromAll ? Count * sites : Count;
}

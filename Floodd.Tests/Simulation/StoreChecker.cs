// Checks after every step that a store keeps to its bound.
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of stores.</summary>
internal static class StoreChecker
{
    /// <summary>Throws if more is charged than may be, or less than nothing.</summary>
    /// <returns>What is charged.</returns>
    public static long Check(SiteName site, long charged, long max) =>
        charged >= 0 && charged <= max ? charged : throw new ViolationException($"{site} charges its store {charged} bytes of {max}");
}

// A fault as it is done to a group: its name, what it does, and whom it leaves in peace. Values only; Strikes has them all.
namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>A kind of fault.</summary>
/// <param name="Kind">Its name in the table and on the command line.</param>
/// <param name="Seconds">About how long it lasts.</param>
/// <param name="Do">Does it from beginning to end, and says what it did.</param>
internal sealed record Strike(string Kind, double Seconds, Func<FaultGroup, Random, Struck> Do);

/// <summary>What a fault did.</summary>
/// <param name="What">In words.</param>
/// <param name="LeavesInPeace">Whether a pair of origin and site should not have noticed anything; null where nobody is left in peace.</param>
internal sealed record Struck(string What, Func<int, int, bool>? LeavesInPeace)
{
    /// <summary>All pairs that the topology from before still joins without these sites and these ways.</summary>
    public static Struck Around(SeenGraph before, string what, IReadOnlyCollection<int> sites, params IReadOnlyCollection<(int A, int B)> ways)
    {
        IReadOnlyList<int> parts = before.Without(sites, ways).Parts();
        bool LeavesInPeace(int origin, int site) => !sites.Contains(origin) && !sites.Contains(site) && parts[origin] == parts[site];
        int torn = Enumerable.Range(0, parts.Count).Except(sites).Select(site => parts[site]).Distinct().Count();
        return new Struck(torn > 1 ? $"{what} (the topology in {torn} parts)" : what, LeavesInPeace);
    }
}

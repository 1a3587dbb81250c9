// Checks that updates come everywhere at once when nothing is wrong: what only a hunt for missing numbers brings comes seconds later.
namespace Floodd.Tests.Simulation;

/// <summary>The checker of flooding itself, for a world at rest with fast exports and near sites.</summary>
internal static class PromptChecker
{
    /// <summary>Floods an update at each site that is up; throws if one is not exported at each of them in time.</summary>
    /// <param name="world">The world.</param>
    /// <param name="limit">Less than the time after which a site asks for what it misses (3 s).</param>
    public static void Require(World world, TimeSpan limit)
    {
        List<SimulatedSite> up = [.. world.Sites.Where(s => s.IsUp)];
        List<Flooded> all = [.. up.Select(site => world.Flood(site.Index, 1000))];
        world.Run(limit);
        foreach (Flooded flooded in all)
        {
            if (up.Find(site => !flooded.IsExportedAt(site.Index)) is { } late)
            {
                throw new ViolationException($"{late.Name} had not exported {flooded} after {limit.TotalSeconds} s, though nothing was wrong");
            }
        }
    }
}

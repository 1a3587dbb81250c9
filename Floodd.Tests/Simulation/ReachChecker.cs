// Tells whether sites believe those up that are up, and down that are down. Looks into the cores; changes nothing.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of who is up, for a world whose roads are open and that had time to notice.</summary>
internal static class ReachChecker
{
    /// <summary>Lets virtual time pass until everybody is right; throws if that takes too long.</summary>
    public static void Require(World world, TimeSpan limit)
    {
        long end = world.Now + limit.Ticks;
        while (FirstMistake(world) is { } mistake)
        {
            if (world.Now >= end)
            {
                throw new ViolationException($"after {limit.TotalSeconds} s of rest {mistake}");
            }

            world.Run(TimeSpan.FromMilliseconds(250));
        }
    }

    /// <summary>What a site that is up believes of another and is not so; null if nothing.</summary>
    public static string? FirstMistake(World world)
    {
        foreach (SimulatedSite site in world.Sites.Where(s => s.IsUp && s.Core?.Core is not null))
        {
            foreach (Group group in site.Core!.Core!.State.Groups.Values)
            {
                foreach (SimulatedSite other in world.MembersOf(world.GroupIndex(group.Name)).Select(world.Site))
                {
                    // One that is down may have been purged.
                    bool isUp = group.Members.TryGetValue(other.Name, out Member? member) && member.Up;
                    if (isUp != other.IsUp)
                    {
                        return $"{site.Name} believes that {other.Name} is {(isUp ? "up" : member is null ? "no member" : "down")}";
                    }
                }
            }
        }

        return null;
    }
}

// Tells which accepted updates are missing where, with the excuses that the contract leaves; changes nothing.
namespace Floodd.Tests.Simulation;

/// <summary>The checker of deliveries, for a world that had time to heal.</summary>
internal static class DeliveryChecker
{
    /// <summary>The first accepted update that a member that is up did not export and has no excuse for; null if there is none.</summary>
    public static (Flooded Update, SimulatedSite Site)? FirstMissing(World world)
    {
        foreach (Flooded update in world.Ledger.All)
        {
            if (update.IsAccepted && IsKept(world, update))
            {
                foreach (int member in world.MembersOf(update.Group))
                {
                    SimulatedSite site = world.Site(member);
                    if (site is { IsUp: true, IsHostile: false } && !IsHandedOut(world, update, member) && update.AcceptedAt >= site.ExpectedFrom && !world.Gaps.Excuses(site, update))
                    {
                        return (update, site);
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Throws if an update is missing.</summary>
    public static void Check(World world)
    {
        if (FirstMissing(world) is { } missing)
        {
            throw new ViolationException($"{missing.Site.Name} never exported {missing.Update}, accepted at {missing.Update.AcceptedAt / 1e7:F3}s");
        }
    }

    // Of several under one key, one is enough.
    private static bool IsHandedOut(World world, Flooded update, int member) =>
        update.IsExportedAt(member) || update.IsRefusedAt(member)
        || (update.ClientKey is not null && world.Ledger.SharingKeyWith(update).Any(f => f.IsExportedAt(member) || f.IsRefusedAt(member)));

    /// <summary>Whether an update cannot have died with those that had it: its origin, or a site that exported it, still lives the same life.</summary>
    private static bool IsKept(World world, Flooded update)
    {
        SimulatedSite origin = world.Site(update.Origin);
        if (origin.IsUp && origin.Life == update.OriginLife)
        {
            return true;
        }

        foreach (int member in world.MembersOf(update.Group))
        {
            SimulatedSite site = world.Site(member);
            if (site is { IsUp: true, IsHostile: false } && update.LifeExportedAt(member) == site.Life)
            {
                return true;
            }
        }

        return false;
    }
}

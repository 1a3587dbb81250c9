// Tells whether sites believe of each other what was exported, and no more. Looks into the cores, as clients are told of it update by update; changes nothing.
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of marks, for a world whose roads are open and whose sites keep to the rules: what <c>where</c> and <c>wait</c> answer from, and stores drop by.</summary>
internal static class MarkChecker
{
    /// <summary>Lets virtual time pass until everybody knows how far everybody is; throws if that takes too long, and at once if somebody believes too much.</summary>
    public static void Require(World world, TimeSpan limit)
    {
        long end = world.Now + limit.Ticks;
        while (FirstUnknown(world) is { } unknown)
        {
            if (world.Now >= end)
            {
                throw new ViolationException($"after {limit.TotalSeconds} s of rest {unknown}");
            }

            world.Run(TimeSpan.FromMilliseconds(250));
        }

        if (FirstUntrue(world) is { } untrue)
        {
            throw new ViolationException(untrue);
        }
    }

    /// <summary>What a site has exported and another one does not know; null if nothing.</summary>
    public static string? FirstUnknown(World world)
    {
        foreach (SimulatedSite site in world.Sites.Where(s => s is { IsUp: true, Core.Core: not null }))
        {
            foreach ((Group group, SegmentStream stream, long exported) in Told(site, site.Name))
            {
                foreach (SimulatedSite other in world.Sites.Where(s => s != site && s is { IsUp: true, Core.Core: not null }))
                {
                    // A stream that is long silent may be forgotten there.
                    if (other.Core!.Core!.State.Groups.GetValueOrDefault(group.Name)?.Find(stream.Id) is { } known && (known.Marks.Of(site.Name)?.Exported ?? 0) < exported)
                    {
                        return $"{other.Name} believes that {site.Name} exported {stream.Id} up to {(known.Marks.Of(site.Name)?.Exported ?? 0)}, and not up to {exported}";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>What a site believes that another one, or itself, exported, and it did not; null if nothing.</summary>
    public static string? FirstUntrue(World world)
    {
        ILookup<(int, int, ulong), Flooded> streams = world.Ledger.All.ToArray().Where(f => f.Key is not null).ToLookup(f => (f.Key!.Value.Group, f.Key!.Value.Origin, f.Key!.Value.Incarnation));
        foreach (SimulatedSite site in world.Sites.Where(s => s is { IsUp: true, Core.Core: not null }))
        {
            foreach (SimulatedSite other in world.Sites)
            {
                foreach ((Group group, SegmentStream stream, long exported) in Told(site, other.Name))
                {
                    if (world.Find(stream.Id.Origin.Value) is not { } origin)
                    {
                        continue;
                    }

                    (int, int, ulong) key = (world.GroupIndex(group.Name), origin.Index, stream.Id.Incarnation);
                    if (streams[key].FirstOrDefault(f => f.Key!.Value.Sequence <= exported && !IsDoneWith(world, f, other)) is { } update)
                    {
                        return $"{site.Name} believes that {other.Name} exported {stream.Id} up to {exported}, and it did not export {update}";
                    }
                }
            }
        }

        return null;
    }

    private static IEnumerable<(Group, SegmentStream, long)> Told(SimulatedSite site, SiteName of) =>
        from g in site.Core!.Core!.State.Groups.Values
        from s in g.Streams
        where (s.Marks.Of(of)?.Exported ?? 0) > 0
        select (g, s, (s.Marks.Of(of)?.Exported ?? 0));

    // Exported or set aside, itself or another one under its key; lost there; or not for this site, as it joined later or as that was agreed.
    private static bool IsDoneWith(World world, Flooded update, SimulatedSite site) =>
        update.SentAt < site.ExpectedFrom || world.Gaps.Excuses(site, update)
        || world.Ledger.SharingKeyWith(update).Any(f => f.IsExportedAt(site.Index) || f.IsRefusedAt(site.Index));
}

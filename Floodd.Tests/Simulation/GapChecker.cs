// Judges what sites declare lost: only what no member holds that could have been asked in good time; excuses it there, nowhere else.
using System.Globalization;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of gaps.</summary>
internal sealed class GapChecker(World world)
{
    /// <summary>How long a member must have been at hand and had it, without a break, before it counts: to be called, to answer. On a slow way longer.</summary>
    private static readonly TimeSpan GoodTime = TimeSpan.FromSeconds(20);

    private readonly List<(int Site, int Group, StreamId Stream, long From, long To)> _declared = [];

    /// <summary>How many gaps were declared.</summary>
    public int Count => _declared.Count;

    /// <summary>A site said <c>no member that can be reached holds ID to NUMBER in GROUP</c>.</summary>
    public void Declared(SimulatedSite site, string text)
    {
        if (text.Split(' ') is not [.., "holds", var first, "to", var last, "in", var group]
            || !UpdateId.TryParse(first, out UpdateId from) || !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long to))
        {
            throw new ViolationException($"{site.Name} declared a gap in words that make no sense: {text}");
        }

        var gap = (site.Index, world.GroupIndex(new GroupName(group)), from.Stream, from.Sequence, to);
        _declared.Add(gap);
        foreach (Flooded update in world.Ledger.All)
        {
            if (Covers(gap, update) && !update.IsExportedAt(site.Index) && HolderAtHand(site, update) is { } holder)
            {
                throw new ViolationException($"{site.Name} gave up {update}, which {holder.Name} holds and could have been asked for");
            }
        }
    }

    /// <summary>Whether a site may miss an update because it was lost to it.</summary>
    public bool Excuses(SimulatedSite site, Flooded update) => _declared.Exists(g => g.Site == site.Index && Covers(g, update));

    private bool Covers((int Site, int Group, StreamId Stream, long From, long To) gap, Flooded update)
    {
        if (update.Key is not { } key || key.Group != gap.Group || key.Incarnation != gap.Stream.Incarnation
            || world.Site(key.Origin).Name != gap.Stream.Origin)
        {
            return false;
        }

        long last = key.Sequence + StatisticsChecker.SegmentsOf(update) - 1;
        return key.Sequence <= gap.To && last >= gap.From;
    }

    private SimulatedSite? HolderAtHand(SimulatedSite site, Flooded update)
    {
        foreach (int member in world.MembersOf(update.Group))
        {
            SimulatedSite holder = world.Site(member);
            (Route forth, Route back) = (world.Network.Between(site.Index, member), world.Network.Between(member, site.Index));
            long since = world.Now - GoodTime.Ticks - QueueTime(back, forth), atHandSince = since - QueueTime(forth, back);
            bool holds = holder.Index != site.Index && holder is { IsUp: true, IsHostile: false } && HoldsStill(holder, update)
                && ((update.LifeExportedAt(member) == holder.Life && update.LastExportAt(member) <= since)
                    || (update.Origin == member && update.OriginLife == holder.Life && update.IsAccepted && update.AcceptedAt <= since));
            if (holds && holder.AwakeSince <= atHandSince && site.AwakeSince <= atHandSince
                && forth.OpenSince <= atHandSince && back.OpenSince <= atHandSince)
            {
                return holder;
            }
        }

        return null;
    }

    // A question, and an answer, may lie behind all that a link and both systems let be under way.
    // What a system holds for a connection goes once in each round trip.
    private long QueueTime(Route route, Route back)
    {
        long held = world.Options.KernelBytes, queue = Link.Window + held;
        long roundTrip = route.Delay + back.Delay + (4 * (route.Jitter + back.Jitter));
        return Math.Max(route.Bandwidth == 0 ? 0 : queue * TimeSpan.TicksPerSecond / route.Bandwidth, queue / held * roundTrip);
    }

    // What was given up for want of room is asked of the core: what its store was charged once tells nothing of what it holds now.
    private bool HoldsStill(SimulatedSite holder, Flooded update)
    {
        if (holder.Core!.Core is not { } core || update.Key is not { } key)
        {
            return true;
        }

        var id = new StreamId(world.Site(key.Origin).Name, key.Incarnation);
        return core.State.AllStreams.FirstOrDefault(s => s.Id == id && world.GroupIndex(s.Group.Name) == key.Group) is { } stream
            && Enumerable.Range(0, StatisticsChecker.SegmentsOf(update)).All(i => stream.FirstHeld(key.Sequence + i) == key.Sequence + i);
    }
}

// Checks in which order a store gives things up: what every member has, then what only members that are down wait for, then the rest. Changes nothing.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>The checker of stores that are too small. It looks before and after each step, so it is for worlds in which that happens.</summary>
internal sealed class DropChecker
{
    private readonly List<(SegmentStream Stream, Slab Oldest)> _delivered = [];
    private readonly List<(SegmentStream Stream, Slab Oldest)> _waitedForByDown = [];
    private long _down, _up;
    private int _members;

    /// <summary>How often something was given up while it was looked.</summary>
    public long Seen { get; private set; }

    /// <summary>A core is about to take a step.</summary>
    public void Before(SiteCore core)
    {
        _delivered.Clear();
        _waitedForByDown.Clear();
        _members = CountMembers(core);
        (_down, _up) = (core.State.Counters.GivenUpDown, core.State.Counters.GivenUpUp);
        foreach (Group group in core.State.Groups.Values)
        {
            foreach (SegmentStream stream in group.Streams)
            {
                if (stream.Oldest is { } slab && slab.Last < stream.ExportNext)
                {
                    if (IsDelivered(core, stream, slab))
                    {
                        _delivered.Add((stream, slab));
                    }
                    else if (IsWaitedForByDown(core, stream, slab))
                    {
                        _waitedForByDown.Add((stream, slab));
                    }
                }
            }
        }
    }

    /// <summary>It has taken the step: what could have gone first is gone, if anything of a later class went.</summary>
    public void After(SiteCore core)
    {
        bool down = core.State.Counters.GivenUpDown > _down;
        bool up = core.State.Counters.GivenUpUp > _up;
        if (!down && !up)
        {
            return;
        }

        // A member that joins in the midst of a step has exported nothing, as far as is known, until its marks come behind its record:
        // if room was made in between, nothing was what all have, although it is so before the step and after it.
        if (CountMembers(core) != _members)
        {
            return;
        }

        Seen++;
        if (_delivered.Find(d => d.Stream.Oldest == d.Oldest && IsDelivered(core, d.Stream, d.Oldest)) is { Stream: { } kept })
        {
            throw new ViolationException($"{core.State.Self} gave up what members wait for, and kept of {kept.Id} what all have");
        }

        if (up && _waitedForByDown.Find(d => d.Stream.Oldest == d.Oldest && IsWaitedForByDown(core, d.Stream, d.Oldest)) is { Stream: { } waited })
        {
            throw new ViolationException($"{core.State.Self} gave up what members that are up wait for, and kept of {waited.Id} what only others wait for");
        }
    }

    private static int CountMembers(SiteCore core) => core.State.Groups.Values.Sum(g => g.Members.Count);

    private static bool IsDelivered(SiteCore core, SegmentStream stream, Slab slab) =>
        slab.Last <= Math.Min(stream.Marks.AllFloor, Released(core, stream));

    private static bool IsWaitedForByDown(SiteCore core, SegmentStream stream, Slab slab) =>
        slab.Last <= Math.Min(stream.Marks.UpFloor, Released(core, stream));

    private static long Released(SiteCore core, SegmentStream stream) => stream.Marks.Of(core.State.Self)?.Released ?? 0;
}

// The sentences about topologies: waiting for agreement, and making all sites take one that nobody planned.
using System.Globalization;
using Floodd.Core;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Tests.Simulation;

internal sealed partial class World
{
    /// <summary>Lets virtual time pass until sites have one topology that links them all, and links that carry it; fails if they do not within the limit.</summary>
    /// <param name="limit">How long at most.</param>
    /// <param name="group">The group's number.</param>
    /// <param name="among">The sites' numbers; null is all members that are up.</param>
    /// <returns>How long it took, to a quarter of a second.</returns>
    public TimeSpan RunUntilConverged(TimeSpan limit, int group = 0, IReadOnlyList<int>? among = null)
    {
        long began = Now;
        IReadOnlyList<int> sites = among ?? _members[group];
        while (Difference() is { } difference)
        {
            if (Now - began >= limit.Ticks)
            {
                throw Failure(new ViolationException($"after {limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s there is no agreement: {difference}"));
            }

            Run(TimeSpan.FromMilliseconds(250));
        }

        return new TimeSpan(Now - began);

        string? Difference() => sites.Any(s => Site(s).Life == 0) ? "some sites are not born yet"
            : ConvergenceChecker.FirstDifference(this, group, [.. sites.Where(s => Site(s) is { IsUp: true, IsPaused: false })]);
    }

    /// <summary>The topology of a group in force at a site; null if none.</summary>
    public Topology? TopologyAt(int site, int group = 0) => Site(site).Core?.Topologies().FirstOrDefault(t => t.Group == _groups[group].Name);

    /// <summary>The site that is above another in the tree on which marks are told, as that sees it; -1 if none, as for the middle, or while it has told none.</summary>
    public int MarkParentOf(int site) =>
        Site(site).Core?.Core?.State.Groups.Values[0].MarkTree?.Parent is { } parent ? Find(parent.Value)?.Index ?? -1 : -1;

    /// <summary>A site hears of a topology as if one of its neighbors passed on what the master had published; it passes it on to all. The edition must be newer than any before.</summary>
    public void Impose(int site, Topology topology)
    {
        // Cores send whole frames: where all that was sent has been read, another frame may stand.
        RunUntil(() => Site(site).Connections.Values.Any(IsQuietLink), TimeSpan.FromSeconds(10), "a link where nothing is on its way");
        End link = Site(site).Connections.Values.Where(IsQuietLink).MinBy(e => e.Id.Value)!;
        var frame = new FieldWriter();
        TopologyRecord.Write(frame, topology);
        Site(site).Enqueue(new Event.Received(link.Id, frame.Written.ToArray()));

        // Not one that is there for a measurement only.
        bool IsQuietLink(End end) => end.IsLink && end.In.Read == end.In.Sent && end.In.Read > 0
            && Site(site).Core!.Carrying(topology.Group).Contains(end.Other.Site!.Name);
    }
}

// What each site of a failed run knows: members, links, streams, marks. For people; reads and changes nothing.
using System.Globalization;
using System.Text;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>The state of all sites, a few lines each.</summary>
internal static class Anatomy
{
    public static string Of(World world)
    {
        var text = new StringBuilder();
        foreach (SimulatedSite site in world.Sites)
        {
            if (site.Core?.Core?.State is not { } state)
            {
                text.Append(CultureInfo.InvariantCulture, $"{site.Name} is down\n");
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"{site.Name} life {site.Life}: ");
            text.AppendJoin(' ', state.Sites.Values.Select(s => $"{s.Name}{(s.Reachable ? "" : "(down)")}")).Append('\n');
            foreach (Link link in state.Links.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $"    link {link} {(link.Up ? "up" : "not up")} dialed {link.Dialed} probe {link.Probe is not null} in flight {link.InFlight}: ");
                text.AppendJoin(' ', link.Groups.Values.Select(g => $"{g.Group.Name} ours {g.Ours} theirs {g.Theirs} digest {g.DigestReceived} closed {g.Closed}")).Append('\n');
            }

            foreach (Group group in state.Groups.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $"    group {group.Name} closed {group.Closed} edition {group.Topology?.Edition} by {group.Topology?.Master}: ");
                text.AppendJoin(' ', group.Topology?.Edges.Select(e => $"{e.A}-{e.B}") ?? []).Append("; members ").AppendJoin(' ', group.Members.Keys).Append('\n');
                foreach (SegmentStream stream in group.Streams)
                {
                    text.Append(CultureInfo.InvariantCulture, $"    stream {stream.Id}: highest {stream.Received.Highest}, first missing {stream.Received.FirstMissing(1)}, deliverable {stream.Deliverable}, export next {stream.ExportNext}, held from {stream.FirstHeld(1)}; marks ");
                    text.AppendJoin(' ', stream.Marks.All.OrderBy(m => m.Site).Select(m => $"{m.Site}:{m.Mark.Exported}{(m.Mark.Start ? "s" : "")}")).Append('\n');
                }
            }
        }

        return text.ToString();
    }
}

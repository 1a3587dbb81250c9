// How far members have exported the streams of a group: what answers `where` and tells stores what nobody needs any more.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// names    = site:text*                                  (to the end of the frame)
/// delivery = group:text last:flag entry*                 (to the end of the frame)
/// entry    = stream run* 0:n
/// </code>
/// <c>names</c>: the sites that the next numbers stand for, from 0, in what this end of the link says, whatever the group. <c>last</c>
/// ends the exchange when a link comes up. For the runs see <see cref="MarkRunWriter"/>. Marks only grow, so the highest heard is the truth.
/// </summary>
public static class DeliveryFrames
{
    /// <summary>Gives sites the next numbers.</summary>
    public static void WriteNames(FieldWriter writer, IEnumerable<SiteName> sites)
    {
        var frames = new FrameSeries(writer, FrameKind.Names);
        foreach (SiteName site in sites)
        {
            if (frames.NeedsFrame())
            {
                writer.BeginFrame();
            }

            writer.Text(site.Value);
        }

        frames.End();
    }

    /// <summary>Begins a frame of marks; entries follow.</summary>
    public static void Begin(FieldWriter writer, GroupName group, bool last)
    {
        writer.BeginFrame();
        writer.Text(group.Value);
        writer.Flag(last);
    }
}

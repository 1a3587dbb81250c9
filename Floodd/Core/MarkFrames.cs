// Puts marks into frames of a link, as many to a frame as it takes well. Chooses nothing but whom not to tell its own word.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal static class MarkFrames
{
    /// <summary>Writes the marks of some streams as Delivery frames, but for those that the other end itself told last.</summary>
    public static void Write(LinkGroup group, List<SegmentStream> streams, Func<SegmentStream, List<(SiteName Site, Mark Mark)>> marksOf)
    {
        FieldWriter writer = group.Link.Out;
        bool begun = false;
        foreach (SegmentStream stream in streams)
        {
            List<(SiteName Site, Mark Mark)> marks = marksOf(stream);
            long count = 0;
            foreach ((_, Mark mark) in marks)
            {
                count += mark.ToldBy == group.Link ? 0 : 1;
            }

            if (count == 0)
            {
                continue;
            }

            if (begun && writer.FrameLength > WireLimits.FrameAim)
            {
                writer.EndFrame(FrameKind.Delivery);
                begun = false;
            }

            if (!begun)
            {
                DeliveryMark.Begin(writer, group.Group.Name, last: false);
                begun = true;
            }

            writer.Stream(stream.Id);
            writer.Number(count);
            foreach ((SiteName site, Mark mark) in marks)
            {
                if (mark.ToldBy != group.Link)
                {
                    new DeliveryMark(site, mark.Exported, mark.Released, mark.Start).Write(writer);
                }
            }
        }

        if (begun)
        {
            writer.EndFrame(FrameKind.Delivery);
        }
    }
}

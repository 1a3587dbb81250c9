// How marks are put on a link: all of them, those that changed, or the one that a returning site must hear first. Decides nothing else.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal static class MarkFrames
{
    /// <summary>The most that one mark takes, in bytes: a name, two numbers and a flag.</summary>
    public const int MarkMax = 1 + NameRule.MaxLength + (2 * 7) + 1;

    /// <summary>Tells everything.</summary>
    public static void WriteAll(LinkGroup group)
    {
        Unknown(group);
        Write(group, group.Group.Streams, s => [.. s.Marks.All.OrderBy(m => m.Site)]);
        DeliveryMark.Begin(group.Link.Out, group.Group.Name, last: true);
        group.Link.Out.EndFrame(FrameKind.Delivery);
    }

    /// <summary>
    /// Tells a neighbor its own mark in a stream before the first segments of it: a site that has just come back must know where it
    /// left off before it takes anything in, and what we were told of it may still be waiting to be passed on.
    /// </summary>
    public static void WriteOwn(Link link, SegmentStream stream)
    {
        if (link.Site is { } site && stream.Marks.Of(site.Name) is { } mark)
        {
            DeliveryMark.Begin(link.Out, stream.Group.Name, last: false);
            link.Out.Stream(stream.Id);
            link.Out.Number(1L);
            mark.Told.Write(link.Out);
            link.Out.EndFrame(FrameKind.Delivery);
        }
    }

    /// <summary>Writes some marks of some streams, but for those that the other end knows.</summary>
    public static void Write(LinkGroup group, List<SegmentStream> streams, Func<SegmentStream, List<Mark>> marksOf)
    {
        FieldWriter writer = group.Link.Out;
        var frames = new FrameSeries(writer, FrameKind.Delivery);
        foreach (SegmentStream stream in streams)
        {
            List<Mark> marks = marksOf(stream);
            long count = 0;
            foreach (Mark mark in marks)
            {
                count += mark.KnownBy.Has(group.Link) ? 0 : 1;
            }

            if (count == 0)
            {
                continue;
            }

            if (frames.NeedsFrame())
            {
                DeliveryMark.Begin(writer, group.Group.Name, last: false);
            }

            writer.Stream(stream.Id);
            writer.Number(count);
            foreach (Mark mark in marks)
            {
                if (!mark.KnownBy.Has(group.Link))
                {
                    mark.KnownBy = mark.KnownBy.With(group.Link);
                    mark.Told.Write(writer);
                }
            }
        }

        frames.End();
    }

    // Nothing that the other end heard before the group's updates flowed is counted upon.
    private static void Unknown(LinkGroup group)
    {
        foreach (SegmentStream stream in group.Group.Streams)
        {
            foreach (Mark mark in stream.Marks.All)
            {
                mark.KnownBy = mark.KnownBy.Without(group.Link);
            }
        }
    }
}

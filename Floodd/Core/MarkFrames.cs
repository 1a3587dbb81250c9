// How marks are put on a link: all of them, those that changed, or the one that a returning site must hear first. Decides nothing else.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal static class MarkFrames
{
    // In bytes: the most that a stream takes, and each mark of it, if it is a run of its own.
    private const int EntryMax = 1 + NameRule.MaxLength + 10 + 1, MarkMax = (2 * 3) + 1 + (2 * 7);

    /// <summary>Says whether the mark at a place is to be told.</summary>
    public delegate bool Choice(int place, in Mark mark);

    /// <summary>The most that it takes to tell all marks of some streams, in bytes.</summary>
    public static long Most(IEnumerable<SegmentStream> streams) => streams.Sum(s => EntryMax + ((long)MarkMax * s.Marks.Count));

    /// <summary>Tells everything.</summary>
    public static void WriteAll(LinkGroup group)
    {
        Unknown(group);
        Write(group, group.Group.Streams, static (int _, in Mark _) => true);
        DeliveryFrames.Begin(group.Link.Out, group.Group.Name, last: true);
        group.Link.Out.EndFrame(FrameKind.Delivery);
    }

    /// <summary>
    /// Tells a neighbor its own mark in a stream before the first segments of it: a site that has just come back must know where it
    /// left off before it takes anything in, and what we were told of it may still be waiting to be passed on.
    /// </summary>
    public static void WriteOwn(Link link, SegmentStream stream)
    {
        if (link.Site is { } site && link.Groups.TryGetValue(stream.Group.Name, out LinkGroup? group) && stream.Marks.Of(site.Name) is { } mark)
        {
            var frames = new FrameSeries(link.Out, FrameKind.Delivery);
            var runs = new MarkRunWriter(link.Out);
            BeginEntry(ref frames, group, stream);
            runs.Add(group.Places.NumberOf(group.Group.Places.Of(site.Name)), mark.Told);
            runs.End();
            frames.End();
        }
    }

    /// <summary>Writes the chosen marks of some streams, but for those that the other end knows.</summary>
    public static void Write(LinkGroup group, List<SegmentStream> streams, Choice isChosen)
    {
        var frames = new FrameSeries(group.Link.Out, FrameKind.Delivery);
        foreach (SegmentStream stream in streams)
        {
            var runs = new MarkRunWriter(group.Link.Out);
            bool any = false;
            Span<Mark> marks = stream.Marks.ByPlace;
            for (int place = 0; place < marks.Length; place++)
            {
                ref Mark mark = ref marks[place];
                if (!mark.IsKnown || mark.KnownBy.Has(group.Link) || !isChosen(place, mark))
                {
                    continue;
                }

                if (!any)
                {
                    any = true;
                    BeginEntry(ref frames, group, stream);
                }

                runs.Add(group.Places.NumberOf(place), mark.Told);
                mark.KnownBy = mark.KnownBy.With(group.Link);
            }

            if (any)
            {
                runs.End();
            }
        }

        frames.End();
    }

    private static void BeginEntry(ref FrameSeries frames, LinkGroup group, SegmentStream stream)
    {
        if (frames.NeedsFrame())
        {
            group.Places.Name();
            DeliveryFrames.Begin(group.Link.Out, group.Group.Name, last: false);
        }

        group.Link.Out.Stream(stream.Id);
    }

    // Nothing that the other end heard before the group's updates flowed is counted upon.
    private static void Unknown(LinkGroup group)
    {
        foreach (SegmentStream stream in group.Group.Streams)
        {
            foreach (ref Mark mark in stream.Marks.ByPlace)
            {
                mark.KnownBy = mark.KnownBy.Without(group.Link);
            }
        }
    }
}

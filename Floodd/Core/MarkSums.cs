// The sums of streams' marks on links whose other ends most likely know the marks themselves. For which streams it is time MarkTelling says.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>Two ends that have the same sum of a stream's marks are done with it in one small entry; others tell each other their marks.</summary>
internal sealed class MarkSums(SiteCore core)
{
    /// <summary>How long a sum waits for something else that is sent.</summary>
    private static readonly TimeSpan RideMost = TimeSpan.FromSeconds(1);

    /// <summary>What was heard of who has been down for longer was told when links came up since.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The sums of those streams that have news of which it is not known that the other end knows it are to be told: with whatever else is
    /// sent on the link, as it mostly is within a moment, so that they cost no write of their own; or by and by alone.
    /// </summary>
    public void Put(LinkGroup group, List<SegmentStream> streams)
    {
        if (group.SumsDueAt <= core.State.Now)
        {
            RideAlong(group.Link);
        }

        if (group.SumsDue.Count == 0)
        {
            group.SumsDueAt = core.State.Now + RideMost;
        }

        foreach (SegmentStream stream in streams)
        {
            if (HasNews(stream, group.Link))
            {
                group.SumsDue.Add(stream);
            }
        }
    }

    /// <summary>Something is about to be sent on a link: the sums that are to be told go with it.</summary>
    public static void RideAlong(Link link)
    {
        foreach (LinkGroup group in link.Groups.Values)
        {
            if (group.SumsDue.Count > 0)
            {
                Write(group, group.SumsDue, isAnswer: false);
                group.SumsDue.Clear();
            }
        }
    }

    /// <summary>Sums came in.</summary>
    /// <returns>What is wrong with them; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        core.State.Counters.MarkFramesReceived++;
        var reader = new FieldReader(payload);
        GroupName name = reader.Group();
        bool isAnswer = reader.Flag();
        var differing = new HashSet<SegmentStream>();
        link.Groups.TryGetValue(name, out LinkGroup? group);
        while (group is not null && !reader.AtEnd && !reader.Failed)
        {
            var told = MarkSum.Read(ref reader);
            if (reader.Failed || core.Streams.Heard(group.Group, told.Stream) is not { } stream)
            {
                continue;
            }

            if (told.Sum != stream.Marks.Sum)
            {
                differing.Add(stream);
            }
            else
            {
                Known(stream, link);
            }
        }

        if (group?.Active == true && differing.Count > 0)
        {
            // What the other end has beside this it tells when it finds that its sums are others still.
            core.State.Counters.MarkSumsDiffering += differing.Count;
            List<SegmentStream> streams = [.. differing];

            // Who has been down for long may be forgotten at the other end, and is not to come back there as a stranger.
            MarkFrames.Write(group, streams, (int place, in Mark _) =>
                group.Group.Places.At(place).Member is { } m && (m.Up || core.State.Now - m.ChangedAt < Lately));
            if (!isAnswer)
            {
                Write(group, streams, isAnswer: true);
            }
        }

        return reader.Failed ? "sums of marks that make no sense" : null;
    }

    private static void Write(LinkGroup group, IEnumerable<SegmentStream> streams, bool isAnswer)
    {
        FieldWriter writer = group.Link.Out;
        var frames = new FrameSeries(writer, FrameKind.MarkSums);
        foreach (SegmentStream stream in streams)
        {
            if (frames.NeedsFrame())
            {
                MarkSum.Begin(writer, group.Group.Name, isAnswer);
            }

            new MarkSum(stream.Id, stream.Marks.Sum).Write(writer);
        }

        frames.End();
    }

    // The sum is of members' marks alone.
    private static void Known(SegmentStream stream, Link link)
    {
        Span<Mark> marks = stream.Marks.ByPlace;
        for (int place = 0; place < marks.Length; place++)
        {
            if (stream.Group.Places.At(place).Member is not null)
            {
                marks[place].KnownBy = marks[place].KnownBy.With(link);
            }
        }
    }

    private static bool HasNews(SegmentStream stream, Link link)
    {
        foreach (ref readonly Mark mark in stream.Marks.ByPlace)
        {
            if (mark.IsUntold(MarkHearers.All) && !mark.KnownBy.Has(link))
            {
                return true;
            }
        }

        return false;
    }
}

// Who has exported how far: our own word to the neighbors, theirs onward. Marks only grow, so telling twice does no harm.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Delivery(SiteCore core)
{
    /// <summary>How long changes are gathered before they are told, so that a busy group does not talk of nothing else.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>A member that exported nothing of what it was owed for so long is behind: it holds nobody back any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SiteState _state = core.State;
    private bool _timed;
    private bool _urgent;

    /// <summary>This site has exported, or given to its subscribers, up to a point.</summary>
    public void Advance(SegmentStream stream, long exported, long released)
    {
        released = Math.Min(exported, released);
        if (exported > 0 && stream.Marks.Raise(_state.Self, exported, released, start: false) is { } mark)
        {
            if (stream.Group.Members.TryGetValue(_state.Self, out Member? self))
            {
                self.LastProgress = _state.Now;
            }

            Changed(stream, _state.Self, mark);
        }
    }

    /// <summary>Tell the neighbors at the end of this turn, not later.</summary>
    public void Hurry() => _urgent = true;

    /// <summary>Tells what has changed, if it is time to.</summary>
    public void Flush()
    {
        if (!_urgent)
        {
            return;
        }

        _urgent = false;
        foreach (Group group in _state.Groups.Values.Where(g => g.DirtyMarks.Count > 0))
        {
            foreach (Link link in _state.Links.Values)
            {
                if (link.Groups.TryGetValue(group.Name, out LinkGroup? linkGroup) && linkGroup.Active)
                {
                    Send(linkGroup, group.DirtyMarks.GroupBy(d => d.Stream).Select(g => (g.Key, g.Select(d => (d.Site, d.Mark)))), last: false);
                }
            }

            group.DirtyMarks.ForEach(d => d.Mark.Dirty = false);
            group.DirtyMarks.Clear();
        }
    }

    /// <summary>Tells everything.</summary>
    public void SendAll(LinkGroup group) =>
        Send(group, group.Group.Streams.Select(s => (s, s.Marks.All.OrderBy(m => m.Key).Select(m => (m.Key, m.Value)))), last: true);

    /// <summary>The stream of an id. If it is new to this life of the site, it begins where the group remembers that this site left off.</summary>
    public SegmentStream StreamOf(Group group, StreamId id)
    {
        SegmentStream stream = group.FindOrAdd(id);
        if (stream.Received.RangeCount == 0 && stream.Marks.Of(_state.Self) is { Exported: > 0 } mark)
        {
            stream.StartBehind(mark.Exported);
        }

        return stream;
    }

    /// <summary>Marks came in.</summary>
    /// <returns>What is wrong with them; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        GroupName name = reader.Group();
        bool last = reader.Flag();
        if (!link.Groups.TryGetValue(name, out LinkGroup? group))
        {
            return reader.Failed ? "marks that make no sense" : null;
        }

        while (!reader.AtEnd && !reader.Failed)
        {
            StreamId id = reader.Stream();
            if (reader.Failed || (group.Group.Find(id) is null && group.Group.Streams.Count >= WireLimits.StreamsPerLinkMax))
            {
                return "marks that make no sense";
            }

            SegmentStream stream = group.Group.FindOrAdd(id);
            for (long n = reader.Number(65_536); n > 0 && !reader.Failed; n--)
            {
                Take(stream, DeliveryMark.Read(ref reader));
            }
        }

        if (last && !group.Group.CaughtOnce)
        {
            group.Group.CaughtOnce = true;
            core.Resync.FirstHeard(group.Group);
        }

        return reader.Failed ? "marks that make no sense" : null;
    }

    /// <summary>A site that nobody knew begins with what comes from now on: it is marked as having all that there is.</summary>
    public void Admit(Group group, SiteName site)
    {
        foreach (SegmentStream stream in group.Streams)
        {
            if (stream.Deliverable > 0 && stream.Marks.Of(site) is null
                && stream.Marks.Raise(site, stream.Deliverable, stream.Deliverable, start: true) is { } mark)
            {
                Changed(stream, site, mark);
            }
        }
    }

    /// <summary>Looks which members owe progress and make none.</summary>
    public void CheckProgress()
    {
        foreach (Group group in _state.Groups.Values)
        {
            foreach (Member member in group.Members.Values)
            {
                bool owes = group.Streams.Exists(s => (s.Marks.Of(member.Name)?.Released ?? 0) < s.Deliverable);
                if (!owes)
                {
                    member.LastProgress = _state.Now;
                }

                bool behind = owes && (member.Behind || (member.Up && _state.Now - member.LastProgress > Patience));
                if (behind != member.Behind)
                {
                    member.Behind = behind;
                    group.InvalidateFloors();
                }
            }
        }
    }

    private void Take(SegmentStream stream, DeliveryMark told)
    {
        // Of ourselves we believe only what an earlier life reported, and only until this one has begun.
        if (told.Site == _state.Self)
        {
            if (stream.Id.Incarnation == _state.Incarnation && stream.Id.Origin == _state.Self)
            {
                return;
            }

            if (stream.Received.RangeCount == 0 && stream.Marks.Raise(told.Site, told.Exported, told.Exported, told.Start) is { } own)
            {
                stream.StartBehind(told.Exported);
                Changed(stream, told.Site, own);
            }

            return;
        }

        if (stream.Marks.Raise(told.Site, told.Exported, told.Released, told.Start) is { } mark)
        {
            if (stream.Group.Members.TryGetValue(told.Site, out Member? member))
            {
                member.LastProgress = _state.Now;
            }

            Changed(stream, told.Site, mark);
        }
    }

    private void Changed(SegmentStream stream, SiteName site, Mark mark)
    {
        core.Waits.MarksChanged();
        if (!mark.Dirty)
        {
            mark.Dirty = true;
            stream.Group.DirtyMarks.Add((stream, site, mark));
        }

        if (!_timed)
        {
            _timed = true;
            _state.After(Gathering, () =>
            {
                _timed = false;
                _urgent = true;
            });
        }
    }

    private static void Send(LinkGroup group, IEnumerable<(SegmentStream Stream, IEnumerable<(SiteName Site, Mark Mark)> Marks)> changes, bool last)
    {
        FieldWriter writer = group.Link.Out;
        DeliveryMark.Begin(writer, group.Group.Name, last: false);
        foreach ((SegmentStream stream, IEnumerable<(SiteName Site, Mark Mark)> marks) in changes)
        {
            if (writer.FrameLength > WireLimits.FrameAim)
            {
                writer.EndFrame(FrameKind.Delivery);
                DeliveryMark.Begin(writer, group.Group.Name, last: false);
            }

            List<(SiteName Site, Mark Mark)> list = [.. marks];
            writer.Stream(stream.Id);
            writer.Number((long)list.Count);
            foreach ((SiteName site, Mark mark) in list)
            {
                new DeliveryMark(site, mark.Exported, mark.Released, mark.Start).Write(writer);
            }
        }

        writer.EndFrame(FrameKind.Delivery);
        if (last)
        {
            DeliveryMark.Begin(writer, group.Group.Name, last: true);
            writer.EndFrame(FrameKind.Delivery);
        }
    }
}

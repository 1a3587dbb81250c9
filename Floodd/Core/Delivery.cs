// Who has exported how far: our own word to the neighbors, theirs onward. Marks only grow, so telling twice does no harm.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Delivery(SiteCore core)
{
    /// <summary>A member that exported nothing of what it was owed for so long is behind: it holds nobody back any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>But it exports nothing of a large update before all of it has come, which takes as long as its way takes: so many bytes in a second at least, 1 Mbit/s.</summary>
    private const double LeastPace = 128 << 10;

    private readonly SiteState _state = core.State;
    private readonly MarkTelling _telling = new(core);
    private bool _isSettled;

    /// <summary>What marks come to, instead of the marks themselves.</summary>
    public MarkSums Sums { get; } = new(core);

    /// <summary>A life begins: nobody is known to be up, and until there was time to find out everybody counts. Else what only we hold could be given up as waited for by nobody.</summary>
    public void Begin() => _state.After(Patience, () =>
    {
        _isSettled = true;
        foreach (Group group in _state.Groups.Values)
        {
            foreach (Member member in group.Members.Values)
            {
                member.Awaited = false;
            }

            group.InvalidateFloors();
        }
    });

    /// <summary>This site has exported, or given to its subscribers, up to a point.</summary>
    public void Advance(SegmentStream stream, long exported, long released)
    {
        released = Math.Min(exported, released);
        int place = OwnPlace(stream.Group);
        if (exported > 0 && stream.Marks.Raise(place, new(exported, released, Start: false)))
        {
            Changed(stream, place, null, isOwn: true);
        }
    }

    /// <summary>Tell the neighbors at the end of this turn, not later.</summary>
    public void Hurry() => _telling.Hurry();

    /// <summary>Tells what has changed, if it is time to.</summary>
    public void Flush() => _telling.Flush();

    /// <summary>The stream of an id; null if there is no room for one more. If it is new to this life of the site, it begins where the group remembers that this site left off.</summary>
    public SegmentStream? StreamOf(Group group, StreamId id)
    {
        SegmentStream? stream = core.Streams.Heard(group, id);
        if (stream is not null && stream.Received.RangeCount == 0 && stream.Marks.Of(_state.Self) is { Exported: > 0 } mark)
        {
            stream.StartBehind(mark.Exported);
        }

        return stream;
    }

    /// <summary>Marks came in.</summary>
    /// <returns>What is wrong with them; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        _state.Counters.MarkFramesReceived++;
        var reader = new FieldReader(payload);
        GroupName name = reader.Group();
        bool last = reader.Flag();
        if (!link.Groups.TryGetValue(name, out LinkGroup? group))
        {
            return reader.Failed ? "marks that make no sense" : null;
        }

        int own = OwnPlace(group.Group);
        MarkDelays? delays = null;
        while (!reader.AtEnd && !reader.Failed)
        {
            StreamId id = reader.Stream();
            if (reader.Failed)
            {
                break;
            }

            SegmentStream? stream = core.Streams.Heard(group.Group, id);
            var runs = new MarkRunReader(link.Sites.TheirCount);
            while (runs.Read(ref reader))
            {
                if (stream is not null)
                {
                    Take(stream, runs, group, own, ref delays);
                }
            }
        }

        if (last && !group.Group.CaughtOnce)
        {
            group.Group.CaughtOnce = true;
            core.Resync.FirstHeard(group.Group);
        }

        return reader.Failed ? "marks that make no sense" : null;
    }

    /// <summary>Whether a site that is unknown here is new to the group: who has just been born, and was not yet told by anybody, knows nobody.</summary>
    public bool CanTellNewcomers(Group group) => group.CaughtOnce || _isSettled;

    /// <summary>A site that nobody knew begins with what comes from now on: it is marked as having all that there is.</summary>
    public void Admit(Group group, SiteName site)
    {
        foreach (SegmentStream stream in group.Streams)
        {
            int place = group.PlaceOf(site, _state.Now);
            if (place >= 0 && stream.Deliverable > 0 && stream.Marks.Of(site) is null && stream.Marks.Raise(place, new(stream.Deliverable, stream.Deliverable, Start: true)))
            {
                Changed(stream, place, null);
                Hurry();
            }
        }
    }

    /// <summary>Looks which members owe progress and make none.</summary>
    public void CheckProgress()
    {
        foreach (Group group in _state.Groups.Values)
        {
            LookBack(group);

            // Mostly nobody owes anything, and who does not is not looked at as a member.
            List<SegmentStream> open = group.Unsettled.FindAll(s => s.Marks.AllReleasedFloor < s.Deliverable);
            bool isAnyBehind = false;
            for (int place = 0; place < group.Places.Count; place++)
            {
                (bool owes, bool owesOfBefore) = (false, false);
                foreach (SegmentStream stream in open)
                {
                    long released = stream.Marks.At(place).Released;
                    owes |= released < stream.Deliverable;
                    owesOfBefore |= released < stream.DeliverableBefore;
                }

                ref Instant progressAt = ref group.Places.ProgressAt(place);
                progressAt = owes ? progressAt : _state.Now;
                TimeSpan standing = _state.Now - progressAt;
                bool isLate = owes && standing > Patience && standing > Patience + TimeOfNext(open, place);
                if ((isLate || group.IsAnyBehind) && group.Places.At(place).Member is { } member)
                {
                    // While others flood on and on, nobody ever owes nothing: who has all that is not of late counts again.
                    bool behind = member.Behind ? owesOfBefore : isLate && member.Up;
                    isAnyBehind |= behind;
                    if (behind != member.Behind)
                    {
                        member.Behind = behind;
                        group.InvalidateFloors();
                    }
                }
            }

            group.IsAnyBehind = isAnyBehind;
        }
    }

    // How long the updates may take that a member is to export next, one of each stream.
    private static TimeSpan TimeOfNext(List<SegmentStream> open, int place)
    {
        long bytes = 0;
        foreach (SegmentStream stream in open)
        {
            long released = stream.Marks.At(place).Released;
            bytes += released < stream.Deliverable ? stream.LengthAt(released + 1) : 0;
        }

        return TimeSpan.FromSeconds(bytes / LeastPace);
    }

    // Keeps for each stream how far it was deliverable one to two times the patience ago.
    private void LookBack(Group group)
    {
        if (_state.Now - group.LookedBackAt >= Patience)
        {
            group.LookedBackAt = _state.Now;
            group.Streams.ForEach(s => s.LookBack());
        }
    }

    private int OwnPlace(Group group) => group.PlaceOf(_state.Self, _state.Now);

    // One mark of many members, each of which has come as far.
    private void Take(SegmentStream stream, in MarkRunReader run, LinkGroup from, int own, ref MarkDelays? delays)
    {
        DeliveryMark told = run.Mark;
        bool isRaised = false, isNoted = false;
        for (int number = run.First; number < run.First + run.Length; number++)
        {
            int place = from.Places.PlaceOf(number, _state.Now);
            if (place < 0)
            {
                continue;
            }

            ref Mark mark = ref stream.Marks.At(place);
            if (place == own)
            {
                TakeOwn(stream, own, told, from.Link);
            }
            else if (mark.Is(told))
            {
                mark.KnownBy = mark.KnownBy.With(from.Link);
            }
            else if (stream.Marks.Raise(place, told))
            {
                isRaised = true;
                if (mark.Is(told))
                {
                    isNoted = true;
                    Note(stream, place, from.Link, (delays ??= _telling.DelaysOf(stream.Group, from.Link)).Hearers);
                }
                else
                {
                    Changed(stream, place, null);
                }
            }
        }

        if (isNoted)
        {
            Changed(stream, delays!.Value);
        }

        if (isRaised && told.Exported > stream.Received.Watermark)
        {
            // What it covers comes behind it, and must not overtake it: the site that exported it may have forgotten that.
            Hurry();
        }
    }

    // Of ourselves we believe what an earlier life reported. Where to start was said for a stream that has not begun.
    private void TakeOwn(SegmentStream stream, int own, DeliveryMark told, Link link)
    {
        if (stream.Id == stream.Group.OwnId)
        {
            return;
        }

        if (stream.Received.RangeCount == 0 && stream.Marks.Raise(own, told with { Released = told.Exported }))
        {
            stream.StartBehind(told.Exported);
            Changed(stream, own, stream.Marks.At(own).Is(told) ? link : null, isOwn: true);
        }
        else if (!told.Start && told.Exported >= stream.ExportNext)
        {
            // What was heard first was older, or the spool is: it was copied back.
            _state.Counters.ExportedBefore += stream.SkipThrough(told.Exported);
            core.Exports.HandedOut(stream, told.Exported);

            // What lies behind may have waited for what need not come any more.
            core.Exports.Grown(stream);
        }
    }

    private void Changed(SegmentStream stream, int place, Link? knownBy, bool isOwn = false)
    {
        MarkDelays delays = _telling.DelaysOf(stream.Group, knownBy, isOwn);
        Note(stream, place, knownBy, delays.Hearers);
        Changed(stream, delays);
    }

    private void Note(SegmentStream stream, int place, Link? knownBy, MarkHearers hearers)
    {
        ref Mark mark = ref stream.Marks.At(place);
        mark.KnownBy = LinkSet.Of(knownBy);
        mark.ToTell(hearers);
        stream.Group.Places.ProgressAt(place) = _state.Now;
    }

    private void Changed(SegmentStream stream, in MarkDelays delays)
    {
        stream.Unsettle();
        core.Waits.MarksChanged();
        _telling.Changed(stream, delays);
    }
}

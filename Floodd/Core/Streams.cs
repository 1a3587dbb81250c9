// Which streams a site knows: who is new is taken in while there is room, and forgotten when nobody can hold anything of it any more.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

internal sealed class Streams(SiteCore core)
{
    // Of those that may go, so many go at once: to look through all of them takes time.
    private const int PartForgotten = 16;

    private static readonly TimeSpan RefusalsNotedEach = TimeSpan.FromMinutes(1);

    private readonly SiteState _state = core.State;
    private Instant _notedAt;
    private bool _hasNoted;

    /// <summary>The stream of an id that a neighbor told of; null if it is new and there is no room for it, so that it is passed over here.</summary>
    public SegmentStream? Heard(Group group, StreamId id)
    {
        if (group.Find(id) is { } known)
        {
            return known;
        }

        if (group.Streams.Count >= _state.StreamsMax && !MakeRoom(group))
        {
            _state.Counters.StreamsRefused++;
            if (!_hasNoted || _state.Now - _notedAt > RefusalsNotedEach)
            {
                (_hasNoted, _notedAt) = (true, _state.Now);
                _state.Note(NoteKind.StoreFull, $"{group.Name} has {group.Streams.Count} streams, for no more of which there is room in a store of this size: {id} is passed over");
            }

            return null;
        }

        SegmentStream stream = group.FindOrAdd(id);
        stream.LastTaken = _state.Now;
        return stream;
    }

    /// <summary>Forgets streams of lives long over, of which nobody can hold anything any more.</summary>
    public void Purge()
    {
        TimeSpan limit = _state.Local.LogPurgePeriod * 2;
        foreach (Group group in _state.Groups.Values)
        {
            group.Streams.FindAll(s => MayGo(s) && _state.Now - s.LastTaken > limit).ForEach(Forget);
        }
    }

    // Where more sites live and die than there is room for, those whose lives were over first go before their time.
    private bool MakeRoom(Group group)
    {
        List<SegmentStream> over = group.Streams.FindAll(MayGo);
        over.Sort((a, b) => a.LastTaken.CompareTo(b.LastTaken));
        over.GetRange(0, Math.Min(over.Count, (_state.StreamsMax / PartForgotten) + 1)).ForEach(Forget);
        return over.Count > 0;
    }

    private bool MayGo(SegmentStream stream) => stream.Oldest is null && stream.Id != stream.Group.OwnId
        && _state.Sites.GetValueOrDefault(stream.Id.Origin)?.Record?.GoesOnWith(stream.Id.Incarnation) != true;

    private void Forget(SegmentStream stream)
    {
        stream.Group.Remove(stream);
        stream.Spool?.Say(new SpoolEntry.Ended(stream.Group.Name, stream.Id));
        core.Subscribers.Forget(stream);
        core.Gaps.Forget(stream);
        foreach (Link link in _state.Links.Values)
        {
            link.Forget(stream);
        }
    }
}

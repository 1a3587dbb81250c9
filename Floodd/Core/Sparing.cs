// Which neighbors need not send a busy stream here, as another one brings it first. Says who and when, never what is owed: without a word in time, all is due again.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// Flooding takes an update over every link, and so to most sites more often than once. A site to which a busy stream comes twice spares
/// the neighbor that brings it later: it asks it for silence, and goes on asking, each time telling how far it has come, for as long as new
/// segments come from another. When they stop coming, whatever the reason, it stops asking, and what is owed flows (<see cref="Silence"/>).
/// So nothing has to be noticed and nobody has to agree for an update to arrive. A stream that is not busy is spared nowhere: it takes every
/// link, as the fastest way counts most there. Eager and lazy links are the idea of Leitão, Pereira and Rodrigues, Epidemic Broadcast
/// Trees (SRDS 2007); there silence is the rule and what is missing is noticed.
/// </summary>
internal sealed class Sparing(SiteCore core)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(100);

    /// <summary>A way that is spared gets another chance to be the first after so long, on the average.</summary>
    private static readonly TimeSpan Contest = TimeSpan.FromSeconds(10);

    private readonly SiteState _state = core.State;
    private readonly HashSet<SegmentStream> _renewed = [];

    /// <summary>Segments of a stream came in on a link.</summary>
    /// <param name="group">The group on the link.</param>
    /// <param name="owed">The stream there.</param>
    /// <param name="alias">Its number there.</param>
    /// <param name="fresh">Bytes that were new here.</param>
    /// <param name="repeated">Bytes that were not.</param>
    public void Came(LinkGroup group, Owed owed, uint alias, long fresh, long repeated)
    {
        SegmentStream stream = owed.Stream;
        Feed feed = owed.Feed ??= new Feed();
        feed.Add(_state.Now, alias, fresh, repeated);
        if (feed.IsLater && HasAnother(group, stream))
        {
            feed.Spare(_state.Now, _state.Now + _state.Chance.Jitter(Contest));
            stream.SparedCount++;
            _state.Counters.StreamsSpared++;
            Tell(group, stream);
        }
        else if (feed.IsFirstAfterAll(_state.Now))
        {
            Contend(group, stream);
        }

        if (fresh > 0)
        {
            RenewSoon(stream);
        }
    }

    /// <summary>A stream has grown: of our own, this is all that comes.</summary>
    public void Grown(SegmentStream stream)
    {
        if (IsOwn(stream))
        {
            RenewSoon(stream);
        }
    }

    /// <summary>The other end of a link asks to be spared a stream, or not to be spared any more.</summary>
    /// <returns>What is wrong with that; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        if (SmallFrames.ReadSpare(payload) is not { } spare || link.StreamOf(spare.Alias) is not { } stream)
        {
            return "a request to be spared that makes no sense";
        }

        if (stream.Group.Find(stream.Id) != stream || !link.Groups.TryGetValue(stream.Group.Name, out LinkGroup? group))
        {
            return null;
        }

        Owed owed = group.Of(stream);
        if (spare.Through > 0)
        {
            owed.Has.Add(1, spare.Through);
        }

        if (spare.Spared)
        {
            (owed.Silence ??= new Silence()).Asked(_state.Now, spare.Through, stream.Received.Watermark);
        }
        else
        {
            owed.Silence?.Break(_state.Now);
        }

        // Before its digest, all that it has brought here would go back to it.
        if (group.DigestReceived)
        {
            group.PutInLine(owed);
        }

        return null;
    }

    /// <summary>Whether what is owed from a segment on is to wait, as the other end gets it from elsewhere; then it is looked at again in time.</summary>
    public bool Holds(LinkGroup group, Owed owed, long first)
    {
        if (owed.Silence is not { } silence || _state.Stopping || !silence.Stands(_state.Now))
        {
            return false;
        }

        if (!silence.Holds(_state.Now, first))
        {
            _state.Counters.SilencesEnded++;
            return false;
        }

        if (!silence.IsWatched)
        {
            silence.IsWatched = true;
            _state.Deadlines.At(silence.WaitsUntil, () =>
            {
                silence.IsWatched = false;
                if (group.Of(owed.Stream) == owed)
                {
                    group.PutInLine(owed);
                }
            });
        }

        return true;
    }

    /// <summary>A link carries a group no more: what came over it is to come from those that were spared.</summary>
    public void Lost(LinkGroup lost)
    {
        foreach (SegmentStream stream in lost.Group.Streams.Where(s => s.SparedCount > 0))
        {
            if (lost.Of(stream).Feed is { IsSpared: true })
            {
                stream.SparedCount--;
            }
            else
            {
                Spared(stream).ForEach(group => Contend(group, stream));
            }
        }
    }

    /// <summary>The daemon is ending: nothing that is owed waits any more.</summary>
    public void EndWaits()
    {
        foreach (LinkGroup group in _state.Links.Values.SelectMany(l => l.Groups.Values))
        {
            foreach (Owed owed in group.Known.Where(o => o.Silence is { IsWatched: true }).ToList())
            {
                group.PutInLine(owed);
            }
        }
    }

    private static bool IsOwn(SegmentStream stream) => stream == stream.Group.Own;

    // Somebody else must have brought something a moment ago, and not be spared; our own stream is here before anybody brings it.
    private bool HasAnother(LinkGroup group, SegmentStream stream) =>
        IsOwn(stream) || _state.Links.Values.Any(l => l != group.Link && l.Up && l.Groups.TryGetValue(stream.Group.Name, out LinkGroup? other) && other.Active
            && other.Of(stream).Feed is { IsSpared: false } feed && feed.Feeds(_state.Now));

    private void RenewSoon(SegmentStream stream)
    {
        if (stream.SparedCount > 0 && _renewed.Add(stream))
        {
            _state.After(Renewal, () => Renew(stream));
        }
    }

    private void Renew(SegmentStream stream)
    {
        _renewed.Remove(stream);
        if (stream.Group.Find(stream.Id) != stream)
        {
            return;
        }

        foreach (LinkGroup group in Spared(stream))
        {
            if ((group.Of(stream).Feed!.ContestAt <= _state.Now && !IsOwn(stream)) || !HasAnother(group, stream))
            {
                Contend(group, stream);
            }
            else
            {
                Tell(group, stream);
            }
        }
    }

    private List<LinkGroup> Spared(SegmentStream stream)
    {
        var spared = new List<LinkGroup>();
        foreach (Link link in _state.Links.Values)
        {
            if (link.Up && link.Groups.TryGetValue(stream.Group.Name, out LinkGroup? group) && group.Active && group.Of(stream).Feed is { IsSpared: true })
            {
                spared.Add(group);
            }
        }

        return spared;
    }

    private static void Contend(LinkGroup group, SegmentStream stream)
    {
        group.Of(stream).Feed!.Count();
        stream.SparedCount--;
        Tell(group, stream);
    }

    private static void Tell(LinkGroup group, SegmentStream stream)
    {
        Feed feed = group.Of(stream).Feed!;
        SmallFrames.WriteSpare(group.Link.Out, feed.Alias, feed.IsSpared, stream.Received.Watermark);
    }
}

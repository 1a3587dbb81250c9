// Holes that nobody fills: looks for a member that still has what is missing, and when no reachable one has it, says so and goes on.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Gaps(SiteCore core)
{
    private const int VisitsAtOnce = 4;
    private const int RenewalsMax = 2;
    private static readonly TimeSpan QuickAnswer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HuntLimit = TimeSpan.FromSeconds(30);

    private readonly SiteState _state = core.State;
    private readonly Dictionary<SegmentStream, Hole> _holes = [];

    /// <summary>Looks at every stream for something that is missing and does not come.</summary>
    public void Look()
    {
        foreach (Group group in _state.Groups.Values)
        {
            List<LinkGroup> sources = [.. Sources(group)];
            if (sources.Count == 0)
            {
                continue;
            }

            foreach (SegmentStream stream in group.Streams)
            {
                Look(stream, sources);
            }
        }
    }

    /// <summary>Somebody told what it has of a stream, a neighbor or one that is visited.</summary>
    public void Told(Link link, Owed owed)
    {
        if (_holes.TryGetValue(owed.Stream, out Hole? hole))
        {
            hole.Told[link.Site!] = (FirstAt(owed, hole.Missing), _state.Now);
        }
    }

    /// <summary>A stream is not known any more.</summary>
    public void Forget(SegmentStream stream) => _holes.Remove(stream);

    private void Look(SegmentStream stream, List<LinkGroup> sources)
    {
        long missing = stream.Received.Watermark + 1;
        long known = Math.Max(stream.Received.Highest, stream.Marks.Furthest);

        // Mostly nothing is missing, and what the neighbors tell need not be looked through. One that heard of the stream by marks only,
        // in a new life that begins behind them, tells of nothing and holds nothing.
        if (missing <= Math.Max(known, stream.ToldMost))
        {
            known = Math.Max(known, sources.Max(s => s.Of(stream).Told));
        }

        if (missing > known || stream.Id == stream.Group.OwnId)
        {
            _holes.Remove(stream);
            return;
        }

        if (!_holes.TryGetValue(stream, out Hole? hole) || hole.Missing != missing)
        {
            _holes[stream] = new Hole(stream, missing) { AskedAt = _state.Now };
            return;
        }

        if (hole.CalledAt is not null && !IsFoundAtLast(hole, sources))
        {
            return;
        }

        Hunt(hole, sources, known);
    }

    private void Hunt(Hole hole, List<LinkGroup> sources, long known)
    {
        (SegmentStream stream, long missing) = hole;
        if (hole.AskedAgain is { } asked && !(sources.Contains(asked) && Holds(asked, stream, missing)))
        {
            // It says that it has it no more, or is gone: another one need not wait.
            (hole.AskedAgain, hole.Patience) = (null, Hole.AskAfter);
        }
        else if (_state.Now - hole.AskedAt < hole.Patience)
        {
            return;
        }

        // What the neighbors told may no longer be true: they are asked first, then believed.
        if (hole.Asked.Count == 0)
        {
            Ask(hole, sources);
            return;
        }

        if (sources.FindAll(s => Holds(s, stream, missing)) is { Count: > 0 } holders)
        {
            hole.HuntedSince = Instant.Never;
            if (!stream.Group.Closed)
            {
                Ask(hole, holders);
            }

            return;
        }

        if (sources.Exists(s => s.Of(stream).IsAsked(s.Link)))
        {
            return;
        }

        // The hunt begins when the neighbors have it no more: a store that was closed may have waited for long while they had.
        hole.HuntedSince = hole.HuntedSince == Instant.Never ? _state.Now : hole.HuntedSince;
        List<Member> unasked = [.. stream.Group.Members.Values.Where(m => m.Up && m.Name != _state.Self && !sources.Exists(s => s.Link.Site == m.Site))];
        if (unasked.Count > 0 && _state.Now - hole.HuntedSince < HuntLimit)
        {
            Visit(hole, unasked);
            return;
        }

        // A member that was lost a moment ago may hold it and be back in another: it is being called all the time.
        if (_state.Now - hole.HuntedSince < 2 * HuntLimit
            && stream.Group.Members.Values.Any(m => !m.Up && m.Name != _state.Self && IsWithinReach(m.Site)))
        {
            return;
        }

        // They were asked long ago, and who was given it since tells nobody who is closed; who is linked and no neighbor tells nothing unasked.
        (hole.CalledAt, hole.AskedUpTo) = (_state.Now, known);
        hole.Called.Clear();
        hole.Slow.Clear();
        hole.IsCalledTwice = false;
        foreach (LinkGroup linked in Linked(stream.Group))
        {
            hole.Called.Add(linked.Link.Site!);
            core.CatchUp.AskOnceMore(linked, stream);
        }
    }

    // A member counts as asked when it has told what it has, not when it was called: calls fail. Who once had it is called first.
    private void Visit(Hole hole, List<Member> unasked)
    {
        foreach (Member member in unasked.OrderBy(m => hole.Visits.GetValueOrDefault(m.Name))
            .ThenByDescending(m => hole.Stream.Marks.ExportedAt(m.Name) >= hole.Missing).Take(VisitsAtOnce))
        {
            hole.Visits[member.Name] = hole.Visits.GetValueOrDefault(member.Name) + 1;
            core.Neighbors.Visit(member.Site, hole.Stream.Group);
        }

        hole.AskedAt = _state.Now;
    }

    // All who were called the last time have answered or are gone: declares it lost, unless somebody has it, or may.
    private bool IsFoundAtLast(Hole hole, List<LinkGroup> sources)
    {
        (SegmentStream stream, long missing) = hole;
        List<LinkGroup> linked = [.. Linked(stream.Group)];
        if (IsCalling(hole, linked))
        {
            return false;
        }

        if (sources.Exists(s => Holds(s, stream, missing)))
        {
            hole.CalledAt = null;
            return true;
        }

        List<Site> others = [.. linked.Where(l => Holds(l, stream, missing)).Select(l => l.Link.Site!)];
        if (others.Count == 0 && hole.Renewals < RenewalsMax)
        {
            others.AddRange(hole.HoldersAway.Concat(hole.CalledInVain).Where(IsWithinReach));
            hole.Renewals++;
        }

        if (others.Count == 0)
        {
            Declare(hole, linked);
            _holes.Remove(stream);
            return false;
        }

        others.ForEach(site => core.Neighbors.Visit(site, stream.Group));
        hole.HuntedSince = hole.AskedAt = _state.Now;
        hole.CalledAt = null;
        return false;
    }

    // Whether somebody that was called the last time has yet to answer. Who answered quickly is asked again when the others have answered at last.
    private bool IsCalling(Hole hole, List<LinkGroup> linked)
    {
        List<LinkGroup> asked = linked.FindAll(l => l.Of(hole.Stream).IsAsked(l.Link));
        bool IsOld(LinkGroup l) => !(_state.Now - l.Of(hole.Stream).AskedAt < QuickAnswer);
        hole.Slow.UnionWith(asked.Where(IsOld));
        if (asked.Count > 0 || hole.IsCalledTwice)
        {
            return asked.Count > 0;
        }

        hole.IsCalledTwice = true;
        List<LinkGroup> again = linked.FindAll(l => IsOld(l) && !hole.Slow.Contains(l));
        again.ForEach(l => core.CatchUp.AskOnceMore(l, hole.Stream));
        return again.Count > 0;
    }

    private void Declare(Hole hole, List<LinkGroup> linked)
    {
        (SegmentStream stream, long missing) = hole;
        long next = stream.Received.FirstPresent(missing);
        foreach (LinkGroup link in linked)
        {
            next = Math.Min(next, FirstAt(link.Of(stream), missing));
        }

        // Whoever was visited and has what comes later may be linked no more when that is to be said.
        next = Math.Min(next, hole.FirstTold());

        // What was flooded since they were asked is a hole of its own.
        next = Math.Min(next, hole.AskedUpTo + 1);
        _state.Counters.Gaps++;
        _state.Counters.SegmentsLost += next - missing;
        _state.Note(NoteKind.Gap, $"no member that can be reached holds {stream.Id}/{missing} to {next - 1} in {stream.Group.Name}");
        stream.DeclareLost(missing, next - 1);
        core.Resync.Gap(stream, missing, next - 1);
        core.Flooding.Grown(stream);
        foreach (LinkGroup source in linked.Where(l => l.Active))
        {
            core.CatchUp.AskAgain(source, stream);
        }
    }

    private bool IsWithinReach(Site site) => site.Reachable || _state.Now - site.LastReachable < HuntLimit;

    private IEnumerable<LinkGroup> Linked(Group group)
    {
        foreach (Link link in _state.Links.Values)
        {
            if (link.Up && link.Groups.TryGetValue(group.Name, out LinkGroup? linked))
            {
                yield return linked;
            }
        }
    }

    private IEnumerable<LinkGroup> Sources(Group group) => Linked(group).Where(l => l.Active && l.DigestReceived);

    // The first segment from the missing one on that the other end can give.
    private static long FirstAt(Owed owed, long missing) => owed.Has.FirstPresent(Math.Max(missing, owed.Floor));

    private static bool Holds(LinkGroup source, SegmentStream stream, long number) =>
        number >= source.Of(stream).Floor && source.Of(stream).Has.Contains(number);

    // Each once, as what it told when its link came up may claim too much; then one of them, less and less often, as a slow link may be
    // carrying the answer already.
    private void Ask(Hole hole, List<LinkGroup> sources)
    {
        List<LinkGroup> unasked = sources.FindAll(s => hole.Asked.Add(s.Link.Id));
        if (unasked.Count == 0)
        {
            unasked.Add(sources[0]);
            hole.Patience = 2 * (hole.AskedAgain == sources[0] ? hole.Patience : Hole.AskAfter);
            hole.AskedAgain = sources[0];
        }

        foreach (LinkGroup source in unasked)
        {
            core.CatchUp.AskAgain(source, hole.Stream);
        }

        hole.AskedAt = _state.Now;
    }
}

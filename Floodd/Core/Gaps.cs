// Holes that nobody fills: looks for a member that still has what is missing, and when no reachable one has it, says so and goes on.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Gaps(SiteCore core)
{
    private const int VisitsAtOnce = 4;

    // A hunt that is about to end in vain begins anew so often at most, and a member is called so often at most on links that break: nobody is
    // to hold up a stream for ever.
    private const int RenewalsMax = 2;
    private const int CallsMax = 3;

    private static readonly TimeSpan HuntLimit = TimeSpan.FromSeconds(30);

    private readonly SiteState _state = core.State;
    private readonly Losses _losses = new(core);
    private readonly HeldBack _heldBack = new(core);
    private readonly Dictionary<SegmentStream, Hole> _holes = [];

    /// <summary>Looks for something that is missing and does not come.</summary>
    public void Look()
    {
        foreach (Group group in _state.Groups.Values)
        {
            List<LinkGroup> sources = [.. Sources(group)];
            if (sources.Count == 0)
            {
                Interrupt(group);
                continue;
            }

            // What is declared lost on the way adds none: that stream is among them.
            for (int i = 0; i < group.Unsettled.Count; i++)
            {
                Look(group.Unsettled[i], sources);
            }

            group.Unsettled.RemoveAll(s => !_holes.ContainsKey(s) && s.Settle());
        }
    }

    /// <summary>Somebody told what it has of a stream, a neighbor or one that is visited.</summary>
    public void Told(Link link, Owed owed)
    {
        if (_holes.TryGetValue(owed.Stream, out Hole? hole))
        {
            hole.Told[link.Site!] = (hole.FirstAt(owed), _state.Now);
        }
    }

    /// <summary>A stream is not known any more.</summary>
    public void Forget(SegmentStream stream) => _holes.Remove(stream);

    private void Look(SegmentStream stream, List<LinkGroup> sources)
    {
        long missing = stream.Received.Watermark + 1;
        long known = Math.Max(Math.Max(stream.Received.Highest, stream.RefusedMost), stream.Marks.Furthest);

        // Mostly nothing is missing, and what the neighbors tell need not be looked through. One that heard of the stream by marks only,
        // in a new life that begins behind them, tells of nothing and holds nothing.
        if (missing <= Math.Max(known, stream.ToldMost))
        {
            known = Math.Max(known, sources.Max(s => s.Of(stream).Told));
        }

        if (missing > known || stream.Id == stream.Group.OwnId)
        {
            _holes.Remove(stream);
            _heldBack.Look(stream, missing, isWhole: true);
            return;
        }

        _holes.TryGetValue(stream, out Hole? hole);
        _heldBack.Look(stream, hole?.Missing ?? missing - 1, isWhole: false);
        if (hole?.Missing != missing)
        {
            _holes[stream] = new Hole(stream, missing) { AskedAt = _state.Now };
            return;
        }

        if (hole.CalledAt is not null)
        {
            Call(hole);
        }
        else
        {
            Hunt(hole, sources, known);
        }
    }

    // Cut off from all, nobody answers, and time does not count, unless that happens again and again.
    private void Interrupt(Group group)
    {
        foreach (Hole hole in _holes.Values.Where(h => h.Stream.Group == group))
        {
            hole.CalledAt = null;
            if (hole.HuntedSince != Instant.Never && hole.Renewals++ < RenewalsMax)
            {
                hole.HuntedSince = Instant.Never;
            }
        }
    }

    private void Hunt(Hole hole, List<LinkGroup> sources, long known)
    {
        (SegmentStream stream, long missing) = (hole.Stream, hole.Missing);
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
            // What its first digest claims, when a link comes up, is no reason to begin anew: it comes with every visit.
            if (stream.Group.Closed || holders.Exists(s => s.Of(stream) is { AskedAt: not null } owed && !owed.IsAsked(s.Link)))
            {
                hole.HuntedSince = Instant.Never;
            }

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
        if (VisitOthers(hole, sources))
        {
            return;
        }

        // A member that was lost a moment ago may hold it and be back in another: it is being called all the time.
        if (_state.Now - hole.HuntedSince < 2 * HuntLimit && stream.Group.Members.Values.Any(m => !m.Up && m.Name != _state.Self && IsWithinReach(m, stream.Group)))
        {
            return;
        }

        hole.BeginCall(_state.Now, known);
        Call(hole);
    }

    // Members that are no neighbors, as long as there is time: who was down before has more. Who once had it comes first.
    private bool VisitOthers(Hole hole, List<LinkGroup> sources)
    {
        (Group group, TimeSpan hunted) = (hole.Stream.Group, _state.Now - hole.HuntedSince);
        foreach (Member down in group.Members.Values.Where(m => !m.Up))
        {
            hole.Visits.Remove(down.Site);
        }

        List<Member> others = [.. group.Members.Values.Where(m => m.Up && m.Name != _state.Self && !sources.Exists(s => s.Link.Site == m.Site))];
        if (hunted < HuntLimit ? others.Count == 0 : hunted >= 2 * HuntLimit || others.TrueForAll(m => hole.Visits.ContainsKey(m.Site)))
        {
            return false;
        }

        Visit(hole, others.OrderBy(m => hole.Visits.GetValueOrDefault(m.Site)).ThenByDescending(m => hole.Stream.Marks.ExportedAt(m) >= hole.Missing)
            .Take(VisitsAtOnce).Select(m => m.Site));
        return true;
    }

    // A member counts as asked when it has told what it has, not when it was called: calls fail.
    private void Visit(Hole hole, IEnumerable<Site> sites)
    {
        foreach (Site site in sites)
        {
            hole.Visits[site] = hole.Visits.GetValueOrDefault(site) + 1;
            core.Neighbors.Visit(site, hole.Stream.Group);
        }

        hole.AskedAt = _state.Now;
    }

    // The last call: who was asked may have been given it long since, and who is linked and no neighbor tells nothing unasked.
    private void Call(Hole hole)
    {
        List<LinkGroup> linked = [.. Linked(hole.Stream.Group)];
        List<Site> holders = [.. linked.Where(hole.IsHeldBy).Select(l => l.Link.Site!)];
        if (holders.Count == 0 && hole.Renewals < RenewalsMax)
        {
            holders.AddRange(hole.HoldersAway);
            hole.Renewals += holders.Count > 0 ? 1 : 0;
        }

        if (holders.Count > 0)
        {
            HuntAgain(hole, holders);
            return;
        }

        List<LinkGroup> due = linked.FindAll(l => !hole.Called.ContainsKey(l) && hole.CallsOf(l.Link.Site!) < CallsMax);
        bool isWaiting = linked.Exists(hole.Awaits);
        if (due.Count == 0 && !isWaiting && !hole.IsCalledTwice)
        {
            // While the slow answered, what the quick had said grew old.
            hole.IsCalledTwice = true;
            due = linked.FindAll(l => !hole.HasTold(l.Link.Site!, _state.Now));
        }

        foreach (LinkGroup called in due)
        {
            hole.Called[called] = _state.Now;
            core.CatchUp.AskOnceMore(called, hole.Stream);
        }

        if (isWaiting || due.Count > 0)
        {
            return;
        }

        if (hole.Renewals < RenewalsMax && Unheard(hole) is { Count: > 0 } unheard)
        {
            hole.Renewals++;
            HuntAgain(hole, unheard);
            return;
        }

        _losses.Declare(hole, linked);
        _holes.Remove(hole.Stream);
    }

    private void HuntAgain(Hole hole, List<Site> sites)
    {
        Visit(hole, sites);
        (hole.CalledAt, hole.HuntedSince) = (null, _state.Now);
    }

    // Whose link went down without a word of late, though they were called, and who was never visited.
    private List<Site> Unheard(Hole hole) => [.. hole.Stream.Group.Members.Values.Where(m => IsWithinReach(m, hole.Stream.Group)).Select(m => m.Site)
        .Where(s => s.Name != _state.Self && s.Link is null && !hole.HasTold(s, _state.Now) && (hole.CallsOf(s) > 0 || !hole.Visits.ContainsKey(s)))
        .OrderByDescending(hole.CallsOf).Take(VisitsAtOnce)];

    private bool IsWithinReach(Member member, Group group) => member.Up || (member.Site.IsIn(group.Name) && _state.Now - member.Site.LastReachable < HuntLimit);

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

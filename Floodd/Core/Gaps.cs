// Holes that nobody fills: looks for a member that still has what is missing, and when no reachable one has it, says so and goes on.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Gaps(SiteCore core)
{
    private const int VisitsAtOnce = 4;
    private static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HuntLimit = TimeSpan.FromSeconds(30);

    // What a member that was visited has told is still so for as long.
    private static readonly TimeSpan VisitHolds = TimeSpan.FromSeconds(15);

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
            hole.Told[link.Id] = (owed.Has.FirstPresent(Math.Max(hole.Missing, owed.Floor)), _state.Now);
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

        if (hole.IsLastCall)
        {
            if (sources.Exists(s => s.Of(stream).IsAsked(s.Link)))
            {
                return;
            }

            hole.IsLastCall = false;
            if (!sources.Exists(s => Holds(s, stream, missing)))
            {
                Declare(hole, sources);
                _holes.Remove(stream);
                return;
            }
        }

        if (hole.AskedAgain is { } asked && !(sources.Contains(asked) && Holds(asked, stream, missing)))
        {
            // It says that it has it no more, or is gone: another one need not wait.
            hole.AskedAgain = null;
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
            && stream.Group.Members.Values.Any(m => !m.Up && m.Name != _state.Self && _state.Now - m.Site.LastReachable < HuntLimit))
        {
            return;
        }

        // They were asked long ago, and who was given it since tells nobody who is closed.
        (hole.IsLastCall, hole.AskedUpTo) = (true, known);
        sources.ForEach(s => core.CatchUp.AskOnceMore(s, stream));
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

    private void Declare(Hole hole, List<LinkGroup> sources)
    {
        (SegmentStream stream, long missing) = hole;
        long next = stream.Received.FirstPresent(missing);
        foreach (LinkGroup source in sources)
        {
            // The first segment that this neighbor can give.
            long has = source.Of(stream).Has.FirstPresent(Math.Max(missing, source.Of(stream).Floor));
            next = Math.Min(next, has);
        }

        // Whoever was visited and has what comes later is no neighbor any more when that is to be said.
        foreach ((long first, Instant at) in hole.Told.Values)
        {
            next = first > missing && _state.Now - at < VisitHolds ? Math.Min(next, first) : next;
        }

        // What was flooded since they were asked is a hole of its own.
        next = Math.Min(next, hole.AskedUpTo + 1);
        _state.Counters.Gaps++;
        _state.Counters.SegmentsLost += next - missing;
        _state.Note(NoteKind.Gap, $"no member that can be reached holds {stream.Id}/{missing} to {next - 1} in {stream.Group.Name}");
        stream.DeclareLost(missing, next - 1);
        core.Resync.Gap(stream, missing, next - 1);
        core.Flooding.Grown(stream);
        foreach (LinkGroup source in sources)
        {
            core.CatchUp.AskAgain(source, stream);
        }
    }

    private IEnumerable<LinkGroup> Sources(Group group)
    {
        foreach (Link link in _state.Links.Values)
        {
            if (link.Groups.TryGetValue(group.Name, out LinkGroup? source) && source.Active && source.DigestReceived)
            {
                yield return source;
            }
        }
    }

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
            hole.Patience = 2 * (hole.AskedAgain == sources[0] ? hole.Patience : AskAfter);
            hole.AskedAgain = sources[0];
        }

        foreach (LinkGroup source in unasked)
        {
            core.CatchUp.AskAgain(source, hole.Stream);
        }

        hole.AskedAt = _state.Now;
    }

    private sealed record Hole(SegmentStream Stream, long Missing)
    {
        /// <summary>When it was seen, and then when anybody was last asked.</summary>
        public Instant AskedAt { get; set; }

        /// <summary>Since when no neighbor has it; <see cref="Instant.Never"/> while one does, or may.</summary>
        public Instant HuntedSince { get; set; } = Instant.Never;

        public TimeSpan Patience { get; set; } = AskAfter;

        /// <summary>Whether all neighbors were asked for the last time, so that it is declared lost if none of them has it.</summary>
        public bool IsLastCall { get; set; }

        /// <summary>The last segment that was known of then.</summary>
        public long AskedUpTo { get; set; }

        public HashSet<ConnectionId> Asked { get; } = [];

        /// <summary>The neighbor that was asked alone, as it had said that it holds it and it did not come; null before.</summary>
        public LinkGroup? AskedAgain { get; set; }

        public Dictionary<SiteName, int> Visits { get; } = [];

        /// <summary>The first segment from the missing one on that each can give that has told what it has, and when it did.</summary>
        public Dictionary<ConnectionId, (long First, Instant At)> Told { get; } = [];
    }
}

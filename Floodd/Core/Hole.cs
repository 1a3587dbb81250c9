// A segment that is missing and does not come, and how far the hunt for it has got. Sends nothing.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Hole(SegmentStream stream, long missing)
{
    /// <summary>How long a neighbor that was asked is waited for, before another one is.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(3);

    // How long it counts what a member told: who is linked is asked anew then.
    private static readonly TimeSpan ToldHolds = TimeSpan.FromSeconds(10);

    // How long before the last call something may have been told and still count; what was told since counts in any case.
    private static readonly TimeSpan ToldBefore = TimeSpan.FromSeconds(15);

    public SegmentStream Stream { get; } = stream;

    public long Missing { get; } = missing;

    /// <summary>When it was seen, and then when neighbors were last asked, or others visited.</summary>
    public Instant AskedAt { get; set; }

    /// <summary>Since when no neighbor has it; <see cref="Instant.Never"/> while one does, or may.</summary>
    public Instant HuntedSince { get; set; } = Instant.Never;

    /// <summary>How long whoever was asked last is waited for.</summary>
    public TimeSpan Patience { get; set; } = AskAfter;

    /// <summary>Since when all who are linked are asked for the last time, so that it is declared lost if none of them has it; null before.</summary>
    public Instant? CalledAt { get; set; }

    /// <summary>Whom that concerns so far, and when each was asked last. A link that went down stays in it, as its site may not have answered.</summary>
    public Dictionary<LinkGroup, Instant> Called { get; } = [];

    /// <summary>Whether those whose answers had grown old were asked again.</summary>
    public bool IsCalledTwice { get; set; }

    /// <summary>The last segment that was known of when the last call began.</summary>
    public long AskedUpTo { get; private set; }

    /// <summary>How often the hunt began anew for the sake of those who are not linked, or because nobody at all was.</summary>
    public int Renewals { get; set; }

    /// <summary>The links on which neighbors were asked before that.</summary>
    public HashSet<ConnectionId> Asked { get; } = [];

    /// <summary>The neighbor that was asked alone, as it had said that it holds it and it did not come; null before.</summary>
    public LinkGroup? AskedAgain { get; set; }

    /// <summary>How often each member was linked to for this alone.</summary>
    public Dictionary<Site, int> Visits { get; } = [];

    /// <summary>The first segment from the missing one on that each can give that has told what it has, and when it did.</summary>
    public Dictionary<Site, (long First, Instant At)> Told { get; } = [];

    /// <summary>Who told a moment before the last call, or since, that they hold it, and are linked no more.</summary>
    public IEnumerable<Site> HoldersAway => Told.Where(t => t.Value.First == Missing && t.Key.Link is null && Counts(t.Value.At)).Select(t => t.Key);

    /// <summary>The first segment behind the missing one that anybody told of a moment before the last call, or since.</summary>
    public long FirstTold => Told.Values.Where(t => t.First > Missing && Counts(t.At)).Select(t => t.First).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>The first segment from the missing one on that the other end of a link can give.</summary>
    public long FirstAt(Owed owed) => owed.Has.FirstPresent(Math.Max(Missing, owed.Floor));

    /// <summary>All who are linked are asked for the last time from now on.</summary>
    public void BeginCall(Instant now, long known)
    {
        Called.Clear();
        (CalledAt, AskedUpTo, IsCalledTwice) = (now, known, false);
    }

    /// <summary>Whether somebody that was called may not have answered yet.</summary>
    public bool Awaits(LinkGroup linked) => Called.TryGetValue(linked, out Instant at) && at >= linked.Link.AnsweredUpTo;

    /// <summary>Whether somebody that was called has answered that it holds it. Before that, what it tells when its link comes up may claim too much.</summary>
    public bool IsHeldBy(LinkGroup linked) => Called.ContainsKey(linked) && !Awaits(linked) && Told.TryGetValue(linked.Link.Site!, out (long First, Instant At) told)
        && told.First == Missing && told.At >= CalledAt;

    /// <summary>On how many links a site was called; they may be down.</summary>
    public int CallsOf(Site site) => Called.Keys.Count(l => l.Link.Site == site);

    /// <summary>Whether a site has told what it has of late.</summary>
    public bool HasTold(Site site, Instant now) => Told.TryGetValue(site, out (long First, Instant At) told) && now - told.At < ToldHolds;

    private bool Counts(Instant at) => CalledAt is { } calledAt && calledAt - at < ToldBefore;
}

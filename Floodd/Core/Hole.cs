// A segment that is missing and does not come, and how far the hunt for it has got. Sends nothing.
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Hole(SegmentStream stream, long missing)
{
    /// <summary>How long a neighbor that was asked is waited for, before another one is.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(3);

    // For as long counts what a member told that has to be asked anew then.
    private static readonly TimeSpan ToldHolds = TimeSpan.FromSeconds(10);

    // Before the last call; what was told since it began counts in any case.
    private static readonly TimeSpan ToldBefore = TimeSpan.FromSeconds(15);

    public SegmentStream Stream { get; } = stream;

    public long Missing { get; } = missing;

    /// <summary>When it was seen, and then when neighbors were last asked, or others visited.</summary>
    public Instant AskedAt { get; set; }

    /// <summary>Since when no neighbor has it; <see cref="Instant.Never"/> while one does, or may.</summary>
    public Instant HuntedSince { get; set; } = Instant.Never;

    public TimeSpan Patience { get; set; } = AskAfter;

    /// <summary>Since when all who are linked are asked for the last time, so that it is declared lost if none of them has it; null before.</summary>
    public Instant? CalledAt { get; set; }

    /// <summary>Whom, and when last.</summary>
    public Dictionary<LinkGroup, Instant> Called { get; } = [];

    /// <summary>Whether those whose answers had grown old were asked again.</summary>
    public bool IsCalledTwice { get; set; }

    /// <summary>The last segment that was known of when the last call began.</summary>
    public long AskedUpTo { get; private set; }

    /// <summary>How often the hunt began anew after a last call, or would have.</summary>
    public int Renewals { get; set; }

    public HashSet<ConnectionId> Asked { get; } = [];

    /// <summary>The neighbor that was asked alone, as it had said that it holds it and it did not come; null before.</summary>
    public LinkGroup? AskedAgain { get; set; }

    /// <summary>How often each member was linked to for this alone.</summary>
    public Dictionary<Site, int> Visits { get; } = [];

    /// <summary>The first segment from the missing one on that each can give that has told what it has, and when it did.</summary>
    public Dictionary<Site, (long First, Instant At)> Told { get; } = [];

    /// <summary>Who told that they hold it since the last call began, or a moment before if they are linked no more.</summary>
    public IEnumerable<Site> Holders => Told.Where(t => t.Value.First == Missing && (t.Value.At >= CalledAt || (t.Key.Link is null && Counts(t.Value.At)))).Select(t => t.Key);

    /// <summary>The first segment behind the missing one that anybody told of a moment before the last call, or since.</summary>
    public long FirstTold => Told.Values.Where(t => t.First > Missing && Counts(t.At)).Select(t => t.First).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>All who are linked are asked for the last time from now on.</summary>
    public void BeginCall(Instant now, long known)
    {
        Called.Clear();
        (CalledAt, AskedUpTo, IsCalledTwice) = (now, known, false);
    }

    /// <summary>Whether somebody that was called may not have answered yet.</summary>
    public bool Awaits(LinkGroup linked) => Called.TryGetValue(linked, out Instant at) && at >= linked.Link.AnsweredUpTo;

    /// <summary>Whether a site was called, on a link that may be down.</summary>
    public bool WasCalled(Site site) => Called.Keys.Any(l => l.Link.Site == site);

    /// <summary>Whether a site has told what it has of late.</summary>
    public bool HasTold(Site site, Instant now) => Told.TryGetValue(site, out (long First, Instant At) told) && now - told.At < ToldHolds;

    private bool Counts(Instant at) => CalledAt is { } calledAt && calledAt - at < ToldBefore;
}

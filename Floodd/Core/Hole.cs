// A segment that is missing and does not come, and how far the hunt for it has got. Sends nothing.
using Floodd.Model;

namespace Floodd.Core;

internal sealed record Hole(SegmentStream Stream, long Missing)
{
    /// <summary>How long a neighbor that was asked is waited for, before another one is.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(3);

    // What a member told counts if it was told since, or so short a time before the last call.
    private static readonly TimeSpan ToldHolds = TimeSpan.FromSeconds(15);

    /// <summary>When it was seen, and then when anybody was last asked.</summary>
    public Instant AskedAt { get; set; }

    /// <summary>Since when no neighbor has it; <see cref="Instant.Never"/> while one does, or may.</summary>
    public Instant HuntedSince { get; set; } = Instant.Never;

    public TimeSpan Patience { get; set; } = AskAfter;

    /// <summary>When all who are linked were asked for the last time, so that it is declared lost if none of them has it; null before.</summary>
    public Instant? CalledAt { get; set; }

    /// <summary>Who was.</summary>
    public List<Site> Called { get; } = [];

    /// <summary>Who of them did not answer quickly.</summary>
    public HashSet<LinkGroup> Slow { get; } = [];

    /// <summary>Whether those who did were asked again.</summary>
    public bool IsCalledTwice { get; set; }

    /// <summary>The last segment that was known of then.</summary>
    public long AskedUpTo { get; set; }

    /// <summary>How often the hunt began anew for the sake of those whose links had gone down.</summary>
    public int Renewals { get; set; }

    public HashSet<ConnectionId> Asked { get; } = [];

    /// <summary>The neighbor that was asked alone, as it had said that it holds it and it did not come; null before.</summary>
    public LinkGroup? AskedAgain { get; set; }

    public Dictionary<SiteName, int> Visits { get; } = [];

    /// <summary>The first segment from the missing one on that each can give that has told what it has, and when it did.</summary>
    public Dictionary<Site, (long First, Instant At)> Told { get; } = [];

    /// <summary>Who told a moment before the last call, or since, that they hold it, and are linked no more.</summary>
    public IEnumerable<Site> HoldersAway => Told.Where(t => t.Value.First == Missing && Counts(t.Value.At) && t.Key.Link is null).Select(t => t.Key);

    /// <summary>Whose link went down before they had answered the last call: they may hold it.</summary>
    public IEnumerable<Site> CalledInVain =>
        Called.Where(s => s.Link is null && !(Told.TryGetValue(s, out (long First, Instant At) told) && told.At >= CalledAt));

    /// <summary>The first segment behind the missing one that anybody told of a moment before the last call, or since.</summary>
    public long FirstTold() => Told.Values.Where(t => t.First > Missing && Counts(t.At)).Select(t => t.First).DefaultIfEmpty(long.MaxValue).Min();

    private bool Counts(Instant at) => CalledAt is { } calledAt && calledAt - at < ToldHolds;
}

// Everything that can happen to a site, as the shell tells it. Values only; bytes are lent for one step.
using System.Collections.Immutable;
using System.Net;
using Floodd.Config;
using Floodd.Model;
using Floodd.Planning;

namespace Floodd.Core;

/// <summary>A connection of either port, numbered by the shell; never used again in one life of the site.</summary>
/// <param name="Value">The number.</param>
public readonly record struct ConnectionId(long Value)
{
    /// <summary>As in <c>#17</c>.</summary>
    public override string ToString() => $"#{Value}";
}

/// <summary>Something happened. The family is closed: the core's two pages of input.</summary>
public abstract record Event
{
    private Event()
    {
    }

    /// <summary>The daemon begins: both ports are open.</summary>
    /// <param name="ClientPort">The client port in fact opened.</param>
    /// <param name="DataPort">The data port in fact opened.</param>
    public sealed record Started(int ClientPort, int DataPort) : Event;

    /// <summary>A data connection stands; nothing has been said on it yet.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Dialed">The site that was dialed, or null if the other side dialed us.</param>
    /// <param name="Remote">The other end's address.</param>
    public sealed record LinkOpened(ConnectionId Id, SiteName? Dialed, IPAddress Remote) : Event;

    /// <summary>A dialed site could not be reached.</summary>
    /// <param name="Site">The site.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record DialFailed(SiteName Site, string Reason) : Event;

    /// <summary>A client connected.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Remote">The client's address.</param>
    /// <param name="FromThisHost">Whether the client runs on this machine.</param>
    /// <param name="RoundTrip">How far away the client is, as the system saw it when it connected; null if it does not say.</param>
    public sealed record SessionOpened(ConnectionId Id, IPAddress Remote, bool FromThisHost, TimeSpan? RoundTrip = null) : Event;

    /// <summary>Bytes came in on a link or session.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="Bytes">All that was there, cut anywhere. Lent until the step returns.</param>
    public sealed record Received(ConnectionId Id, ReadOnlyMemory<byte> Bytes) : Event;

    /// <summary>Bytes of earlier <see cref="Effect.Send"/>s were taken by the system: that much credit is back.</summary>
    /// <param name="Id">Which link or session.</param>
    /// <param name="Count">How many bytes.</param>
    public sealed record Written(ConnectionId Id, int Count) : Event;

    /// <summary>A link or session is gone. The last event about it, except after <see cref="Effect.Close"/>, when there is none.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="Reason">The first cause, for people.</param>
    public sealed record Closed(ConnectionId Id, string Reason) : Event;

    /// <summary>The addresses of a host's name; empty when there are none or the lookup failed.</summary>
    /// <param name="Host">As asked in <see cref="Effect.Resolve"/>.</param>
    /// <param name="Addresses">What it stands for now.</param>
    public sealed record Resolved(string Host, ImmutableArray<IPAddress> Addresses) : Event;

    /// <summary>An export or resync run is over.</summary>
    /// <param name="Group">The group that it was for.</param>
    /// <param name="Run">The number that <see cref="Effect.StartExport"/> or <see cref="Effect.StartResync"/> gave.</param>
    /// <param name="Outcome">How it ended.</param>
    public sealed record RunEnded(GroupName Group, long Run, RunOutcome Outcome) : Event;

    /// <summary>What was handed to the spool lasts over a power cut.</summary>
    /// <param name="Ticket">All up to this ticket of <see cref="Effect.Spool"/>; the last one again if nothing new lasts, but there is room again, or none.</param>
    /// <param name="IsShort">Whether there is little room left: only what is small and cannot wait should be handed over.</param>
    /// <param name="Bytes">What the spool takes on the disk, in bytes.</param>
    public sealed record Spooled(long Ticket, bool IsShort, long Bytes) : Event;

    /// <summary>The spool failed: nothing may be believed to last that was not reported before. The last word about it.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record SpoolFailed(string Reason) : Event;

    /// <summary>A plan is ready.</summary>
    /// <param name="Group">The group that it was for.</param>
    /// <param name="Number">The number that <see cref="Effect.StartPlanning"/> gave.</param>
    /// <param name="Plan">The plan.</param>
    public sealed record Planned(GroupName Group, long Number, Plan Plan) : Event;

    /// <summary>A topology generator has ended.</summary>
    /// <param name="Group">The group that it was for.</param>
    /// <param name="Number">The number that <see cref="Effect.StartGenerator"/> gave.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Answer">What it said; never changes.</param>
    public sealed record Generated(GroupName Group, long Number, RunOutcome Outcome, ReadOnlyMemory<byte> Answer) : Event;

    /// <summary>What a client asked about a link is known.</summary>
    /// <param name="Job">The question.</param>
    /// <param name="Reason">The answer.</param>
    public sealed record Explained(WhyJob Job, LinkReason Reason) : Event;

    /// <summary>The time that <see cref="SiteCore.NextWake"/> named has come.</summary>
    public sealed record Wake : Event
    {
        /// <summary>The only value.</summary>
        public static readonly Wake Instance = new();
    }

    /// <summary>All that was ready has been handed in: say now what is to be written. Ends every turn of the loop; only what was written of it is told behind it.</summary>
    public sealed record TurnEnded : Event
    {
        /// <summary>The only value.</summary>
        public static readonly TurnEnded Instance = new();
    }

    /// <summary>A new configuration was read and checked.</summary>
    /// <param name="Configuration">It.</param>
    public sealed record Reloaded(Configuration Configuration) : Event;

    /// <summary>The daemon is asked to end: by a signal.</summary>
    /// <param name="Reason">Who asked, for people.</param>
    public sealed record StopRequested(string Reason) : Event;
}

/// <summary>How a child ended.</summary>
/// <param name="Kind">The kind of end.</param>
/// <param name="Code">The exit code or the signal's number; 0 otherwise.</param>
/// <param name="Text">For people.</param>
public sealed record RunOutcome(RunEnd Kind, int Code, string Text);

/// <summary>The kinds of end of a child.</summary>
public enum RunEnd
{
    /// <summary>It exited; the code says with what.</summary>
    Exited,

    /// <summary>A signal ended it.</summary>
    Signaled,

    /// <summary>It made no progress for the time allowed and was ended with all it had started.</summary>
    TimedOut,

    /// <summary>It could not be started.</summary>
    NotStarted,
}

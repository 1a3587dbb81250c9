// Everything that a site can ask of the world. The shell does it and decides nothing.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

/// <summary>Something to do. The family is closed: the core's page of output.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Connect to a site's data port. Answered by one LinkOpened or DialFailed.</summary>
    /// <param name="Site">The site.</param>
    /// <param name="Host">An address, or a name to look up.</param>
    /// <param name="Port">The port, 1 to 65535.</param>
    public sealed record Dial(SiteName Site, string Host, int Port) : Effect;

    /// <summary>Write bytes to a link or session, behind what was sent before. Answered by Written events whose counts add up to it.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="Bytes">What.</param>
    /// <param name="Lasting">Whether the bytes never change; else they are lent until the next step and must be copied if they have to wait.</param>
    public sealed record Send(ConnectionId Id, ReadOnlyMemory<byte> Bytes, bool Lasting) : Effect;

    /// <summary>Close a link or session once what was sent is written, or after 1 s. No further event comes of it.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="AtOnce">Whether what was sent and is not written yet is thrown away instead.</param>
    public sealed record Close(ConnectionId Id, bool AtOnce = false) : Effect;

    /// <summary>Read no more from a session until <see cref="ResumeReading"/>.</summary>
    /// <param name="Id">Which.</param>
    public sealed record PauseReading(ConnectionId Id) : Effect;

    /// <summary>Read again.</summary>
    /// <param name="Id">Which.</param>
    public sealed record ResumeReading(ConnectionId Id) : Effect;

    /// <summary>Look up a host's name. Answered by Resolved.</summary>
    /// <param name="Host">The name.</param>
    public sealed record Resolve(string Host) : Effect;

    /// <summary>Run the export command. Answered by RunEnded. At most one run of a group at a time.</summary>
    /// <param name="Run">All that it needs.</param>
    public sealed record StartExport(ExportRun Run) : Effect;

    /// <summary>Run the resync command. Answered by RunEnded.</summary>
    /// <param name="Run">All that it needs; it has no input.</param>
    public sealed record StartResync(ExportRun Run) : Effect;

    /// <summary>Write facts to the spool and make them last. Answered by Spooled, or by SpoolFailed once and for all.</summary>
    /// <param name="Ticket">The number of the batch, each one more than the last.</param>
    /// <param name="Entries">The facts in order; the bytes in them never change. Empty to be told when all before lasts.</param>
    public sealed record Spool(long Ticket, IReadOnlyList<SpoolEntry> Entries) : Effect;

    /// <summary>Plan a topology, beside everything else. Answered by Planned. At most one plan of a group at a time.</summary>
    /// <param name="Job">All that it needs.</param>
    public sealed record StartPlanning(PlanJob Job) : Effect;

    /// <summary>Run a topology generator. Answered by Generated. At most one of a group at a time.</summary>
    /// <param name="Job">All that it needs.</param>
    public sealed record StartGenerator(GeneratorJob Job) : Effect;

    /// <summary>Find out why two members are linked or not, beside everything else. Answered by Explained.</summary>
    /// <param name="Job">All that it needs.</param>
    public sealed record Explain(WhyJob Job) : Effect;

    /// <summary>Tell the log.</summary>
    /// <param name="Kind">What kind of fact.</param>
    /// <param name="Text">The fact in words, remote text already escaped.</param>
    public sealed record Note(NoteKind Kind, string Text) : Effect;

    /// <summary>End the daemon: everything owed is written or its time is over.</summary>
    public sealed record Stop : Effect
    {
        /// <summary>The only value.</summary>
        public static readonly Stop Instance = new();
    }
}

/// <summary>One run of a command for a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Number">The run's number, for its RunEnded.</param>
/// <param name="Command">For <c>/bin/sh -c</c>.</param>
/// <param name="Directory">Its working directory.</param>
/// <param name="Timeout">How long it may take no byte and not end.</param>
/// <param name="Environment">The FLOODD_ variables.</param>
/// <param name="Input">Its standard input, in pieces each of which stands until the next is asked for; enumerated on another thread; empty for none.</param>
public sealed record ExportRun(
    GroupName Group,
    long Number,
    string Command,
    string Directory,
    TimeSpan Timeout,
    ImmutableArray<KeyValuePair<string, string>> Environment,
    IEnumerable<ReadOnlyMemory<byte>> Input);

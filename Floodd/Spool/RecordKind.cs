// What a record of the spool says. The numbers stand in files: they are never given again.
namespace Floodd.Spool;

/// <summary>The kinds: one for each <see cref="SpoolEntry"/>, and those by which the log keeps its own house.</summary>
internal enum RecordKind
{
    Held = 1,
    Lost = 2,
    Dropped = 3,
    Forgotten = 4,
    Ended = 5,
    Exported = 6,
    Handing = 7,
    SetAside = 8,
    Settled = 9,

    /// <summary>Checkpoint: the older files that are still needed, and how many sound records each has.</summary>
    Files = 16,

    /// <summary>Checkpoint: all about one stream but its payload.</summary>
    Stream = 17,

    /// <summary>Checkpoint: an update that is set aside, in whichever file.</summary>
    Aside = 18,

    /// <summary>Checkpoint: how many of the former two there are. Everything up to here is written a second time behind it.</summary>
    Whole = 19,

    /// <summary>The file ends here, and another follows, which has been synced.</summary>
    Next = 20,
}

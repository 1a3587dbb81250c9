// The kinds of fact that the log tells, with numbers that never change: they are the log's event ids.
namespace Floodd.Core;

/// <summary>What a note is about. The value is the stable event id in the log; 1xx is information, 2xx a warning, 3xx an error, 4xx for debugging.</summary>
public enum NoteKind
{
    /// <summary>The daemon is ready.</summary>
    Started = 100,

    /// <summary>The daemon ends.</summary>
    Stopping = 101,

    /// <summary>A link to a site is up.</summary>
    LinkUp = 110,

    /// <summary>A link to a site is down.</summary>
    LinkDown = 111,

    /// <summary>A member can be reached.</summary>
    SiteUp = 112,

    /// <summary>A member can no longer be reached.</summary>
    SiteDown = 113,

    /// <summary>A site was heard of for the first time.</summary>
    SiteAdmitted = 114,

    /// <summary>A site that was not configured has been forgotten.</summary>
    SitePurged = 115,

    /// <summary>A new topology is in force.</summary>
    TopologyChanged = 120,

    /// <summary>The configuration was read again.</summary>
    Reloaded = 130,

    /// <summary>A change needs a restart.</summary>
    RestartNeeded = 200,

    /// <summary>A data connection was refused.</summary>
    LinkRefused = 210,

    /// <summary>A link broke the protocol and was closed.</summary>
    LinkBroken = 211,

    /// <summary>A client was refused or closed for what it did.</summary>
    SessionRefused = 220,

    /// <summary>Updates could not be kept.</summary>
    StoreFull = 230,

    /// <summary>Updates that no member holds any more.</summary>
    Gap = 231,

    /// <summary>An export run failed and will be tried again.</summary>
    ExportRetry = 240,

    /// <summary>An update that was set aside was exported after all, or skipped by a client.</summary>
    SetAsideSettled = 140,

    /// <summary>Two members that are up cannot link to each other.</summary>
    LinkUnusable = 212,

    /// <summary>The posture lets anybody in.</summary>
    Insecure = 250,

    /// <summary>The disk of the spool is short of room, or has room again.</summary>
    SpoolShort = 232,

    /// <summary>What of the spool could not be used.</summary>
    SpoolDamaged = 233,

    /// <summary>The process may have too few descriptors for the connections that the configuration allows.</summary>
    FewDescriptors = 261,

    /// <summary>Another living site uses this site's name.</summary>
    NameInUse = 300,

    /// <summary>An update was set aside because the export command refused it.</summary>
    ExportSetAside = 310,

    /// <summary>An update that was set aside was given up for want of room.</summary>
    SetAsideGivenUp = 311,

    /// <summary>The spool failed: the daemon ends.</summary>
    SpoolFailed = 330,

    /// <summary>A topology that was computed or received cannot be used.</summary>
    TopologyRefused = 320,

    /// <summary>A dial failed.</summary>
    DialFailed = 400,

    /// <summary>A measurement that a site reports cannot be true.</summary>
    EstimateRefused = 420,

    /// <summary>Something about a session.</summary>
    Session = 410,
}

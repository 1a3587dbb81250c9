// What a site's own file says about that site alone. None of it ever travels.
using System.Collections.Immutable;
using System.Net;
using Floodd.Model;

namespace Floodd.Config;

/// <summary>How an export run's standard input is laid out.</summary>
public enum ExportFormat
{
    /// <summary>The updates' bytes one after another, as in the manual.</summary>
    Raw,

    /// <summary>Each update behind a line <c>update GROUP ID SIZE</c> and before a LF.</summary>
    Framed,
}

/// <summary>The <c>(:local ...)</c> form.</summary>
public sealed record LocalDefinition
{
    /// <summary>This site's name, when the command line does not say it.</summary>
    public SiteName? SiteName { get; init; }

    /// <summary>The address that both ports are opened on; null means all.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>The bound on stored updates, charges included, in bytes.</summary>
    public long DataStorageMax { get; init; } = 64 << 20;

    /// <summary>The bound on updates that the export command refused, charges included, in bytes, within <see cref="DataStorageMax"/>; null for an eighth of that.</summary>
    public long? SetAsideMax { get; init; }

    /// <summary>The most keys of floods that are remembered for each group, the oldest forgotten first.</summary>
    public int FloodKeysMax { get; init; } = 131_072;

    /// <summary>How long an update that nobody here waits for is kept for sites that may still want it.</summary>
    public TimeSpan LogPurgePeriod { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a site that is not configured may be down before it is forgotten.</summary>
    public TimeSpan SitePurgePeriod { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Where accepted updates are kept on disk; null keeps them in memory only.</summary>
    public string? SpoolDirectory { get; init; }

    /// <summary>What the spool leaves free on its disk, in bytes; null is a tenth of the disk, at most 1 GiB.</summary>
    public long? SpoolReserve { get; init; }

    /// <summary>How updates are exported.</summary>
    public ExportDefinition Export { get; init; } = new();

    /// <summary>The most payload in one run of the export command, in bytes: as defined, or a quarter of <see cref="DataStorageMax"/>.</summary>
    public long BundleMax => Export.BundleMax ?? DataStorageMax / 4;

    /// <summary>Who may do what at the ports, and how much of it.</summary>
    public AccessDefinition Access { get; init; } = new();
}

/// <summary>How updates reach the export command.</summary>
public sealed record ExportDefinition
{
    /// <summary>Run by <c>/bin/sh -c</c>; null counts updates as delivered and drops them.</summary>
    public string? Command { get; init; }

    /// <summary>Its working directory.</summary>
    public string Directory { get; init; } = "/";

    /// <summary>The layout of its standard input.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>The most payload in one run, in bytes, one larger update excepted; null for a quarter of <see cref="LocalDefinition.DataStorageMax"/>.</summary>
    public long? BundleMax { get; init; }

    /// <summary>How long a run may go on without taking a byte or ending.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Run when the site is new to a group or has a gap; null leaves it at counting.</summary>
    public string? ResyncCommand { get; init; }
}

/// <summary>Who may use the ports, and the limits that hold for each connection.</summary>
public sealed record AccessDefinition
{
    /// <summary>Whether any address may link and flood (the LAN of the 1990s).</summary>
    public bool Insecure { get; init; }

    /// <summary>Addresses and networks from which clients may flood, beside this host.</summary>
    public ImmutableArray<string> AllowClients { get; init; } = [];

    /// <summary>Addresses and networks from which <c>shutdown</c> is obeyed, beside this host.</summary>
    public ImmutableArray<string> AllowShutdown { get; init; } = [];

    /// <summary>The most client sessions at once.</summary>
    public int SessionMax { get; init; } = 1024;

    /// <summary>The most client sessions from one other host; of IPv6 from one network of 64 bits.</summary>
    public int SessionsPerAddressMax { get; init; } = 16;

    /// <summary>The most connections that are taken from one other host within one second, at each port.</summary>
    public int SessionsPerSecondMax { get; init; } = 32;

    /// <summary>How long a session may say nothing; subscribers excepted.</summary>
    public TimeSpan SessionIdleTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a new session may take to its first command.</summary>
    public TimeSpan SessionFirstTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a session may say nothing while more than three quarters of the places are taken.</summary>
    public TimeSpan SessionStressTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest command line, in bytes, its end excepted; <c>subscribe</c> may use sixteen times as much for its position.</summary>
    public int LineMax { get; init; } = 4096;

    /// <summary>How many refused commands end a session.</summary>
    public int SessionErrorsMax { get; init; } = 20;

    /// <summary>How many commands a session from elsewhere may give in each second; floods are not counted.</summary>
    public int CommandRateMax { get; init; } = 50;

    /// <summary>How many of them it may give at once when it has given none for a while.</summary>
    public int CommandBurstMax { get; init; } = 200;

    /// <summary>How many subscriptions one session may have.</summary>
    public int SubscriptionsPerSessionMax { get; init; } = 64;

    /// <summary>Bytes of replies that a client may leave unread before nothing more is read from it.</summary>
    public int UnreadMax { get; init; } = 256 << 10;

    /// <summary>How long a client may take nothing of the replies that wait for it.</summary>
    public TimeSpan UnreadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that may wait to be read by all sessions together before the slowest are ended.</summary>
    public long OutputMax { get; init; } = 16 << 20;

    /// <summary>The least pace of an update whose size was said, in bytes per second.</summary>
    public int UploadRateMin { get; init; } = 240;

    /// <summary>How long it may stand still before that counts.</summary>
    public TimeSpan UploadGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most sites that no file names.</summary>
    public int LearnedSiteMax { get; init; } = 1024;

    /// <summary>How many such sites may join at this one in each second.</summary>
    public int JoinRateMax { get; init; } = 50;

    /// <summary>The most links at once, those that have not said who they are included.</summary>
    public int LinkMax { get; init; } = 512;

    /// <summary>The most incoming links at once that have not said who they are.</summary>
    public int UnknownLinkMax { get; init; } = 64;
}

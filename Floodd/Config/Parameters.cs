// The one table of parameters: reading, 'floodd check' and config/reference.conf all follow it. Defaults are the records' own; never written here.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Config;

/// <summary>Every form and parameter of the configuration.</summary>
public static class Parameters
{
    private const long TiB = 1L << 40;
    private const ParameterChange Restart = ParameterChange.Restart;

    internal static readonly Form<SiteDefinition> Site = SiteForm();

    internal static readonly Form<GroupDefinition> Group = GroupForm();

    internal static readonly Form<LocalDefinition> Local = LocalForm();

    /// <summary>All parameters, form by form.</summary>
    public static ImmutableArray<Parameter> All { get; } =
        [.. Site.Parameters.Select(p => p.Said), .. Group.Parameters.Select(p => p.Said), .. Local.Parameters.Select(p => p.Said)];

    private static Form<SiteDefinition> SiteForm()
    {
        var f = new FormBuilder<SiteDefinition>(
            "site-define", "A site: a daemon with a name. Everybody's file says the same of it.", new SiteDefinition(new SiteName("site")));
        f.Key("site-name", ValueTypes.Site, s => s.Name, (s, v) => s with { Name = v }, "The site's name.", "inferno", Restart);
        f.Maybe("hostname", ValueTypes.Hostname, s => s.Hostname, (s, v) => s with { Hostname = v },
            "The name of the site's host, looked up when there is no inet-address; without either the site's name is looked up.", "inferno.example.org");
        f.Maybe("inet-address", ValueTypes.ReachableAddress, s => s.InetAddress, (s, v) => s with { InetAddress = v },
            "The address of the site's host.", "192.0.2.7");
        f.One("client-port", ValueTypes.Port, s => s.ClientPort, (s, v) => s with { ClientPort = v },
            "The TCP port at which the site serves clients.", Restart);
        f.One("data-port", ValueTypes.Port, s => s.DataPort, (s, v) => s with { DataPort = v },
            "The TCP port at which other sites link to the site.", Restart);
        f.Maybe("http-port", ValueTypes.Port, s => s.HttpPort, (s, v) => s with { HttpPort = v },
            "The TCP port of the status page, on loopback; without it there is no page.", "2080", Restart);
        f.Maybe("latitude", ValueTypes.Degrees(90), s => s.Latitude, (s, v) => s with { Latitude = v },
            "Where the site is, north positive: a first guess at distances until they are measured.", "34.02");
        f.OrSpelled("lattitude");
        f.Maybe("longitude", ValueTypes.Degrees(180), s => s.Longitude, (s, v) => s with { Longitude = v },
            "Where the site is, east positive.", "-118.29");
        return f.Form;
    }

    private static Form<GroupDefinition> GroupForm()
    {
        var f = new FormBuilder<GroupDefinition>(
            "group-define", "A group: sites that share updates.", new GroupDefinition(new GroupName("group")));
        f.Key("group-name", ValueTypes.Group, g => g.Name, (g, v) => g with { Name = v }, "The group's name.", "mirror-1");
        f.Maybe("master-site", ValueTypes.Site, g => g.MasterSite, (g, v) => g with { MasterSite = v },
            "The member that plans the topology while it is up; without it, or when it is down, the first in name order that is up does.", "inferno");
        f.Many("site", ValueTypes.Site, g => g.Sites, (g, v) => g with { Sites = v },
            "A member; the master is one anyway. A site needs itself and one other here, the rest it learns by joining.", "inferno");
        f.Many("allow-site", ValueTypes.SitePattern, g => g.AllowSites, (g, v) => g with { AllowSites = v },
            "Who may join beside the sites named here; without any, nobody may.", "*.example.org");
        f.Many("deny-site", ValueTypes.SitePattern, g => g.DenySites, (g, v) => g with { DenySites = v },
            "Who may not join, even if allowed.", "198.51.100.0/24");
        f.One("ping-period", ValueTypes.Seconds, g => g.PingPeriod, (g, v) => g with { PingPeriod = v },
            "How often the round trip to one member is measured.");
        f.One("bandwidth-period", ValueTypes.Seconds, g => g.BandwidthPeriod, (g, v) => g with { BandwidthPeriod = v },
            "How often the bandwidth to one member is measured; more seldom once it has settled.");
        f.One("estimates-period", ValueTypes.Seconds, g => g.EstimatesPeriod, (g, v) => g with { EstimatesPeriod = v },
            "How often a site reports its estimates.");
        f.One("join-period", ValueTypes.Seconds, g => g.JoinPeriod, (g, v) => g with { JoinPeriod = v },
            "How often a site repeats its join.");
        f.One("update-period", ValueTypes.Seconds, g => g.UpdatePeriod, (g, v) => g with { UpdatePeriod = v },
            "How often the master plans a new topology.");
        f.One("connectivity", ValueTypes.Count(1, 16), g => g.Connectivity, (g, v) => g with { Connectivity = v },
            "How many sites must die before the rest can be split; at most max-degree.");
        f.One("max-degree", ValueTypes.Count(1, 256), g => g.MaxDegree, (g, v) => g with { MaxDegree = v },
            "The most links that the topology gives a site; 1 counts as 2 where there are more than two.");
        f.One("max-update-size", ValueTypes.Bytes(1, GroupDefinition.UpdateMax), g => g.MaxUpdateSize, (g, v) => g with { MaxUpdateSize = v },
            "The largest update; at most half of data-storage-max, and that half when it is less than the default and this is not given.");
        f.Maybe("topology-generator", ValueTypes.Command, g => g.TopologyGenerator, (g, v) => g with { TopologyGenerator = v },
            "A program of your own that plans the topology where this site is the master. Never sent to another site.", "/usr/local/bin/planner --seed 1");
        f.Joined();
        return f.Form;
    }

    private static Form<LocalDefinition> LocalForm()
    {
        var f = new FormBuilder<LocalDefinition>("local", "What holds for this site alone and is never sent to another.", new LocalDefinition());
        f.Maybe("site-name", ValueTypes.Site, l => l.SiteName, (l, v) => l with { SiteName = v },
            "Which site this is, when the command line does not say it; without both, the site whose hostname or inet-address is this machine's.", "inferno", Restart);
        f.Maybe("bind-address", ValueTypes.Address, l => l.BindAddress, (l, v) => l with { BindAddress = v },
            "The address on which the ports are opened; without it, every address of the machine.", "127.0.0.1", Restart);
        f.One("data-storage-max", ValueTypes.Bytes(4096, TiB), l => l.DataStorageMax, (l, v) => l with { DataStorageMax = v },
            "The most that stored updates take, a charge for each included.");
        f.Maybe("set-aside-max", ValueTypes.Bytes(0, TiB), l => l.SetAsideMax, (l, v) => l with { SetAsideMax = v },
            "The most of it that updates take which export-command refused; the oldest is given up first. Without it, an eighth of data-storage-max.", "8m");
        f.One("flood-keys-max", ValueTypes.Count(1, 1 << 24), l => l.FloodKeysMax, (l, v) => l with { FloodKeysMax = v },
            "The most updates with a key that are remembered for each group, 72 bytes each at most; the oldest is forgotten first.", Restart);
        f.One("log-purge-period", ValueTypes.Seconds, l => l.LogPurgePeriod, (l, v) => l with { LogPurgePeriod = v },
            "How long an update is kept for sites that may still want it.");
        f.One("site-purge-period", ValueTypes.Seconds, l => l.SitePurgePeriod, (l, v) => l with { SitePurgePeriod = v },
            "How long a site that no file names may be unheard of, or in a group no more, before it is forgotten.");
        f.Maybe("spool-directory", ValueTypes.Directory, l => l.SpoolDirectory, (l, v) => l with { SpoolDirectory = v },
            "Where accepted updates are kept over a restart and a power cut; without it, in memory only.", "/var/spool/floodd", Restart);
        f.Maybe("spool-reserve", ValueTypes.Bytes(0, TiB), l => l.SpoolReserve, (l, v) => l with { SpoolReserve = v },
            "What the spool leaves free on its disk for others; without it, a tenth of the disk, at most 1 GiB.", "256m", Restart);
        f.Maybe("export-command", ValueTypes.Command, l => l.Export.Command, (l, v) => l with { Export = l.Export with { Command = v } },
            "Gets the updates on its standard input, run by /bin/sh -c; without it, updates are counted as delivered.", "/usr/local/bin/filer --quiet");
        f.Joined();
        f.One("export-directory", ValueTypes.Directory, l => l.Export.Directory, (l, v) => l with { Export = l.Export with { Directory = v } },
            "Where export-command and resync-command run.");
        f.One("export-format", ValueTypes.Format, l => l.Export.Format, (l, v) => l with { Export = l.Export with { Format = v } },
            "How updates follow one another: only their bytes, or each with a line before it that names it.");
        f.Maybe("export-bundle-max", ValueTypes.Bytes(1, TiB), l => l.Export.BundleMax, (l, v) => l with { Export = l.Export with { BundleMax = v } },
            "The most bytes of updates in one run of export-command; a larger update gets a run of its own. Without it, a quarter of data-storage-max.", "4m");
        f.One("export-timeout", ValueTypes.Seconds, l => l.Export.Timeout, (l, v) => l with { Export = l.Export with { Timeout = v } },
            "How long a run may neither take a byte nor end.");
        f.Maybe("resync-command", ValueTypes.Command, l => l.Export.ResyncCommand, (l, v) => l with { Export = l.Export with { ResyncCommand = v } },
            "Run when this site is new to a group or has missed what no member has any more.", "/usr/local/bin/full-copy");
        f.Joined();
        Limits(f);
        return f.Form;
    }

    private static void Limits(FormBuilder<LocalDefinition> f)
    {
        f.One("insecure", ValueTypes.Truth, l => l.Access.Insecure, (l, v) => l with { Access = l.Access with { Insecure = v } },
            "Whether any address may link and flood, as on a network of friends.");
        f.Many("allow-client", ValueTypes.AddressPattern, l => l.Access.AllowClients, (l, v) => l with { Access = l.Access with { AllowClients = v } },
            "From where clients may flood, beside this host.", "10.0.0.0/8");
        f.Many("allow-shutdown", ValueTypes.AddressPattern, l => l.Access.AllowShutdown, (l, v) => l with { Access = l.Access with { AllowShutdown = v } },
            "From where 'shutdown' is obeyed, beside this host.", "192.0.2.1");
        f.One("session-max", ValueTypes.Count(1, 100_000), l => l.Access.SessionMax, (l, v) => l with { Access = l.Access with { SessionMax = v } },
            "The most client sessions at once.");
        f.One("sessions-per-address-max", ValueTypes.Count(1, 100_000), l => l.Access.SessionsPerAddressMax, (l, v) => l with { Access = l.Access with { SessionsPerAddressMax = v } },
            "The most client sessions at once from one other host; of IPv6 from one network of 64 bits.");
        f.One("sessions-per-second-max", ValueTypes.Count(1, 100_000), l => l.Access.SessionsPerSecondMax, (l, v) => l with { Access = l.Access with { SessionsPerSecondMax = v } },
            "The most connections that are taken from one other host within one second, at each port.");
        f.One("session-idle-timeout", ValueTypes.Seconds, l => l.Access.SessionIdleTimeout, (l, v) => l with { Access = l.Access with { SessionIdleTimeout = v } },
            "How long a session may say nothing; subscribers may for ever.");
        f.One("session-first-timeout", ValueTypes.Seconds, l => l.Access.SessionFirstTimeout, (l, v) => l with { Access = l.Access with { SessionFirstTimeout = v } },
            "How long a new session may take to its first command.");
        f.One("session-stress-timeout", ValueTypes.Seconds, l => l.Access.SessionStressTimeout, (l, v) => l with { Access = l.Access with { SessionStressTimeout = v } },
            "How long a session may say nothing while more than three quarters of session-max are there; then one error ends a session, too.");
        f.One("line-max", ValueTypes.SmallBytes(512, 1 << 20), l => l.Access.LineMax, (l, v) => l with { Access = l.Access with { LineMax = v } },
            "The longest command line; 'subscribe' may use sixteen times as much.");
        f.One("session-errors-max", ValueTypes.Count(1, 1_000_000), l => l.Access.SessionErrorsMax, (l, v) => l with { Access = l.Access with { SessionErrorsMax = v } },
            "How many refused commands end a session.");
        f.One("command-rate-max", ValueTypes.Count(1, 1_000_000), l => l.Access.CommandRateMax, (l, v) => l with { Access = l.Access with { CommandRateMax = v } },
            "How many commands a session from elsewhere may give in each second, floods not counted; one that makes much text or work counts as ten.");
        f.One("command-burst-max", ValueTypes.Count(10, 1_000_000), l => l.Access.CommandBurstMax, (l, v) => l with { Access = l.Access with { CommandBurstMax = v } },
            "How many of them it may give at once when it has given none for a while.");
        f.One("subscriptions-per-session-max", ValueTypes.Count(1, 100_000), l => l.Access.SubscriptionsPerSessionMax, (l, v) => l with { Access = l.Access with { SubscriptionsPerSessionMax = v } },
            "How many subscriptions one session may have.");
        f.One("unread-max", ValueTypes.SmallBytes(4096, 1 << 30), l => l.Access.UnreadMax, (l, v) => l with { Access = l.Access with { UnreadMax = v } },
            "The replies that a client may leave unread before nothing more is read from it.");
        f.One("unread-timeout", ValueTypes.Seconds, l => l.Access.UnreadTimeout, (l, v) => l with { Access = l.Access with { UnreadTimeout = v } },
            "How long a client may take nothing of the replies that wait for it; subscribers fall behind instead.");
        f.One("output-max", ValueTypes.Bytes(65_536, TiB), l => l.Access.OutputMax, (l, v) => l with { Access = l.Access with { OutputMax = v } },
            "What may wait to be read by all clients together, or a sixteenth of data-storage-max (1m at least) if that is less; above it, those that take nothing are ended.");
        f.One("upload-rate-min", ValueTypes.Count(1, 1_000_000), l => l.Access.UploadRateMin, (l, v) => l with { Access = l.Access with { UploadRateMin = v } },
            "The least pace of an update whose size was said, in bytes per second.");
        f.One("upload-grace", ValueTypes.Seconds, l => l.Access.UploadGrace, (l, v) => l with { Access = l.Access with { UploadGrace = v } },
            "How long an update may take before its pace counts.");
        f.One("learned-site-max", ValueTypes.Count(1, 100_000), l => l.Access.LearnedSiteMax, (l, v) => l with { Access = l.Access with { LearnedSiteMax = v } },
            "The most sites that no file names.");
        f.One("join-rate-max", ValueTypes.Count(1, 100_000), l => l.Access.JoinRateMax, (l, v) => l with { Access = l.Access with { JoinRateMax = v } },
            "How many such sites may join at this one in each second; the others a little later.");
        f.One("link-max", ValueTypes.Count(1, 100_000), l => l.Access.LinkMax, (l, v) => l with { Access = l.Access with { LinkMax = v } },
            "The most links at once.");
        f.One("unknown-link-max", ValueTypes.Count(1, 100_000), l => l.Access.UnknownLinkMax, (l, v) => l with { Access = l.Access with { UnknownLinkMax = v } },
            "The most incoming links at once that have not yet said who they are.");
    }
}

// What a test wants of its group of sites, and the configuration text that says so; starts nothing.
using System.Globalization;
using System.Text;
using Floodd.Tests.EndToEnd.Lab;

namespace Floodd.Tests.EndToEnd;

/// <summary>The shape of a group; short periods, so that tests see in seconds what takes minutes in service.</summary>
internal sealed record GroupPlan
{
    /// <summary>How many sites: s1, s2 ...; s1 is the master.</summary>
    public int SiteCount { get; init; } = 3;

    /// <summary>The groups that all sites share.</summary>
    public string[] Groups { get; init; } = ["g"];

    public int Connectivity { get; init; } = 2;

    /// <summary>The bound on each site's store.</summary>
    public string DataStorageMax { get; init; } = "64m";

    /// <summary>The address that both ports are opened on.</summary>
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>The lab whose networks the sites run in, s1 in the first; null for this machine's. Not the group's: to be disposed after it.</summary>
    public LabNetwork? Network { get; init; }

    /// <summary>How many sites are started at once: a daemon that starts keeps a processor busy for a second.</summary>
    public int Wave { get; init; } = 8;

    /// <summary>How long the start may take until all see each other up.</summary>
    public TimeSpan UpPatience { get; init; } = Eventually.Patience;

    /// <summary>The most descriptors of each daemon; null for as many as this process.</summary>
    public int? DescriptorMax { get; init; }

    /// <summary>The periods of <c>group-define</c>; empty for the defaults.</summary>
    public string Periods { get; init; } = "(:ping-period 0.5) (:bandwidth-period 5.0) (:estimates-period 0.5) (:update-period 2) (:join-period 1)";

    /// <summary>More parameters for <c>group-define</c>.</summary>
    public string GroupLines { get; init; } = "";

    /// <summary>More parameters for a site's <c>local</c>.</summary>
    public Func<TestSite, string> LocalLines { get; init; } = _ => "";

    /// <summary>A site's export command; appends to its <see cref="TestSite.Exports"/> unless said, null for none.</summary>
    public Func<TestSite, string?> ExportCommand { get; init; } = site => site.Exports.Command(site.Life);

    /// <summary>The same with a site in each network of a lab, its ports open to the others and to a test's sessions from inside.</summary>
    public GroupPlan In(LabNetwork network) => this with { Network = network, SiteCount = network.Sites.Count, BindAddress = "0.0.0.0" };

    /// <summary>The configuration of one site among all.</summary>
    public string TextFor(TestSite site, IEnumerable<TestSite> all)
    {
        var text = new StringBuilder();
        foreach (TestSite each in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"(:site-define (:site-name {each.Name}) (:hostname localhost) (:inet-address {each.Address}) (:client-port {each.ClientPort}) (:data-port {each.DataPort}))\n");
        }

        foreach (string group in Groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"(:group-define (:group-name {group}) (:master-site s1) (:connectivity {Connectivity})\n");
            text.Append("  ").Append(Periods).Append("\n  ");
            text.AppendJoin(' ', all.Select(each => $"(:site {each.Name})")).Append(GroupLines).Append(")\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"(:local (:bind-address {BindAddress}) (:data-storage-max {DataStorageMax})\n");
        if (ExportCommand(site) is { } command)
        {
            text.Append(CultureInfo.InvariantCulture, $"  (:export-format framed) (:export-directory {site.Folder})\n  (:export-command \"{command.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\")\n");
        }

        return text.Append(LocalLines(site)).Append(")\n").ToString();
    }
}

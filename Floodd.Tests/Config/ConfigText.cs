// Short ways for tests to read configuration texts. Holds no expectation of its own.
using System.Collections.Immutable;
using System.Net;
using Floodd.Config;
using Floodd.Model;
using Floodd.Syntax;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal static class ConfigText
{
    internal const string Manual = """
        ;;; This file contains a minimal configuration for a non master site replica.
        # The master site.
        (:site-define (:site-name master) (:hostname valhalla) (:client-port 2000) (:data-port 2001))
        ; The second site.
        (:site-define (:site-name inferno) (:hostname inferno) (:client-port 2000) (:data-port 2001))
        (:group-define (:group-name mirror-1) (:site master) (:site inferno)
          (:ping-period 15.0) (:bandwidth-period 60.0) (:estimates-period 30.0) (:update-period 120) (:master-site master))
        (:local (:export-command /homes/dante/mirrord/inferno/bin/filer) (:site-purge-period 600))
        """;

    internal static readonly MachineNames Nowhere = new([], []);

    internal static ConfigurationResult Read(string text, string? self = null, MachineNames? machine = null) =>
        ConfigurationReader.Read([SourceText.From("f", text)], self == null ? null : new SiteName(self), machine ?? Nowhere);

    /// <summary>The configuration of site a, to which a test adds parameters.</summary>
    internal static Configuration Of(string site = "", string group = "", string local = "") => Good(Read(Text(site, group, local)));

    /// <summary>The errors of that text, as they are printed.</summary>
    internal static ImmutableArray<string> Errors(string site = "", string group = "", string local = "") => Errors(Read(Text(site, group, local)));

    internal static ImmutableArray<string> Errors(ConfigurationResult result) => [.. result.Errors.Select(e => e.ToString())];

    internal static Configuration Good(ConfigurationResult result)
    {
        Assert.That(Errors(result), Is.Empty);
        return result.Configuration!;
    }

    /// <summary>Records hold arrays, which are equal only to themselves; as text they are equal when what they hold is.</summary>
    internal static string Shown(Configuration configuration) => $"{configuration.Self}\n{ConfigurationWriter.Write(configuration)}";

    internal static MachineNames Machine(string name, params string[] addresses) => new([name], [.. addresses.Select(IPAddress.Parse)]);

    // Line 1 is the site, line 3 the group, line 4 the local form: tests count on it.
    private static string Text(string site, string group, string local) =>
        $"(:site-define (:site-name a) {site})\n(:site-define (:site-name b))\n(:group-define (:group-name g) (:site a) (:site b) {group})\n(:local (:site-name a) {local})\n";
}

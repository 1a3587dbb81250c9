// What a reload changes at once, and what it leaves for a restart.
using Floodd.Config;
using Floodd.Model;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class ConfigurationDifferenceTests
{
    [Test]
    public void Equal_configurations_differ_in_nothing()
    {
        Configuration running = ConfigText.Of("(:http-port 1)", "(:allow-site x)", "(:allow-client *)");
        var difference = ConfigurationDifference.Between(running, ConfigText.Of("(:http-port 1)", "(:allow-site x)", "(:allow-client *)"));
        Assert.That(difference.Changes.Concat(difference.NeedRestart), Is.Empty);
        Assert.That(ConfigText.Shown(difference.Applicable), Is.EqualTo(ConfigText.Shown(running)));
    }

    [Test]
    public void Ports_and_places_wait_for_a_restart_and_the_rest_holds_at_once()
    {
        Configuration running = ConfigText.Of();
        Configuration read = ConfigText.Of(
            "(:client-port 7) (:hostname h)", "(:ping-period 3) (:deny-site x)", "(:bind-address 127.0.0.1) (:spool-directory /s) (:data-storage-max 1g) (:export-command cat -u)");
        var difference = ConfigurationDifference.Between(running, read);
        Assert.That(difference.NeedRestart, Is.EqualTo(new[]
        {
            "site a: client-port '2000' becomes '7'",
            "local: bind-address (not given) becomes '127.0.0.1'",
            "local: spool-directory (not given) becomes '/s'",
        }));
        Assert.That(difference.Changes, Is.EqualTo(new[]
        {
            "site a: hostname (not given) becomes 'h'",
            "local: data-storage-max '64m' becomes '1g'",
            "local: export-command (not given) becomes 'cat -u'",
            "group g: deny-site (not given) becomes 'x'",
            "group g: ping-period '15' becomes '3'",
        }));
        Assert.That(
            ConfigText.Shown(difference.Applicable),
            Is.EqualTo(ConfigText.Shown(ConfigText.Of("(:hostname h)", "(:ping-period 3) (:deny-site x)", "(:data-storage-max 1g) (:export-command cat -u)"))));
    }

    [Test]
    public void Sites_and_groups_come_and_go_at_once_and_another_sites_port_needs_no_restart()
    {
        const string Self = "(:site-define (:site-name a)) (:local (:site-name a))";
        Configuration running = ConfigText.Good(ConfigText.Read(Self + "(:site-define (:site-name b)) (:site-define (:site-name c)) (:group-define (:group-name g) (:site a))"));
        Configuration read = ConfigText.Good(ConfigText.Read(Self + "(:site-define (:site-name b) (:data-port 7)) (:site-define (:site-name d)) (:group-define (:group-name h) (:site a))"));
        var difference = ConfigurationDifference.Between(running, read);
        Assert.That(difference.NeedRestart, Is.Empty);
        Assert.That(difference.Changes, Is.EqualTo(new[]
        {
            "site b: data-port '2001' becomes '7'", "site c is no longer defined", "site d is new", "group g is no longer defined", "group h is new",
        }));
        Assert.That(ConfigText.Shown(difference.Applicable), Is.EqualTo(ConfigText.Shown(read)));
    }

    [Test]
    public void Another_name_of_our_own_changes_nothing_now()
    {
        const string Sites = "(:site-define (:site-name a)) (:site-define (:site-name b))";
        Configuration running = ConfigText.Good(ConfigText.Read(Sites, "a"));
        var difference = ConfigurationDifference.Between(running, ConfigText.Good(ConfigText.Read(Sites, "b")));
        Assert.That(difference.Applicable, Is.SameAs(running));
        Assert.That(difference.NeedRestart, Is.EqualTo(new[] { "this daemon is site a, the configuration now says b" }));
    }

    [Test]
    public void A_configured_site_stays_itself_when_the_local_name_changes_under_the_command_lines()
    {
        const string Sites = "(:site-define (:site-name a)) (:site-define (:site-name b))";
        Configuration running = ConfigText.Good(ConfigText.Read(Sites, "a"));
        var difference = ConfigurationDifference.Between(running, ConfigText.Good(ConfigText.Read(Sites + "(:local (:site-name b))", "a")));
        Assert.That(difference.Applicable.Self, Is.EqualTo(new SiteName("a")));
        Assert.That(difference.NeedRestart, Is.EqualTo(new[] { "local: site-name (not given) becomes 'b'" }));
    }
}

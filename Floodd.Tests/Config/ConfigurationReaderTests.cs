// What good configuration texts mean.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Floodd.Config;
using Floodd.Model;
using Floodd.Syntax;
using NUnit.Framework;

namespace Floodd.Tests.Config;

internal sealed class ConfigurationReaderTests
{
    [Test]
    public void The_manuals_example_loads_unchanged()
    {
        Configuration read = ConfigText.Good(ConfigText.Read(ConfigText.Manual, machine: ConfigText.Machine("inferno")));
        GroupDefinition group = read.Groups[new("mirror-1")];
        Assert.Multiple(() =>
        {
            Assert.That(read.Self, Is.EqualTo(new SiteName("inferno")));
            Assert.That(read.Sites[new("master")], Is.EqualTo(new SiteDefinition(new("master")) { Hostname = "valhalla" }));
            Assert.That(read.SelfDefinition, Is.EqualTo(new SiteDefinition(new("inferno")) { Hostname = "inferno" }));
            Assert.That(group.Sites, Is.EqualTo(new SiteName[] { new("master"), new("inferno") }));
            Assert.That(group.MasterSite, Is.EqualTo(new SiteName("master")));
            Assert.That(group with { Sites = [] }, Is.EqualTo(new GroupDefinition(new("mirror-1")) { MasterSite = new("master"), Sites = [] }));
            Assert.That(read.Local, Is.EqualTo(new LocalDefinition
            {
                SitePurgePeriod = TimeSpan.FromSeconds(600),
                Export = new() { Command = "/homes/dante/mirrord/inferno/bin/filer" },
            }));
        });
    }

    [Test]
    public void Every_parameter_reaches_its_property()
    {
        Configuration read = ConfigText.Of(
            "(:hostname h.example) (:inet-address 192.0.2.1) (:client-port 1) (:data-port 2) (:http-port 3) (:lattitude -34.5) (:longitude 179)",
            "(:master-site b) (:allow-site *.x) (:allow-site 10.0.0.0/8) (:deny-site c) (:ping-period 1) (:bandwidth-period 2) (:estimates-period 3) (:join-period 4) "
            + "(:update-period 5.5) (:connectivity 6) (:max-degree 7) (:max-update-size 1m) (:topology-generator planner -k \"3\")",
            "(:bind-address ::1) (:data-storage-max 2M) (:log-purge-period 8) (:site-purge-period 9) (:spool-directory /s) (:export-command cat -u) (:export-directory /d) "
            + "(:export-format framed) (:export-bundle-max 10k) (:export-timeout 11) (:resync-command \"a; b\") (:insecure t) (:allow-client 10.1.2.3) (:allow-client *) "
            + "(:allow-shutdown fe80::/10) (:session-max 12) (:sessions-per-address-max 13) (:session-idle-timeout 14) (:session-first-timeout 15) (:line-max 1600) "
            + "(:session-errors-max 17) (:link-max 18) (:unknown-link-max 19)");
        GroupDefinition group = read.Groups[new("g")];
        LocalDefinition local = read.Local;
        Assert.Multiple(() =>
        {
            Assert.That(read.SelfDefinition, Is.EqualTo(new SiteDefinition(new("a"))
            {
                Hostname = "h.example",
                InetAddress = IPAddress.Parse("192.0.2.1"),
                ClientPort = 1,
                DataPort = 2,
                HttpPort = 3,
                Latitude = -34.5,
                Longitude = 179,
            }));
            Assert.That((group.MasterSite, group.PingPeriod, group.BandwidthPeriod, group.EstimatesPeriod), Is.EqualTo(((SiteName?)new SiteName("b"), Seconds(1), Seconds(2), Seconds(3))));
            Assert.That((group.JoinPeriod, group.UpdatePeriod, group.Connectivity, group.MaxDegree), Is.EqualTo((Seconds(4), Seconds(5.5), 6, 7)));
            Assert.That((group.MaxUpdateSize, group.TopologyGenerator), Is.EqualTo((1L << 20, "planner -k 3")));
            Assert.That(group.AllowSites, Is.EqualTo(new[] { "*.x", "10.0.0.0/8" }));
            Assert.That(group.DenySites, Is.EqualTo(new[] { "c" }));
            Assert.That((local.SiteName, local.BindAddress, local.DataStorageMax, local.LogPurgePeriod), Is.EqualTo(((SiteName?)new SiteName("a"), IPAddress.IPv6Loopback, 2L << 20, Seconds(8))));
            Assert.That((local.SitePurgePeriod, local.SpoolDirectory), Is.EqualTo((Seconds(9), "/s")));
            Assert.That(local.Export, Is.EqualTo(new ExportDefinition
            {
                Command = "cat -u",
                Directory = "/d",
                Format = ExportFormat.Framed,
                BundleMax = 10240,
                Timeout = Seconds(11),
                ResyncCommand = "a; b",
            }));
            Assert.That(local.Access.AllowClients, Is.EqualTo(new[] { "10.1.2.3", "*" }));
            Assert.That(local.Access.AllowShutdown, Is.EqualTo(new[] { "fe80::/10" }));
            Assert.That(local.Access with { AllowClients = [], AllowShutdown = [] }, Is.EqualTo(new AccessDefinition
            {
                Insecure = true,
                AllowClients = [],
                AllowShutdown = [],
                SessionMax = 12,
                SessionsPerAddressMax = 13,
                SessionIdleTimeout = Seconds(14),
                SessionFirstTimeout = Seconds(15),
                LineMax = 1600,
                SessionErrorsMax = 17,
                LinkMax = 18,
                UnknownLinkMax = 19,
            }));
        });
    }

    [TestCase("4096", 4096)]
    [TestCase("4k", 4096)]
    [TestCase("3M", 3 << 20)]
    [TestCase("2g", 2L << 30)]
    public void Bytes_are_counted_in_1024s(string text, long expected) =>
        Assert.That(ConfigText.Of(local: $"(:data-storage-max {text})").Local.DataStorageMax, Is.EqualTo(expected));

    [TestCase("15", 15)]
    [TestCase("15.0", 15)]
    [TestCase(".25", 0.25)]
    [TestCase("0.001", 0.001)]
    [TestCase("\"1.5\"", 1.5)]
    public void Seconds_are_decimal(string text, double expected) =>
        Assert.That(ConfigText.Of(group: $"(:ping-period {text})").Groups[new("g")].PingPeriod, Is.EqualTo(Seconds(expected)));

    [TestCase("/bin/cat", "/bin/cat")]
    [TestCase("/bin/cat -u -", "/bin/cat -u -")]
    [TestCase("\"/bin/cat -u; true # yes\"", "/bin/cat -u; true # yes")]
    [TestCase("sh -c \"a \\\"b\\\" \\\\\"", "sh -c a \"b\" \\")]
    public void A_command_is_one_string_or_several_words(string text, string expected) =>
        Assert.That(ConfigText.Of(local: $"(:export-command {text})").Local.Export.Command, Is.EqualTo(expected));

    [Test]
    public void Files_read_as_one_text_in_their_order()
    {
        SourceText[] files = [.. new[]
        {
            "(:local (:export-command a)) (:site-define (:site-name a)",
            "(:client-port 7)) (:group-define (:group-name g) (:site b) (:site a))",
            "(:site-define (:site-name b)) (:local (:site-name a))",
        }.Select((text, i) => SourceText.From($"f{i}", text))];
        Configuration read = ConfigText.Good(ConfigurationReader.Read(files, null, ConfigText.Nowhere));
        Assert.That((read.Self, read.SelfDefinition.ClientPort, read.Local.Export.Command), Is.EqualTo((new SiteName("a"), 7, "a")));
        Assert.That(read.Groups[new("g")].Sites, Is.EqualTo(new SiteName[] { new("b"), new("a") }));
    }

    [Test]
    public void The_master_is_a_member_even_if_it_is_not_listed()
    {
        const string Text = "(:site-define (:site-name a)) (:site-define (:site-name m)) (:group-define (:group-name g) (:site a) (:master-site m))";
        Assert.That(ConfigText.Good(ConfigText.Read(Text, "a")).Groups[new("g")].Sites, Is.EqualTo(new SiteName[] { new("a"), new("m") }));
    }

    [Test]
    public void A_group_that_does_not_name_us_is_one_that_we_want_to_join()
    {
        const string Text = "(:site-define (:site-name a)) (:site-define (:site-name m)) (:group-define (:group-name g) (:site m))";
        Assert.That(ConfigText.Good(ConfigText.Read(Text, "a")).Groups[new("g")].Sites, Is.EqualTo(new SiteName[] { new("m") }));
    }

    [TestCase("", 16 << 20)]
    [TestCase("(:data-storage-max 1g)", 16 << 20)]
    [TestCase("(:data-storage-max 8m)", 4 << 20)]
    public void The_largest_update_fits_twice_into_the_store(string local, long expected) =>
        Assert.That(ConfigText.Of(local: local).Groups[new("g")].MaxUpdateSize, Is.EqualTo(expected));

    [Test]
    public void A_megabyte_is_read_in_seconds()
    {
        var text = new StringBuilder("(:local (:site-name s0))\n(:group-define (:group-name g)");
        for (int i = 0; i < 10_000; i++)
        {
            _ = text.Append(System.Globalization.CultureInfo.InvariantCulture, $" (:site s{i})\n");
        }

        _ = text.Append(")\n");
        for (int i = 0; i < 10_000; i++)
        {
            _ = text.Append(System.Globalization.CultureInfo.InvariantCulture, $"(:site-define (:site-name s{i}) (:hostname s{i}.example.org) (:client-port 2000) (:data-port 2001)) ; a site\n");
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.That(ConfigText.Good(ConfigText.Read(text.ToString())).Sites, Has.Count.EqualTo(10_000));
        TestContext.Out.WriteLine($"{text.Length} characters in {clock.ElapsedMilliseconds} ms");
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}

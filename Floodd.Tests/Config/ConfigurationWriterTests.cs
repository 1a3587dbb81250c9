// What is written reads back the same.
using System.Collections.Immutable;
using System.Net;
using Floodd.Config;
using Floodd.Model;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Configuration = Floodd.Config.Configuration;

namespace Floodd.Tests.Config;

internal sealed class ConfigurationWriterTests
{
    [Test]
    public void Any_configuration_reads_back_equal() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Configuration written = Any(new Prng((ulong)seed));
            foreach (string text in new[] { ConfigurationWriter.Write(written), ConfigurationExplanation.Write(written) })
            {
                Assert.That(ConfigText.Shown(ConfigText.Good(ConfigText.Read(text, written.Self.Value))), Is.EqualTo(ConfigText.Shown(written)));
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure);

    [Test]
    public void Every_property_is_written()
    {
        Configuration read = ConfigText.Good(ConfigText.Read(ConfigurationWriter.Write(Any(new Prng(3))), "s0"));
        SiteDefinition[] sites = [.. read.Sites.Values];
        Assert.That(sites, Is.EqualTo(Any(new Prng(3)).Sites.Values), "sites hold no arrays and compare as values");
        Assert.That(read.Local.Export, Is.EqualTo(Any(new Prng(3)).Local.Export));
    }

    [Test]
    public void A_new_site_can_start_from_what_it_is_told()
    {
        Configuration ours = ConfigText.Of(group: "(:master-site b) (:topology-generator x) (:allow-site n*) (:join-period 7)");
        ImmutableArray<string> lines = ConfigurationWriter.ForNewSite(ours.Sites.Values, ours.Groups[new("g")]);
        Assert.That(lines, Has.None.Contains("topology-generator").And.None.Contains("\n"));
        Configuration theirs = ConfigText.Good(ConfigText.Read(string.Join('\n', lines) + "\n(:site-define (:site-name new))", "new"));
        Assert.That(theirs.Sites.Remove(new("new")), Is.EqualTo(ours.Sites));
        Assert.That(ConfigurationWriter.Write(theirs.Groups[new("g")]), Is.EqualTo(ConfigurationWriter.Write(ours.Groups[new("g")] with { TopologyGenerator = null })));
    }

    [Test]
    public void Sites_that_are_not_told_are_not_named()
    {
        Configuration ours = ConfigText.Of(group: "(:master-site b)");
        Assert.That(ConfigurationWriter.ForNewSite([ours.SelfDefinition], ours.Groups[new("g")])[^1], Does.Contain("(:site a)").And.Not.Contain("(:site b)").And.Not.Contain("master"));
    }

    private static Configuration Any(Prng prng)
    {
        ImmutableArray<SiteName> names = [.. Enumerable.Range(0, 1 + prng.Next(4)).Select(i => new SiteName($"s{i}"))];
        LocalDefinition local = AnyLocal(prng);
        var groups = Enumerable.Range(0, prng.Next(3)).Select(i => AnyGroup(prng, new($"g{i}"), names, local));
        return new(names[0], names.ToImmutableSortedDictionary(n => n, n => AnySite(prng, n)), groups.ToImmutableSortedDictionary(g => g.Name, g => g), local);
    }

    private static SiteDefinition AnySite(Prng prng, SiteName name) => new(name)
    {
        Hostname = prng.Chance(0.5) ? "a-1.example.org" : null,
        InetAddress = prng.Chance(0.5) ? IPAddress.Parse(prng.Chance(0.5) ? "192.0.2.1" : "2001:db8::17") : null,
        ClientPort = 1 + prng.Next(20_000),
        DataPort = 30_000 + prng.Next(10_000),
        HttpPort = prng.Chance(0.5) ? 50_000 + prng.Next(10_000) : null,
        Latitude = prng.Chance(0.5) ? (prng.NextDouble() * 180) - 90 : null,
        Longitude = prng.Chance(0.5) ? prng.NextDouble() / 1e6 : null,
    };

    private static GroupDefinition AnyGroup(Prng prng, GroupName name, ImmutableArray<SiteName> names, LocalDefinition local)
    {
        int connectivity = 1 + prng.Next(16);
        return new(name)
        {
            MasterSite = prng.Chance(0.5) ? names[0] : null,
            Sites = names[..(1 + prng.Next(names.Length))],
            AllowSites = prng.Chance(0.5) ? ["*.x", "10.0.0.0/8", "b"] : [],
            DenySites = prng.Chance(0.5) ? ["::1"] : [],
            PingPeriod = AnyTime(prng),
            BandwidthPeriod = AnyTime(prng),
            EstimatesPeriod = AnyTime(prng),
            JoinPeriod = AnyTime(prng),
            UpdatePeriod = AnyTime(prng),
            Connectivity = connectivity,
            MaxDegree = connectivity + prng.Next(100),
            MaxUpdateSize = 1 + (long)(prng.NextDouble() * (Math.Min(local.DataStorageMax / 2, GroupDefinition.UpdateMax) - 1)),
            TopologyGenerator = AnyText(prng),
        };
    }

    private static LocalDefinition AnyLocal(Prng prng) => new()
    {
        SiteName = prng.Chance(0.5) ? new SiteName("other") : null,
        BindAddress = prng.Chance(0.5) ? IPAddress.IPv6Any : null,
        DataStorageMax = 4096L << prng.Next(28),
        LogPurgePeriod = AnyTime(prng),
        SitePurgePeriod = AnyTime(prng),
        SpoolDirectory = AnyText(prng),
        Export = new()
        {
            Command = AnyText(prng),
            Directory = AnyText(prng) ?? "/",
            Format = prng.Chance(0.5) ? ExportFormat.Framed : ExportFormat.Raw,
            BundleMax = 1 + prng.Next(int.MaxValue),
            Timeout = AnyTime(prng),
            ResyncCommand = AnyText(prng),
        },
        Access = new()
        {
            Insecure = prng.Chance(0.5),
            AllowClients = prng.Chance(0.5) ? ["*", "10.0.0.0/8"] : [],
            AllowShutdown = prng.Chance(0.5) ? ["localhost"] : [],
            SessionMax = 1 + prng.Next(1000),
            SessionsPerAddressMax = 1 + prng.Next(1000),
            SessionIdleTimeout = AnyTime(prng),
            SessionFirstTimeout = AnyTime(prng),
            LineMax = 512 + prng.Next(1000),
            SessionErrorsMax = 1 + prng.Next(1000),
            LinkMax = 1 + prng.Next(1000),
            UnknownLinkMax = 1 + prng.Next(1000),
        },
    };

    private static TimeSpan AnyTime(Prng prng) => new(TimeSpan.TicksPerMillisecond + (long)(prng.NextDouble() * TimeSpan.TicksPerDay));

    private static string? AnyText(Prng prng)
    {
        const string Characters = "ab/ -;#()\"\\\n\t'$ü😀:\uFEFF";
        return prng.Chance(0.3) ? null : "x" + string.Concat(Enumerable.Range(0, prng.Next(12)).Select(_ => Characters.EnumerateRunes().ElementAt(prng.Next(17))));
    }
}

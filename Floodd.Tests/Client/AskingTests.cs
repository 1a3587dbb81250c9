// What the library makes of the daemon's listings: every field that the port documents, and a method for every command.
using System.Collections.Immutable;
using System.Reflection;
using Floodd.Client;
using Floodd.Client.Protocol;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class AskingTests
{
    private static readonly Dictionary<string, string> Replies = new()
    {
        ["members g"] = "212 members of g follows\n(:member (:site-name a) (:hostname h) (:inet-address ::1) (:client-port 20) (:data-port 21) (:state self))\n"
            + "(:member (:site-name b) (:hostname h2) (:client-port 20) (:state behind) (:rtt-ms 1.5) (:behind 3))\n.\n",
        ["topology g"] = "213 topology of g follows\n(:topology (:group-name g) (:edition 7) (:master-site a) (:connectivity 2) (:max-degree 8))\n"
            + "(:link a b (:rtt-ms 12.5) (:spread-ms 0.4) (:bandwidth 1250000) (:age 7) (:guessed no))\n(:link a c (:guessed yes))\n.\n",
        ["topology g dot"] = "213 topology of g follows\ngraph g {\n}\n.\n",
        ["estimates"] = "214 estimates of g follows\n(:estimate a b (:rtt-ms 1) (:spread-ms 0.5) (:bandwidth 2) (:age 3) (:guessed no))\n(:estimate a c (:rtt-ms 9) (:guessed yes))\n.\n",
        ["stats"] = "215 statistics follows\n(:uptime-seconds 5)\n(:store-max 67108864)\n"
            + "(:set-aside (:group-name g) (:first a/1/2) (:last a/1/3) (:count 2) (:reason \"exit 1, said \\\"no\\\"\"))\n"
            + "(:set-aside (:group-name h) (:first a/1/9) (:last a/1/9) (:count 1) (:reason \"signal 9\"))\n.\n",
        ["exports g"] = "220 exports of g follows\n(:export (:group-name g) (:state waiting) (:waiting 7) (:waiting-bytes 70) (:runs 12) (:retries 5) (:set-aside 2) (:set-aside-bytes 300) (:again-in 2.5) (:at-most 3) (:last-end \"exit 1\"))\n"
            + "(:set-aside a/1/2 (:group-name g) (:state kept) (:size 10) (:tries 5) (:age 60) (:reason \"said \\\"no\\\"\"))\n"
            + "(:set-aside a/1/9 (:group-name g) (:state retrying) (:size 20) (:tries 6) (:age 7) (:reason \"signal 9\"))\n.\n",
        ["exports"] = "220 exports of g follows\n(:export (:group-name g) (:state idle) (:waiting 0) (:waiting-bytes 0) (:runs 0) (:retries 0))\n.\n",
        ["retry a/1/2 g"] = "250 1 updates of g are exported again\n",
        ["retry all"] = "250 12 updates of g are exported again\n",
        ["skip a/1/2"] = "450 a/1/2 is being exported just now\n",
        ["skip all g"] = "250 0 updates of g are skipped\n",
        ["nearest g"] = "216 nearest follows\n(:member (:site-name a) (:inet-address 10.0.0.1) (:client-port 20) (:rtt-ms 5.5) (:at-least-ms 2) (:at-most-ms 8))\n(:member (:site-name b))\n.\n",
        ["where a/1/2"] = "217 delivery of a/1/2 follows\n(:member a (:state exported))\n(:member b (:state unreachable))\n.\n",
        ["wait a/1/2 2 1.5"] = "450 a/1/2 exported at 1 of 3 sites\n",
        ["configuration"] = "218 configuration of g follows\n(:a)\n..b\n.\n",
        ["help why"] = "100 help follows\nwhy [group] A B  Explains.\n.\n",
        ["why g a b"] = "219 why a b follows\n(:why a b (:group-name g) (:edition 7) (:planned yes) (:usable yes))\n"
            + "(:estimate a b (:rtt-ms 16.020) (:spread-ms 0.210) (:bandwidth 1250000) (:age 4) (:guessed no))\n(:direct (:delay-ms 9.010))\n"
            + "(:way-round a c b (:delay-ms 7.020))\n(:with (:links 12) (:cost-ms 310.200) (:flood-ms 40.100) (:delay-ms 22.400) (:score 2.114))\n"
            + "(:without (:links 11) (:cost-ms 294.180) (:flood-ms never) (:delay-ms 22.900) (:score 2.131) (:connectivity 1))\n"
            + "(:without-it a and b are parted if these fail: c d)\n.\n",
    };

    [Test]
    public async Task Listings_become_values(CancellationToken cancellation)
    {
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        ImmutableArray<FloodMember> members = await client.GetMembersAsync("g", cancellation);
        Assert.That(members[0], Is.EqualTo(new FloodMember("a", "h", "::1", 20, 21, FloodMemberState.Self, null, null)));
        Assert.That(members[0].Endpoint.ToString(), Is.EqualTo("[::1]:20"));
        Assert.That(members[1], Is.EqualTo(new FloodMember("b", "h2", null, 20, 0, FloodMemberState.Behind, 1.5, 3)));
        FloodTopology topology = await client.GetTopologyAsync("g", cancellation);
        Assert.That((topology.Group, topology.Edition, topology.MasterSite, topology.Connectivity, topology.MaxDegree), Is.EqualTo(("g", 7L, "a", 2, 8)));
        Assert.That(topology.Links, Is.EqualTo(new[] { new FloodLink("a", "b", 12.5, 0.4, 1250000, 7, false), new FloodLink("a", "c", null, null, null, null, true) }));
        Assert.That(await client.GetTopologyGraphAsync("g", cancellation), Is.EqualTo("graph g {\n}\n"));
        Assert.That(
            await client.GetEstimatesAsync(null, cancellation),
            Is.EqualTo(new[] { new FloodEstimate("a", "b", 1, 0.5, 2, 3, false), new FloodEstimate("a", "c", 9, null, null, null, true) }));
        ImmutableArray<FloodCandidate> candidates = await client.GetCandidatesAsync("g", cancellation);
        Assert.That(candidates.Select(c => (c.Member.SiteName, c.Member.RttMilliseconds, c.AtLeastMilliseconds, c.AtMostMilliseconds)), Is.EqualTo(new[]
        {
            ("a", 5.5, 2, 8), ("b", default(double?), default(double?), default(double?)),
        }));
        Assert.That(await client.GetConfigurationAsync(null, cancellation), Is.EqualTo("(:a)\n.b\n"));
        Assert.That(await client.GetHelpAsync("why", cancellation), Is.EqualTo("why [group] A B  Explains.\n"));
    }

    [Test]
    public async Task Deliveries_become_values(CancellationToken cancellation)
    {
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        Assert.That(
            await client.WhereAsync(new FloodId("a", 1, 2), cancellation),
            Is.EqualTo(new[] { new FloodDelivery("a", FloodDeliveryState.Exported), new FloodDelivery("b", FloodDeliveryState.Unreachable) }));
        Assert.That(
            await client.WaitForDeliveryAsync(new FloodId("a", 1, 2), 2, TimeSpan.FromSeconds(1.5), cancellation), Is.EqualTo(new FloodDeliveryProgress(false, 1, 3)));
    }

    [Test]
    public async Task Statistics_keep_every_bundle_that_was_set_aside(CancellationToken cancellation)
    {
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        FloodStatistics statistics = await client.GetStatisticsAsync(cancellation);
        Assert.That(statistics.Values.Select(value => (value.Key, value.Value)), Is.EqualTo(new[] { ("uptime-seconds", 5L), ("store-max", 67108864L) }));
        Assert.That((statistics["store-max"], statistics["of a later version"]), Is.EqualTo((67108864L, 0L)));
        Assert.That(statistics.SetAside, Is.EqualTo(new[]
        {
            new FloodSetAside("g", new FloodId("a", 1, 2), new FloodId("a", 1, 3), 2, "exit 1, said \"no\""),
            new FloodSetAside("h", new FloodId("a", 1, 9), new FloodId("a", 1, 9), 1, "signal 9"),
        }));
    }

    [Test]
    public async Task Exports_become_values(CancellationToken cancellation)
    {
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        FloodExports exports = await client.GetExportsAsync("g", cancellation);
        Assert.That(exports with { SetAside = [] }, Is.EqualTo(new FloodExports("g", FloodExportState.Waiting, 7, 70, 12, 5, TimeSpan.FromSeconds(2.5), 3, "exit 1", [])));
        Assert.That(exports.SetAside, Is.EqualTo(new[]
        {
            new FloodRefusedUpdate(new FloodId("a", 1, 2), "g", 10, 5, TimeSpan.FromSeconds(60), "said \"no\"", false),
            new FloodRefusedUpdate(new FloodId("a", 1, 9), "g", 20, 6, TimeSpan.FromSeconds(7), "signal 9", true),
        }));
        FloodExports idle = await client.GetExportsAsync(null, cancellation);
        Assert.That(idle, Is.EqualTo(new FloodExports("g", FloodExportState.Idle, 0, 0, 0, 0, null, null, null, idle.SetAside)));
        Assert.That(idle.SetAside, Is.Empty);
    }

    [Test]
    public async Task What_was_refused_is_retried_and_skipped(CancellationToken cancellation)
    {
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        var id = new FloodId("a", 1, 2);
        await client.RetryExportAsync("g", id, cancellation);
        Assert.That(await client.RetryAllExportsAsync(null, cancellation), Is.EqualTo(12));
        Assert.That(await client.SkipAllExportsAsync("g", cancellation), Is.Zero);
        Assert.That(() => client.SkipExportAsync(null, id, cancellation), Throws.TypeOf<FlooddException>().With.Property("Code").EqualTo(FlooddReplyCode.NotYet));
        Assert.That(() => client.SkipExportAsync(null, id with { Origin = "a\nshutdown" }, cancellation), Throws.TypeOf<ArgumentException>());
    }

    [Test]
    public async Task An_explanation_becomes_a_value(CancellationToken cancellation)
    {
        await using FakeDaemon daemon = Daemon();
        await using FlooddClient client = await daemon.ConnectAsync();
        FloodExplanation why = await client.ExplainAsync("g", "a", "b", cancellation);
        Assert.That((why.A, why.B, why.Group, why.Edition, why.IsPlanned, why.IsUsable), Is.EqualTo(("a", "b", "g", 7L, true, true)));
        Assert.That(why.Estimate, Is.EqualTo(new FloodEstimate("a", "b", 16.02, 0.21, 1250000, 4, false)));
        Assert.That((why.DirectMilliseconds, why.WayRoundMilliseconds), Is.EqualTo((9.01, 7.02)));
        Assert.That(why.WayRound, Is.EqualTo(new[] { "a", "c", "b" }));
        Assert.That(why.With, Is.EqualTo(new FloodPlanScore(12, 310.2, 40.1, 22.4, 2.114)));
        Assert.That(why.Without, Is.EqualTo(new FloodPlanScore(11, 294.18, double.PositiveInfinity, 22.9, 2.131)));
        Assert.That((why.ConnectivityWithout, why.Warning), Is.EqualTo((1, "a and b are parted if these fail: c d")));
        Assert.ThrowsAsync<ArgumentException>(() => client.ExplainAsync("g", "a", "b\nshutdown", cancellation));
        Assert.ThrowsAsync<FlooddException>(() => client.ExplainAsync("g", "a", "c", cancellation));
    }

    [Test]
    public void Every_command_of_the_port_has_a_method()
    {
        var methods = new Dictionary<Verb, string>
        {
            [Verb.Help] = nameof(FlooddClient.GetHelpAsync),
            [Verb.Groups] = nameof(FlooddClient.GetGroupsAsync),
            [Verb.Members] = nameof(FlooddClient.GetMembersAsync),
            [Verb.Topology] = nameof(FlooddClient.GetTopologyAsync),
            [Verb.Why] = nameof(FlooddClient.ExplainAsync),
            [Verb.Estimates] = nameof(FlooddClient.GetEstimatesAsync),
            [Verb.Stats] = nameof(FlooddClient.GetStatisticsAsync),
            [Verb.Flood] = nameof(FlooddClient.FloodAsync),
            [Verb.Subscribe] = nameof(FlooddClient.SubscribeAsync),
            [Verb.Exports] = nameof(FlooddClient.GetExportsAsync),
            [Verb.Retry] = nameof(FlooddClient.RetryExportAsync),
            [Verb.Skip] = nameof(FlooddClient.SkipExportAsync),
            [Verb.Where] = nameof(FlooddClient.WhereAsync),
            [Verb.Wait] = nameof(FlooddClient.WaitForDeliveryAsync),
            [Verb.Nearest] = nameof(FlooddClient.NearestAsync),
            [Verb.Ping] = nameof(FlooddClient.PingAsync),
            [Verb.Replan] = nameof(FlooddClient.ReplanAsync),
            [Verb.Configuration] = nameof(FlooddClient.GetConfigurationAsync),
            [Verb.Shutdown] = nameof(FlooddClient.ShutdownAsync),
            [Verb.Quit] = nameof(FlooddClient.DisposeAsync),
        };
        Assert.That(methods.Keys, Is.EquivalentTo(CommandTable.Commands.Select(command => command.Verb)));
        foreach (MethodInfo method in typeof(FlooddClient).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            bool takesCancellation = method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken));
            Assert.That(takesCancellation || method.IsSpecialName || method.Name is nameof(FlooddClient.DisposeAsync) or nameof(FlooddClient.Dispose), Is.True, $"{method.Name} can be canceled");
        }
    }

    [TestCase("a\nshutdown", 1)]
    [TestCase("a\r", 1)]
    [TestCase("a b", 1)]
    [TestCase("", 1)]
    [TestCase("a", 0)]
    [TestCase("a", -1)]
    public async Task An_id_that_no_update_can_have_says_nothing_to_the_daemon(string origin, long sequence)
    {
        var lines = new List<string>();
        await using var daemon = new FakeDaemon((session, line, _) =>
        {
            lines.Add(line);
            return session.SayAsync("500 unknown command\n");
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        var id = new FloodId(origin, 1, sequence);
        lines.Clear();
        Assert.That(async () => await client.WhereAsync(id), Throws.ArgumentException);
        Assert.That(async () => await client.WaitForDeliveryAsync(id), Throws.ArgumentException);
        Assert.That(() => FloodPosition.Start.After(id), Throws.ArgumentException);
        Assert.That(lines, Is.Empty);
    }

    private static FakeDaemon Daemon() =>
        new((session, line, _) => session.SayAsync(Replies.GetValueOrDefault(line, "500 unknown command\n")));
}

// What the health check says of daemons in every condition. A fake daemon on real sockets.
using Floodd.Client;
using Floodd.Client.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class HealthCheckTests
{
    private const string Members = """
        212 members of g follows
        (:member (:site-name fake) (:state self))
        (:member (:site-name b) (:state up))
        (:member (:site-name c) (:state behind))
        (:member (:site-name d) (:state down))
        .

        """;

    [TestCase(null, HealthStatus.Healthy, "")]
    [TestCase(2, HealthStatus.Healthy, "2 of 4 members are up")]
    [TestCase(3, HealthStatus.Degraded, "2 of 4 members are up, 3 are asked for")]
    public async Task It_is_as_healthy_as_its_group(int? min, HealthStatus status, string text)
    {
        await using var daemon = new FakeDaemon((session, line, _) => session.SayAsync(line == "ping" ? "250 pong\n" : Members));
        await using FlooddClient client = await daemon.ConnectAsync();
        HealthCheckResult result = await CheckAsync(client, new FlooddHealthCheckOptions { Group = "g", MembersUpMin = min });
        Assert.That(result.Status, Is.EqualTo(status), result.Description);
        Assert.That(result.Description, text.Length == 0 ? Does.StartWith("answers in ") : Is.EqualTo(text));
        Assert.That(result.Data["site"], Is.EqualTo("fake"));
        Assert.That(result.Data["state"], Is.EqualTo("Connected"));
        Assert.That(result.Data["endpoint"], Is.EqualTo(daemon.Endpoint.ToString()));
        Assert.That(result.Data["round-trip-ms"], Is.InstanceOf<double>().And.Positive);
        Assert.That(result.Data.ContainsKey("members-up"), Is.EqualTo(min is not null));
    }

    [Test]
    public async Task A_daemon_that_does_not_answer_in_time_is_what_the_registration_says()
    {
        await using var daemon = new FakeDaemon((_, _, _) => Task.CompletedTask);
        await using FlooddClient client = await daemon.ConnectAsync();
        HealthCheckResult result = await CheckAsync(client, new FlooddHealthCheckOptions { Timeout = TimeSpan.FromMilliseconds(20) }, HealthStatus.Degraded);
        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(result.Description, Is.EqualTo("no answer within 0.02 s"));
    }

    [Test]
    public async Task A_daemon_that_holds_a_publisher_back_is_healthy()
    {
        using var end = new CancellationTokenSource();
        await using var daemon = new FakeDaemon((session, line, _) =>
            line.StartsWith("flood", StringComparison.Ordinal) ? Task.Delay(Timeout.Infinite, end.Token) : session.SayAsync("250 pong\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        Task<FloodReceipt> waiting = client.FloodAsync("g", "hello"u8.ToArray(), end.Token);
        Assert.That((await CheckAsync(client, new FlooddHealthCheckOptions())).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(waiting.IsCompleted, Is.False);
        await end.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<Exception>());
    }

    [Test]
    public async Task Nobody_there_and_a_client_that_is_gone_are_unhealthy()
    {
        FlooddClient client = await FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [FakeDaemon.Nobody()], RequireInitialConnect = false });
        HealthCheckResult result = await CheckAsync(client, new FlooddHealthCheckOptions { Timeout = TimeSpan.FromMilliseconds(20) });
        Assert.That((result.Status, result.Data["state"]), Is.EqualTo((HealthStatus.Unhealthy, "Connecting")));
        await client.DisposeAsync();
        result = await CheckAsync(client, new FlooddHealthCheckOptions());
        Assert.That((result.Status, result.Data["state"]), Is.EqualTo((HealthStatus.Unhealthy, "Closed")));
    }

    [Test]
    public async Task A_group_that_is_not_there_is_unhealthy()
    {
        await using var daemon = new FakeDaemon((session, line, _) => session.SayAsync(line == "ping" ? "250 pong\n" : "550 no such group\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        HealthCheckResult result = await CheckAsync(client, new FlooddHealthCheckOptions { MembersUpMin = 1 });
        Assert.That((result.Status, result.Description), Is.EqualTo((HealthStatus.Unhealthy, "550 no such group")));
    }

    private static Task<HealthCheckResult> CheckAsync(FlooddClient client, FlooddHealthCheckOptions options, HealthStatus? failure = null)
    {
        var check = new FlooddHealthCheck(client, options);
        return check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("floodd", check, failure, tags: null) });
    }
}

// How a client's connection begins, is lost, is told of, fails for good and ends. Real sockets, virtual time.
using System.Collections.Concurrent;
using System.Threading.Channels;
using Floodd.Client;
using Floodd.Client.Connections;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class ConnectionStateTests
{
    [Test]
    public async Task In_the_background_it_connects_while_requests_wait(CancellationToken cancellation)
    {
        var held = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(FakeDaemon.Good) { BeforeGreeting = _ => held.Task };
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RequireInitialConnect = false }, cancellation);
        Channel<string> told = Listen(client);
        Assert.That((client.State, client.SiteName, client.Endpoint), Is.EqualTo((FlooddConnectionState.Connecting, (string?)null, daemon.Endpoint)));
        Task<FloodReceipt> flood = client.FloodAsync("g", new byte[3], cancellation);
        Assert.That(flood.IsCompleted, Is.False);
        held.SetResult();
        Assert.That((await flood).Size, Is.EqualTo(3));
        Assert.That((client.State, client.SiteName, client.Version), Is.EqualTo((FlooddConnectionState.Connected, "fake", "0")));
        Assert.That(await told.Reader.ReadAsync(cancellation), Is.EqualTo($"opened {daemon.Endpoint} fake 0"));
    }

    [Test]
    public async Task What_happens_is_told_in_order_with_reasons_whatever_listeners_throw(CancellationToken cancellation)
    {
        FlooddEndpoint dead = FakeDaemon.Nobody();
        await using var first = new FakeDaemon((session, _, _) => session.Number == 1 ? Ended(session, "421 going home\n") : session.SayAsync("250 pong\n"));
        await using var second = new FakeDaemon((session, _, _) => Ended(session, ""));
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            first.Options with { Endpoints = [dead, first.Endpoint, second.Endpoint] }, cancellation);
        client.ConnectionLost += (_, _) => throw new InvalidOperationException("a listener's own affair");
        Channel<string> told = Listen(client);
        await client.PingAsync(cancellation);
        Assert.That(client.Endpoint, Is.EqualTo(first.Endpoint));
        var seen = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            seen.Add(await told.Reader.ReadAsync(cancellation));
        }

        Assert.That(seen, Is.EqualTo(new[]
        {
            $"lost {first.Endpoint}: 421 going home",
            $"opened {second.Endpoint} fake 0",
            $"lost {second.Endpoint}: the daemon closed the connection",
            $"failed {dead}: Connection refused",
            $"opened {first.Endpoint} fake 0",
        }));
    }

    [Test]
    public async Task Rounds_go_on_without_end_with_growing_waits(CancellationToken cancellation)
    {
        var time = new ManualTime();
        FlooddEndpoint dead = FakeDaemon.Nobody();
        var options = new FlooddClientOptions
        {
            Endpoints = [dead],
            RequireInitialConnect = false,
            TimeProvider = time,
            ReconnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = TimeSpan.FromHours(1),
        };
        await using FlooddClient client = await FlooddClient.ConnectAsync(options, cancellation);
        Channel<string> told = Listen(client);
        Task ping = client.PingAsync(cancellation);
        foreach (int most in new[] { 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000 })
        {
            TimeSpan wait = await time.ArmedAsync(left => left.TotalMilliseconds >= most / 2.0 && left.TotalMilliseconds <= most, cancellation);
            time.Advance(wait);
            Assert.That(await told.Reader.ReadAsync(cancellation), Does.StartWith($"failed {dead}: "));
        }

        Assert.That((ping.IsCompleted, client.State), Is.EqualTo((false, FlooddConnectionState.Connecting)));
    }

    [Test]
    public async Task A_request_fails_when_it_has_waited_too_long_and_says_why(CancellationToken cancellation)
    {
        var time = new ManualTime();
        FlooddEndpoint dead = FakeDaemon.Nobody();
        var options = new FlooddClientOptions
        {
            Endpoints = [dead],
            RequireInitialConnect = false,
            TimeProvider = time,
            BackOffFirst = TimeSpan.FromHours(1),
            BackOffMax = TimeSpan.FromHours(1),
        };
        await using FlooddClient client = await FlooddClient.ConnectAsync(options, cancellation);
        await time.ArmedAsync(left => left > TimeSpan.FromMinutes(20), cancellation);
        Task<FloodReceipt> first = client.FloodAsync("g", new byte[1], cancellation);
        await time.ArmedAsync(TimeSpan.FromSeconds(30), cancellation);
        time.Advance(TimeSpan.FromSeconds(10));
        Task second = client.PingAsync(cancellation);
        time.Advance(TimeSpan.FromSeconds(20));
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => first)!;
        Assert.That(e.Text, Does.StartWith($"no connection within 30 s: {dead}: "));
        Assert.That((e.IsUnreachable, e.MayHaveBeenDone, e.FloodKey is null), Is.EqualTo((true, false, false)));
        await time.ArmedAsync(TimeSpan.FromSeconds(10), cancellation);
        Assert.That(second.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(async () => await second, Throws.TypeOf<FlooddException>());
    }

    [TestCase("220 mail.example ESMTP\n", "no floodd")]
    [TestCase("200 news.example ready\n", "no floodd")]
    [TestCase("SSH-2.0-x\n", "cannot understand")]
    public async Task What_is_no_floodd_fails_every_request_at_once(string greeting, string said, CancellationToken cancellation)
    {
        await using var other = new FakeDaemon(FakeDaemon.Good, greeting);
        Assert.That(other.ConnectAsync, Throws.TypeOf<FlooddException>().With.Message.Contains(said));
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            other.Options with { RequireInitialConnect = false, ReconnectTimeout = Timeout.InfiniteTimeSpan }, cancellation);
        for (int i = 0; i < 3; i++)
        {
            FlooddException e = Assert.ThrowsAsync<FlooddException>(() => client.PingAsync(cancellation))!;
            Assert.That((e.Code, e.IsTransient), Is.EqualTo((FlooddReplyCode.Unreadable, false)));
            Assert.That(e.Text, Does.Contain(said));
        }

        Assert.That(client.State, Is.EqualTo(FlooddConnectionState.Failed));
    }

    [Test]
    public async Task One_endpoint_that_is_no_floodd_does_not_end_it(CancellationToken cancellation)
    {
        await using var other = new FakeDaemon(FakeDaemon.Good, "220 mail.example ESMTP\n");
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            daemon.Options with { Endpoints = [other.Endpoint, daemon.Endpoint], RequireInitialConnect = false }, cancellation);
        await client.PingAsync(cancellation);
    }

    [TestCase("554 cannot read that\n", "554 cannot read that")]
    [TestCase("what?\n", "cannot understand")]
    [TestCase("update g a/1/1 0\n\n", "an update without a subscription")]
    public async Task A_daemon_that_cannot_be_talked_to_fails_every_request_for_good(string reply, string said, CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync(reply));
        await using FlooddClient client = await daemon.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            FlooddException e = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
            Assert.That((e.Code, e.Message.Contains(said, StringComparison.Ordinal)), Is.EqualTo((FlooddReplyCode.Unreadable, true)));
        }

        await client.DisposeAsync();
        Assert.That(() => client.PingAsync(cancellation), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Closed_in_any_state_it_fails_what_waits_and_all_that_comes([Values] bool greets, [Values] bool drops, CancellationToken cancellation)
    {
        // Connecting, connected with an open request, and between two attempts.
        await using var daemon = new FakeDaemon((session, _, _) => drops ? Ended(session, "") : Task.CompletedTask)
        {
            BeforeGreeting = _ => greets ? Task.CompletedTask : new TaskCompletionSource().Task,
        };
        FlooddClient client = await FlooddClient.ConnectAsync(
            daemon.Options with { RequireInitialConnect = false, BackOffFirst = TimeSpan.FromMinutes(1), BackOffMax = TimeSpan.FromMinutes(1) }, cancellation);
        Channel<string> told = Listen(client);
        Task ping = client.PingAsync(cancellation);
        if (greets)
        {
            await daemon.Arrivals.Reader.ReadAsync(cancellation);
            if (drops)
            {
                await foreach (string what in told.Reader.ReadAllAsync(cancellation))
                {
                    if (what.StartsWith("lost", StringComparison.Ordinal))
                    {
                        break;
                    }
                }
            }
        }

        await client.DisposeAsync();
        Assert.That(client.State, Is.EqualTo(FlooddConnectionState.Closed));
        Assert.That(async () => await ping, Throws.TypeOf<FlooddException>());
        Assert.That(() => client.PingAsync(cancellation), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => client.FloodAsync("g", Stream.Null, cancellation), Throws.InstanceOf<ObjectDisposedException>());
        await client.DisposeAsync();
    }

    private static Channel<string> Listen(FlooddClient client)
    {
        var told = Channel.CreateUnbounded<string>();
        client.ConnectionOpened += (_, e) => told.Writer.TryWrite($"opened {e.Endpoint} {e.SiteName} {e.Version}");
        client.ConnectionLost += (_, e) => told.Writer.TryWrite($"lost {e.Endpoint}: {e.Reason.Message}");
        client.ConnectionAttemptFailed += (_, e) => told.Writer.TryWrite($"failed {e.Endpoint}: {e.Reason.Message}");
        return told;
    }

    private static async Task Ended(FakeSession session, string said)
    {
        await session.SayAsync(said);
        session.Finish();
    }
}

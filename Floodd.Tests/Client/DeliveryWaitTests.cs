// Waiting for a delivery: at whom it is asked, and where it goes on. Real sockets, virtual time.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class DeliveryWaitTests
{
    private static readonly FloodId Id = new("a", 1, 2);

    [Test]
    public async Task The_daemon_that_the_client_talks_to_is_asked(CancellationToken cancellation)
    {
        await using var first = new FakeDaemon((session, line, _) =>
        {
            if (line == "ping")
            {
                session.Drop();
                return Task.CompletedTask;
            }

            return session.SayAsync("550 no such update\n");
        });
        await using var second = new FakeDaemon((session, line, _) => session.SayAsync(line == "ping" ? "250 pong\n" : "250 a/1/2 exported at 2 of 3 sites\n"));
        await using FlooddClient client = await FlooddClient.ConnectAsync(first.Options with { Endpoints = [first.Endpoint, second.Endpoint] }, cancellation);
        await client.PingAsync(cancellation);
        Assert.That(await client.WaitForDeliveryAsync(Id, 2, TimeSpan.FromSeconds(9), cancellation), Is.EqualTo(new FloodDeliveryProgress(true, 2, 3)));
        Assert.That(first.Received.Select(r => r.Line), Is.EqualTo(new[] { "ping" }));
    }

    [Test]
    public async Task When_its_connection_is_lost_the_rest_of_the_time_is_waited_elsewhere(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var held = new TaskCompletionSource();
        await using var first = new FakeDaemon(async (session, _, _) =>
        {
            await held.Task;
            session.Drop();
        });
        await using var second = new FakeDaemon((session, _, _) => session.SayAsync("450 a/1/2 exported at 1 of 3 sites\n"));
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            first.Options with { Endpoints = [first.Endpoint, second.Endpoint], TimeProvider = time, BackOffFirst = first.Options.BackOffMax, KeepAlive = Timeout.InfiniteTimeSpan }, cancellation);
        Task<FloodDeliveryProgress> wait = client.WaitForDeliveryAsync(Id, null, TimeSpan.FromSeconds(100), cancellation);
        Assert.That((await first.Arrivals.Reader.ReadAsync(cancellation)).Line, Is.EqualTo("wait a/1/2 all 100"));
        time.Advance(TimeSpan.FromSeconds(40));
        held.SetResult();
        await time.ArmedAsync(left => left <= first.Options.BackOffMax, cancellation);
        time.Advance(first.Options.BackOffMax);
        Assert.That((await wait).ExportedCount, Is.EqualTo(1));
        Assert.That((await second.Arrivals.Reader.ReadAsync(cancellation)).Line, Does.Match("^wait a/1/2 all (60|59\\.9\\d*)$"));
    }

    [Test]
    public async Task A_site_that_has_not_heard_of_it_yet_is_asked_again_but_not_the_one_that_it_is_of(CancellationToken cancellation)
    {
        int asked = 0;
        await using var late = new FakeDaemon((session, _, _) => session.SayAsync(++asked < 3 ? "550 no such update\n" : "250 a/1/2 exported at 3 of 3 sites\n"));
        await using FlooddClient client = await FlooddClient.ConnectAsync(late.Options with { ConnectTimeout = TimeSpan.FromMinutes(1) }, cancellation);
        Assert.That((await client.WaitForDeliveryAsync(Id, cancellation: cancellation)).Reached, Is.True);

        await using var origin = new FakeDaemon((session, _, _) => session.SayAsync("550 no such update\n"), "200 floodd 0 site a ready\n");
        await using FlooddClient sure = await origin.ConnectAsync();
        Assert.That(Assert.ThrowsAsync<FlooddException>(() => sure.WaitForDeliveryAsync(Id, cancellation: cancellation))!.Code, Is.EqualTo(550));
        Assert.That(origin.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_frozen_daemon_does_not_hold_it_beyond_its_time(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var frozen = new FakeDaemon((_, _, _) => Task.CompletedTask);
        await using FlooddClient client = await FlooddClient.ConnectAsync(frozen.Options with { TimeProvider = time, KeepAlive = Timeout.InfiniteTimeSpan }, cancellation);
        Task<FloodDeliveryProgress> wait = client.WaitForDeliveryAsync(Id, null, TimeSpan.FromSeconds(10), cancellation);
        await frozen.Arrivals.Reader.ReadAsync(cancellation);
        await time.ArmedAsync(TimeSpan.FromSeconds(15), cancellation);
        time.Advance(TimeSpan.FromSeconds(15));
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => wait)!;
        Assert.That((e.IsUnreachable, e.Text), Is.EqualTo((true, $"{frozen.Endpoint}: no answer to a wait of 10 s")));
    }

    [Test]
    public async Task It_ends_with_the_client(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((_, _, _) => Task.CompletedTask);
        FlooddClient client = await daemon.ConnectAsync();
        Task<FloodDeliveryProgress> wait = client.WaitForDeliveryAsync(Id, cancellation: cancellation);
        await daemon.Arrivals.Reader.ReadAsync(cancellation);
        await client.DisposeAsync();
        Assert.That(async () => await wait, Throws.TypeOf<FlooddException>());
        Assert.That(() => client.WaitForDeliveryAsync(Id, cancellation: cancellation), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_ping_is_timed_by_the_clients_own_clock(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var daemon = new FakeDaemon((session, line, body) =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return FakeDaemon.Good(session, line, body);
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { TimeProvider = time }, cancellation);
        Assert.That(await client.PingAsync(cancellation), Is.EqualTo(TimeSpan.FromSeconds(3)));
    }
}

// Silence: idle connections are pinged, frozen daemons noticed, patient ones left alone. Real sockets, virtual time.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class KeepAliveTests
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    [Test]
    public async Task An_idle_connection_is_pinged_again_and_again(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var daemon = new FakeDaemon((session, line, _) => session.SayAsync(line == "groups" ? "211 0 groups follows\n.\n" : "250 pong\n"));
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { TimeProvider = time }, cancellation);
        for (int i = 0; i < 3; i++)
        {
            await time.ArmedAsync(KeepAlive, cancellation);
            Assert.That(daemon.Arrivals.Reader.TryPeek(out _), Is.False);
            time.Advance(KeepAlive);
            Assert.That((await daemon.Arrivals.Reader.ReadAsync(cancellation)).Line, Is.EqualTo("ping"));

            // Its own reply is there when that to a later request is.
            await client.GetGroupsAsync(cancellation);
            Assert.That((await daemon.Arrivals.Reader.ReadAsync(cancellation)).Line, Is.EqualTo("groups"));
        }

        Assert.That((daemon.SessionCount, client.State), Is.EqualTo((1, FlooddConnectionState.Connected)));
    }

    [Test]
    public async Task A_frozen_daemon_is_left_for_the_next_which_gets_the_flood_under_the_same_key(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var frozen = new FakeDaemon((_, _, _) => Task.CompletedTask)
        {
            BeforeGreeting = session => session.Number == 1 ? Task.CompletedTask : new TaskCompletionSource().Task,
        };
        await using var other = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            frozen.Options with { Endpoints = [frozen.Endpoint, other.Endpoint], TimeProvider = time }, cancellation);
        var reason = new TaskCompletionSource<FlooddException>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionLost += (_, e) => reason.TrySetResult(e.Reason);
        Task<FloodReceipt> flood = client.FloodAsync("g", new byte[5], cancellation);
        string line = (await frozen.Arrivals.Reader.ReadAsync(cancellation)).Line;
        await time.ArmedAsync(KeepAlive, cancellation);
        time.Advance(KeepAlive);
        await time.ArmedAsync(ConnectTimeout, cancellation);
        time.Advance(ConnectTimeout);

        // Nobody was answered, but for longer than requests wait for a connection: no wait before the next attempt.
        Assert.That((await flood).Size, Is.EqualTo(5));
        Assert.That((await other.Arrivals.Reader.ReadAsync(cancellation)).Line, Is.EqualTo(line));
        await client.PingAsync(cancellation);
        Assert.That((await reason.Task.WaitAsync(cancellation)).Text, Does.Contain("nothing heard for 35 s, and no greeting to another connection"));
    }

    [Test]
    public async Task A_daemon_that_keeps_a_publisher_waiting_is_not_taken_for_dead(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var pressed = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            await pressed.Task;
            await FakeDaemon.Good(session, line, body);
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { TimeProvider = time }, cancellation);
        Task<FloodReceipt> flood = client.FloodAsync("g", new byte[5], cancellation);
        await daemon.Arrivals.Reader.ReadAsync(cancellation);
        for (int i = 0; i < 5; i++)
        {
            await time.ArmedAsync(KeepAlive, cancellation);
            time.Advance(KeepAlive);
        }

        Eventually(() => daemon.SessionCount > 3, cancellation);
        Assert.That(flood.IsCompleted, Is.False);
        pressed.SetResult();
        Assert.That((await flood).Size, Is.EqualTo(5));
        Assert.That(daemon.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_question_without_an_answer_is_asked_again_even_where_others_are_greeted(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var daemon = new FakeDaemon((session, line, body) => session.Number == 1 ? Task.CompletedTask : FakeDaemon.Good(session, line, body));
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { TimeProvider = time }, cancellation);
        Task ping = client.PingAsync(cancellation);
        await daemon.Arrivals.Reader.ReadAsync(cancellation);
        for (int i = 0; i < 2; i++)
        {
            await time.ArmedAsync(KeepAlive, cancellation);
            time.Advance(KeepAlive);
        }

        await ping;
        Assert.That(daemon.Received, Has.Count.EqualTo(2));
    }

    private static void Eventually(Func<bool> holds, CancellationToken cancellation) =>
        Assert.That(SpinWait.SpinUntil(() => holds() || cancellation.IsCancellationRequested, TimeSpan.FromSeconds(20)) && holds());
}

// How subscriptions end: canceled in whatever state, with the client, or never having begun. A fake daemon on real sockets.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(60_000)]
internal sealed class SubscriptionEndTests
{
    [Test]
    public async Task Disposing_the_client_ends_its_subscriptions_as_if_there_were_no_more(CancellationToken cancellation)
    {
        var feeds = new FakeFeeds((session, _, line) => session.SayAsync(FakeGroup.Of(3).After(line)));
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        FlooddClient client = await daemon.ConnectAsync();
        int count = 0;
        await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation))
        {
            if (++count == 3)
            {
                _ = Task.Run(client.Dispose, cancellation);
            }
        }

        Assert.That(count, Is.EqualTo(3));
        Assert.That(() => client.SubscribeAsync("g"), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Canceling_ends_a_subscription_in_the_middle_of_an_update()
    {
        using var giveUp = new CancellationTokenSource();
        var feeds = new FakeFeeds(async (session, _, _) =>
        {
            await session.SayAsync($"250 subscribed to g at start\nupdate g a/1/1 10000000\n{new string('x', 1_000_000)}");
            await giveUp.CancelAsync();
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        await AssertCanceledAsync(client, giveUp.Token);
    }

    [Test]
    public async Task Canceling_ends_a_subscription_that_nobody_answers()
    {
        using var giveUp = new CancellationTokenSource();
        await using var daemon = new FakeDaemon(new FakeFeeds((_, _, _) => giveUp.CancelAsync()).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        await AssertCanceledAsync(client, giveUp.Token);
    }

    [Test]
    public async Task Canceling_ends_a_subscription_that_waits_for_its_next_attempt()
    {
        using var giveUp = new CancellationTokenSource();
        await using FlooddClient client = await FlooddClient.ConnectAsync(new FlooddClientOptions
        {
            Endpoints = [FakeDaemon.Nobody()],
            RequireInitialConnect = false,
            BackOffFirst = TimeSpan.FromHours(1),
            BackOffMax = TimeSpan.FromHours(1),
        });
        client.ConnectionAttemptFailed += (_, _) => giveUp.Cancel();
        await AssertCanceledAsync(client, giveUp.Token);
    }

    [Test]
    public async Task Nothing_more_is_yielded_once_canceled_though_more_has_come()
    {
        using var giveUp = new CancellationTokenSource();
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(FakeGroup.Of(10).After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        int count = 0;
        OperationCanceledException e = Assert.CatchAsync<OperationCanceledException>(async () =>
        {
            await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start).WithCancellation(giveUp.Token))
            {
                count++;
                await giveUp.CancelAsync();
            }
        })!;
        Assert.That(count, Is.EqualTo(1));
        Assert.That(e.CancellationToken, Is.EqualTo(giveUp.Token));
    }

    [Test]
    public async Task The_first_attempt_fails_at_once_if_nobody_is_there_and_goes_on_if_that_was_asked_for(CancellationToken cancellation)
    {
        FlooddClient client;
        FlooddEndpoint place;
        await using (var daemon = new FakeDaemon((_, _, _) => Task.CompletedTask))
        {
            place = daemon.Endpoint;
            client = await daemon.ConnectAsync();
        }

        await using (client)
        {
            FlooddException e = Assert.ThrowsAsync<FlooddException>(async () => await client.SubscribeAsync("g", cancellation: cancellation).FirstAsync(cancellation))!;
            Assert.That(e.IsUnreachable, Is.True);
        }

        await using FlooddClient patient = await FlooddClient.ConnectAsync(
            new FlooddClientOptions { Endpoints = [place], RequireInitialConnect = false, BackOffFirst = TimeSpan.FromMilliseconds(1), BackOffMax = TimeSpan.FromMilliseconds(10) },
            cancellation);
        ValueTask<FloodUpdate> first = patient.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).FirstAsync(cancellation);
        await using var later = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(FakeGroup.Of(1).After(line))).AnswerAsync, at: place);
        Assert.That((await first).Id.Sequence, Is.EqualTo(1));
    }

    [Test]
    public async Task A_first_attempt_whose_connection_breaks_is_made_again_but_not_for_ever(CancellationToken cancellation)
    {
        var feeds = new FakeFeeds(async (session, number, line) =>
        {
            if (number != 2)
            {
                session.Drop();
                return;
            }

            await session.SayAsync(FakeGroup.Of(1).After(line));
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        Assert.That((await client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).FirstAsync(cancellation)).Id.Sequence, Is.EqualTo(1));

        // The third and the fourth are another one's.
        FlooddException e = Assert.ThrowsAsync<FlooddException>(async () => await client.SubscribeAsync("g", cancellation: cancellation).FirstAsync(cancellation))!;
        Assert.That((e.IsUnreachable, feeds.Count), Is.EqualTo((true, 4)));
    }

    private static Task AssertCanceledAsync(FlooddClient client, CancellationToken giveUp)
    {
        OperationCanceledException e = Assert.CatchAsync<OperationCanceledException>(
            async () => await client.SubscribeAsync("g", cancellation: giveUp).FirstAsync(CancellationToken.None))!;
        Assert.That(e.CancellationToken, Is.EqualTo(giveUp));
        return Task.CompletedTask;
    }
}

// Daemons that are hard to reach or odd: what is tried, how soon again, and what the caller is told. Real sockets, virtual time.
using System.Collections.Concurrent;
using Floodd.Client;
using Floodd.Client.Connections;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class ReachingTests
{
    [Test]
    public async Task A_name_is_reached_at_whichever_of_its_addresses_listens(CancellationToken cancellation)
    {
        // On many machines localhost is ::1 first, where the fake does not listen.
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { Endpoints = [new("localhost", daemon.Endpoint.Port)] }, cancellation);
        await client.PingAsync(cancellation);
    }

    [Test]
    public async Task Names_that_cannot_be_are_refused_or_not_reached_and_nothing_else(CancellationToken cancellation)
    {
        foreach (string name in new[] { "no.such.host.invalid", new string('a', 64) + ".invalid", "a..b", "\u00e4.invalid" })
        {
            var options = new FlooddClientOptions { Endpoints = [new(name, 2000)] };
            FlooddException e = Assert.ThrowsAsync<FlooddException>(() => FlooddClient.ConnectAsync(options, cancellation))!;
            Assert.That((e.IsUnreachable, e.IsTransient), Is.EqualTo((true, true)), name);
        }

        foreach (string name in new[] { new string('a', 256), "a b", "a\nb", "a\0b" })
        {
            Assert.ThrowsAsync<ArgumentException>(() => FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [new(name, 2000)] }, cancellation), name);
        }
    }

    [Test]
    public async Task A_candidate_with_a_name_that_cannot_be_is_left_out(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync(
            $"216 nearest follows\n(:member (:site-name x) (:hostname {new string('a', 300)}) (:client-port 20))\n(:member (:site-name y) (:hostname z) (:client-port 99999))\n.\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        Assert.ThrowsAsync<FlooddException>(() => client.NearestAsync("g", cancellation));
    }

    [Test]
    public async Task A_candidate_that_greets_and_says_no_more_is_not_waited_for_without_end(CancellationToken cancellation)
    {
        var time = new ManualTime();
        await using var frozen = new FakeDaemon((_, _, _) => Task.CompletedTask);
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync(
            $"216 nearest follows\n(:member (:site-name x) (:inet-address 127.0.0.1) (:client-port {frozen.Endpoint.Port}))\n.\n"));
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { TimeProvider = time, ConnectTimeout = TimeSpan.FromSeconds(7) }, cancellation);
        Task<FloodNearest> nearest = client.NearestAsync("g", cancellation);
        await frozen.Arrivals.Reader.ReadAsync(cancellation);
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.That(async () => await nearest.WaitAsync(cancellation), Throws.TypeOf<FlooddException>());
    }

    [Test]
    public async Task Who_greets_and_closes_after_a_while_is_not_come_back_to_at_once_though_requests_may_wait_without_end(CancellationToken cancellation)
    {
        var time = new ManualTime();
        FakeSession? session = null;
        await using var daemon = new FakeDaemon(FakeDaemon.Good)
        {
            BeforeGreeting = greeted =>
            {
                session = greeted;
                return Task.CompletedTask;
            },
        };
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            daemon.Options with
            {
                TimeProvider = time,
                ConnectTimeout = TimeSpan.FromHours(1),
                ReconnectTimeout = Timeout.InfiniteTimeSpan,
                KeepAlive = Timeout.InfiniteTimeSpan,
                BackOffFirst = TimeSpan.FromSeconds(8),
                BackOffMax = TimeSpan.FromSeconds(40),
            },
            cancellation);
        foreach (int most in new[] { 8, 16, 32 })
        {
            time.Advance(TimeSpan.FromSeconds(1));
            session!.Drop();
            int before = daemon.SessionCount;
            TimeSpan wait = await time.ArmedAsync(left => left.TotalSeconds >= most / 2.0 && left.TotalSeconds <= most, cancellation);
            time.Advance(wait);
            Assert.That(SpinWait.SpinUntil(() => daemon.SessionCount > before && client.State == FlooddConnectionState.Connected, TimeSpan.FromSeconds(20)), Is.True);
        }
    }

    [Test]
    public async Task A_daemon_that_takes_subscriptions_and_sends_them_away_is_not_stormed(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var feeds = new FakeFeeds(async (session, _, _) =>
        {
            await session.SayAsync("250 subscribed to g at start\n421 no room\n");
            session.Finish();
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            daemon.Options with
            {
                TimeProvider = time,
                ConnectTimeout = TimeSpan.FromHours(1),
                KeepAlive = Timeout.InfiniteTimeSpan,
                BackOffFirst = TimeSpan.FromSeconds(1),
                BackOffMax = TimeSpan.FromMinutes(1),
            },
            cancellation);
        await using IAsyncEnumerator<FloodUpdate> updates = client.SubscribeAsync("g", cancellation: cancellation).GetAsyncEnumerator(cancellation);
        ValueTask<bool> next = updates.MoveNextAsync();
        foreach (int most in new[] { 1, 2, 4, 8, 16 })
        {
            time.Advance(await time.ArmedAsync(left => left.TotalSeconds >= most / 2.0 && left.TotalSeconds <= most, cancellation));
        }

        await client.DisposeAsync();
        Assert.That(await next, Is.False);
    }

    [Test]
    public void An_endpoint_that_is_named_twice_is_tried_once_a_round()
    {
        FlooddEndpoint[] two = [.. FlooddEndpoint.ParseList("a,b")];
        var ring = new EndpointRing([two[0], two[0], two[1], two[0]], randomize: false);
        Assert.That(ring.Round(), Is.EqualTo(two));
        ring.Take(two[0]);
        Assert.That(ring.Round(), Is.EqualTo(new[] { two[1], two[0] }));
    }

    [TestCase("250 pong\n250 pong\n")]
    [TestCase("250 pong\n200 hello again\n")]
    public async Task A_reply_that_nobody_asked_for_is_not_understood(string reply, CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync(reply));
        await using FlooddClient client = await daemon.ConnectAsync();
        var lost = new TaskCompletionSource<FlooddException>();
        client.ConnectionLost += (_, e) => lost.TrySetResult(e.Reason);
        await client.PingAsync(cancellation);
        Assert.That((await lost.Task.WaitAsync(cancellation)).Code, Is.EqualTo(FlooddReplyCode.Unreadable));
    }

    [Test]
    public async Task A_flood_at_the_front_outlives_any_number_of_cuts_that_are_not_its_fault(CancellationToken cancellation)
    {
        const int CutCount = 20;
        var last = new ConcurrentQueue<string>();
        await using var daemon = new FakeDaemon((session, line, body) =>
        {
            if (session.Number <= CutCount)
            {
                session.Drop();
                return Task.CompletedTask;
            }

            last.Enqueue(line);
            return FakeDaemon.Good(session, line, body);
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { ReconnectTimeout = TimeSpan.FromMinutes(5) }, cancellation);
        FloodReceipt[] receipts = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => client.FloodAsync("g", new byte[i % 10], cancellation)));
        Assert.That(receipts.Select(receipt => receipt.Size), Is.EqualTo(Enumerable.Range(0, 10_000).Select(i => i % 10)));
        Assert.That(last.Where(line => line != "ping"), Is.Unique.And.Exactly(10_000).Items);
    }

    [Test]
    public async Task A_flood_that_ends_each_connection_fails_alone_and_those_behind_it_go_on(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, body) =>
        {
            if (body.Length == 13)
            {
                session.Finish();
                return Task.CompletedTask;
            }

            return FakeDaemon.Good(session, line, body);
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { ReconnectTimeout = Timeout.InfiniteTimeSpan }, cancellation);
        Task<FloodReceipt>[] floods = [.. Enumerable.Range(0, 100).Select(i => client.FloodAsync("g", new byte[i], cancellation))];
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => floods[13])!;
        Assert.That((e.MayHaveBeenDone, e.FloodKey is null), Is.EqualTo((true, false)));
        await Task.WhenAll(floods.Where(flood => flood != floods[13]));
        Assert.That(daemon.Received.Count(r => r.Body.Length == 13), Is.InRange(5, 6));
    }
}

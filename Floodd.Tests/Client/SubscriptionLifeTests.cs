// Subscriptions in bad company: silence, cuts anywhere, refusals, slow readers, and every way to end. A fake daemon on real sockets.
using System.Text;
using Floodd.Client;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[Parallelizable]
[CancelAfter(60_000)]
internal sealed class SubscriptionLifeTests
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(40);

    [Test]
    public async Task Connections_that_end_anywhere_lose_and_repeat_nothing(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(200, streamCount: 3);
        var random = new Random(7);
        var feeds = new FakeFeeds(async (session, _, line) =>
        {
            string all = group.After(line);
            await session.SayAsync(all[..Math.Min(all.Length, random.Next(2000))]);
            session.Finish();
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await OpenAsync(daemon);
        var seen = new List<FloodId>();
        await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation))
        {
            Assert.That(Text(update), Is.EqualTo($"update\n{update.Id}"));
            seen.Add(update.Id);
            if (seen.Count == group.Ids.Count)
            {
                break;
            }
        }

        Assert.That(seen, Is.EqualTo(group.Ids));
        Assert.That(feeds.Count, Is.GreaterThan(5));
    }

    [Test]
    public async Task Each_update_knows_its_position_also_long_after(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(1000, streamCount: 7);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await OpenAsync(daemon);
        List<FloodUpdate> updates = await client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).Take(1000).ToListAsync(cancellation);
        FloodPosition expected = FloodPosition.Start;
        foreach (FloodUpdate update in updates)
        {
            expected = expected.After(update.Id);
            Assert.That(update.Position, Is.EqualTo(expected));
            Assert.That(update.Missed, Is.Empty);
        }

        FloodUpdate next = await client.SubscribeAsync("g", updates[500].Position, cancellation: cancellation).FirstAsync(cancellation);
        Assert.That(next, Is.EqualTo(updates[501]));
    }

    [Test]
    public async Task What_was_missed_stands_with_the_update_behind_it_and_is_told_once(CancellationToken cancellation)
    {
        var feeds = new FakeFeeds(async (session, number, _) =>
        {
            await session.SayAsync(number == 1
                ? "250 subscribed to g at start\nupdate g a/1/1 1\nx\ngap g a/1/2 4\ngap g b/1/1 1\nupdate g a/1/5 1\ny\n"
                : "250 subscribed to g at a/1/5,b/1/1\ngap g b/1/1 1\ngap g a/1/3 8\nupdate g a/1/9 1\nz\n");
            session.Finish();
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await OpenAsync(daemon);
        var told = new List<FloodGap>();
        List<FloodUpdate> updates = await client.SubscribeAsync("g", FloodPosition.Start, told.Add, cancellation).Take(3).ToListAsync(cancellation);
        FloodGap[] early = [new("g", new FloodId("a", 1, 2), 4), new("g", new FloodId("b", 1, 1), 1)];
        FloodGap[] late = [new("g", new FloodId("a", 1, 6), 8)];
        Assert.That(updates.Select(update => update.Missed), Is.EqualTo(new[] { [], early, late }));
        Assert.That(told, Is.EqualTo(early.Concat(late)));
        Assert.That(updates.Select(update => update.Position.ToString()), Is.EqualTo(new[] { "a/1/1", "a/1/5,b/1/1", "a/1/9,b/1/1" }));
    }

    [Test]
    public async Task A_daemon_that_has_fallen_silent_is_asked_and_then_left(CancellationToken cancellation)
    {
        var feeds = new FakeFeeds((session, number, line) => (number, line) switch
        {
            (1, "ping") => Task.CompletedTask,
            (1, _) => session.SayAsync("250 subscribed to g at start\nupdate g a/1/1 3\nabc\nupdate g a/1/2 3\nha"),
            _ => session.SayAsync("250 subscribed to g at a/1/1\nupdate g a/1/2 3\nhal\n"),
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        var time = new ManualTime();
        await using FlooddClient client = await OpenAsync(daemon, time);
        ValueTask<List<FloodUpdate>> updates = client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).Take(2).ToListAsync(cancellation);

        // The subscription's silence and that of the client's own connection.
        await time.ArmedAsync(KeepAlive, 2, cancellation);
        time.Advance(KeepAlive);
        await time.ArmedAsync(ConnectTimeout, cancellation);
        Eventually.Holds(() => feeds.Lines.Contains("ping"), "the subscription's ping, before another connection is made");
        time.Advance(ConnectTimeout);
        await time.ArmedAsync(left => left <= daemon.Options.BackOffMax, cancellation);
        time.Advance(daemon.Options.BackOffMax);
        Assert.That((await updates).Select(Text), Is.EqualTo(new[] { "abc", "hal" }));
        Assert.That(feeds.Lines.Take(3), Is.EqualTo(new[] { "subscribe g from start", "ping", "subscribe g from a/1/1" }));
    }

    [Test]
    public async Task A_daemon_that_answers_is_kept_however_long_nothing_comes(CancellationToken cancellation)
    {
        int pings = 0;
        var feeds = new FakeFeeds((session, _, line) => session.SayAsync(
            line != "ping" ? "250 subscribed to g at start\n" : ++pings < 5 ? "250 pong\n" : "250 pong\nupdate g a/1/1 3\nabc\n"));
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        var time = new ManualTime();
        await using FlooddClient client = await OpenAsync(daemon, time);
        ValueTask<FloodUpdate> first = client.SubscribeAsync("g", cancellation: cancellation).FirstAsync(cancellation);
        for (int i = 0; i < 5; i++)
        {
            await time.ArmedAsync(KeepAlive, 2, cancellation);
            time.Advance(KeepAlive);
        }

        Assert.That(Text(await first), Is.EqualTo("abc"));
        Assert.That(feeds.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_reader_that_takes_its_time_is_not_the_daemons_silence(CancellationToken cancellation)
    {
        var feeds = new FakeFeeds((session, _, line) => session.SayAsync(
            line == "ping" ? "250 pong\nupdate g a/1/2 3\ndef\n" : "250 subscribed to g at start\nupdate g a/1/1 3\nabc\n"));
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        var time = new ManualTime();
        await using FlooddClient client = await OpenAsync(daemon, time);
        await using IAsyncEnumerator<FloodUpdate> updates = client.SubscribeAsync("g", cancellation: cancellation).GetAsyncEnumerator(cancellation);
        Assert.That(await updates.MoveNextAsync(), Is.True);

        // The subscription would be given up by then.
        for (int i = 0; i < 3; i++)
        {
            await time.ArmedAsync(KeepAlive, cancellation);
            time.Advance(KeepAlive);
        }

        ValueTask<bool> next = updates.MoveNextAsync();
        await time.ArmedAsync(KeepAlive, 2, cancellation);
        time.Advance(KeepAlive);
        Assert.That(await next, Is.True);
        Assert.That(Text(updates.Current), Is.EqualTo("def"));
        Assert.That(feeds.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_daemon_that_does_not_answer_the_subscription_is_left_for_another(CancellationToken cancellation)
    {
        var time = new ManualTime();
        var dumb = new FakeFeeds((_, _, _) => Task.CompletedTask);
        await using var first = new FakeDaemon(dumb.AnswerAsync);
        await using var second = new FakeDaemon((session, line, _) => session.SayAsync(FakeGroup.Of(1).After(line)));
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            first.Options with { Endpoints = [first.Endpoint, second.Endpoint], TimeProvider = time, ConnectTimeout = ConnectTimeout, BackOffFirst = first.Options.BackOffMax, RequireInitialConnect = false },
            cancellation);
        await client.PingAsync(cancellation);
        ValueTask<FloodUpdate> update = client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).FirstAsync(cancellation);
        Assert.That((await first.Arrivals.Reader.ReadAsync(cancellation)).Line, Is.EqualTo("ping"));
        Assert.That((await first.Arrivals.Reader.ReadAsync(cancellation)).Line, Does.StartWith("subscribe"));
        time.Advance(ConnectTimeout);
        await time.ArmedAsync(left => left <= first.Options.BackOffMax, cancellation);
        time.Advance(first.Options.BackOffMax);
        Assert.That((await update).Id.Sequence, Is.EqualTo(1));
        Assert.That(dumb.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_site_that_is_no_member_any_more_is_left_for_one_that_is_and_all_refusing_is_the_end(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(2);
        FakeFeeds Members(Func<string, string> once) => new(async (session, number, line) =>
        {
            await session.SayAsync(number == 1 ? once(group.After(line)) : "550 no such group\n");
            session.Finish();
        });
        await using var first = new FakeDaemon(Members(all => all[..all.IndexOf("update g s0/1f/3", StringComparison.Ordinal)]).AnswerAsync);
        await using var second = new FakeDaemon(Members(all => all).AnswerAsync);
        await using FlooddClient client = await FlooddClient.ConnectAsync(first.Options with { Endpoints = [first.Endpoint, second.Endpoint] }, cancellation);
        var seen = new List<FloodId>();
        FlooddException e = Assert.ThrowsAsync<FlooddException>(async () =>
        {
            await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation))
            {
                seen.Add(update.Id);
            }
        })!;
        Assert.That(seen, Is.EqualTo(group.Ids));
        Assert.That(e.Code, Is.EqualTo(FlooddReplyCode.NoSuch));
    }

    [Test]
    public async Task A_subscription_begins_at_the_daemon_that_the_client_talks_to(CancellationToken cancellation)
    {
        await using var first = new FakeDaemon((session, _, _) =>
        {
            session.Drop();
            return Task.CompletedTask;
        });
        var feeds = new FakeFeeds((session, _, line) => session.SayAsync(FakeGroup.Of(1).After(line)));
        await using var second = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await FlooddClient.ConnectAsync(first.Options with { Endpoints = [first.Endpoint, second.Endpoint] }, cancellation);
        await client.PingAsync(cancellation);
        await client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation).FirstAsync(cancellation);
        Assert.That((feeds.Count, first.SessionCount), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Two_enumerations_are_two_subscriptions(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await OpenAsync(daemon);
        IAsyncEnumerable<FloodUpdate> updates = client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation);
        Assert.That(await updates.Take(3).Select(update => update.Id).ToListAsync(cancellation), Is.EqualTo(group.Ids));
        Assert.That(await updates.Take(3).Select(update => update.Id).ToListAsync(cancellation), Is.EqualTo(group.Ids));
    }

    [Test]
    public async Task A_slow_reader_holds_up_the_sender_and_misses_nothing(CancellationToken cancellation)
    {
        const int Count = 1000;
        const int Size = 64 << 10;
        int sent = 0;
        string filling = new('x', Size);
        var feeds = new FakeFeeds(async (session, _, _) =>
        {
            await session.SayAsync("250 subscribed to g at start\n");
            for (int i = 1; i <= Count; i++)
            {
                await session.SayAsync($"update g a/1/{i} {Size}\n{filling}\n");
                Volatile.Write(ref sent, i);
            }
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await OpenAsync(daemon);
        long taken = 0;
        await foreach (FloodUpdate update in client.SubscribeAsync("g", FloodPosition.Start, cancellation: cancellation))
        {
            Assert.That(update.Id.Sequence, Is.EqualTo(++taken));
            if (taken == 1)
            {
                // Nobody reads until the sender can send no more: 64 MiB do not fit into two sockets' buffers.
                int before = -1;
                Eventually.Holds(() => before == (before = Volatile.Read(ref sent)), "the sender to stand still");
                Assert.That(before, Is.LessThan(Count / 2));
            }

            if (taken == Count)
            {
                break;
            }
        }
    }

    private static Task<FlooddClient> OpenAsync(FakeDaemon daemon, TimeProvider? time = null) =>
        FlooddClient.ConnectAsync(daemon.Options with { KeepAlive = KeepAlive, ConnectTimeout = ConnectTimeout, BackOffFirst = daemon.Options.BackOffMax, TimeProvider = time ?? TimeProvider.System });

    private static string Text(FloodUpdate update) => Encoding.UTF8.GetString(update.Bytes.Span);
}

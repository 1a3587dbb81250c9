// A receiver is given each update once, in order; again what it failed at, and after a crash what had not been stored. A fake daemon on real sockets.
using Floodd.Client;
using Floodd.Client.Hosting;
using Floodd.Tests.EndToEnd;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(60_000)]
internal sealed class ReceivingTests
{
    private FakePositions positions = null!;

    private FloodReceiverOptions Options => new()
    {
        Group = "g",
        Positions = positions,
        From = FloodPosition.Start,
        StoreAfter = TimeSpan.FromDays(1),
        BackOffFirst = TimeSpan.FromMilliseconds(1),
        BackOffMax = TimeSpan.FromMilliseconds(1),
    };

    [SetUp]
    public void Begin() => positions = new FakePositions();

    [Test]
    public async Task Each_update_is_taken_once_through_cuts_and_stops(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(300, streamCount: 3);
        var random = new Random(5);
        var feeds = new FakeFeeds(async (session, _, line) =>
        {
            string all = group.After(line);
            await session.SayAsync(all[..Math.Min(all.Length, random.Next(4000))]);
            session.Finish();
        });
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var seen = new List<FloodId>();
        while (seen.Count < group.Ids.Count)
        {
            // The program is asked to end after each 70 updates, and is started again.
            int before = seen.Count;
            var receiver = new FakeReceiver();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            receiver = new FakeReceiver(async (update, _) =>
            {
                if (receiver.Calls.Count == 70 || before + receiver.Calls.Count == group.Ids.Count)
                {
                    await stop.CancelAsync();
                }
            });
            await new FloodReceiving(client, receiver, Options with { StoreEvery = 1000 }).RunAsync(stop.Token);
            seen.AddRange(receiver.Ids);
        }

        Assert.That(seen, Is.EqualTo(group.Ids));
    }

    [Test]
    public async Task A_program_that_was_killed_gets_again_what_was_not_stored_and_no_more(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(25);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var killed = new FakeReceiver((update, _) =>
        {
            positions.IsCut = update.Id == group.Ids[^1];
            return Task.CompletedTask;
        });
        await UntilAsync(client, killed, Options with { StoreEvery = 10 }, () => positions.IsCut, cancellation);
        Assert.That(killed.Ids, Is.EqualTo(group.Ids));

        positions.IsCut = false;
        var next = new FakeReceiver();
        await UntilAsync(client, next, Options, () => next.Calls.Count == 5, cancellation);
        Assert.That(next.Ids, Is.EqualTo(group.Ids.Skip(20)));
    }

    [Test]
    public async Task An_update_that_fails_is_given_again_before_the_next(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        int failures = 3;
        var receiver = new FakeReceiver((update, _) =>
            update.Id == group.Ids[1] && failures-- > 0 ? throw new InvalidOperationException("not now") : Task.CompletedTask);
        await UntilAsync(client, receiver, Options, () => receiver.Calls.Count == 6, cancellation);
        Assert.That(receiver.Ids, Is.EqualTo(new[] { 0, 1, 1, 1, 1, 2 }.Select(i => group.Ids[i])));
    }

    [Test]
    public async Task An_update_that_fails_too_often_goes_to_whom_the_options_name(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var receiver = new FakeReceiver((update, _) => update.Id == group.Ids[1] ? throw new InvalidOperationException("never") : Task.CompletedTask);
        var givenUp = new List<string>();
        FloodReceiverOptions options = Options with
        {
            TriesMax = 2,
            OnGivenUp = (update, failure, _) =>
            {
                givenUp.Add($"{update.Id} {failure.Message}");
                return Task.CompletedTask;
            },
        };
        await UntilAsync(client, receiver, options, () => receiver.Calls.Count == 4, cancellation);
        Assert.That(receiver.Ids, Is.EqualTo(new[] { 0, 1, 1, 2 }.Select(i => group.Ids[i])));
        Assert.That(givenUp, Is.EqualTo(new[] { $"{group.Ids[1]} never" }));
        Assert.That(positions.Last!.Includes(group.Ids[2]), Is.True);
    }

    [Test]
    public async Task Without_anybody_to_go_to_it_ends_the_receiving_in_front_of_it(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var receiver = new FakeReceiver((update, _) => update.Id == group.Ids[1] ? throw new InvalidOperationException("never") : Task.CompletedTask);
        var receiving = new FloodReceiving(client, receiver, Options with { TriesMax = 3 });
        InvalidOperationException e = Assert.ThrowsAsync<InvalidOperationException>(() => receiving.RunAsync(cancellation))!;
        Assert.That(e.Message, Is.EqualTo("never"));
        Assert.That(receiver.Calls, Has.Count.EqualTo(4));
        Assert.That(positions.Last, Is.EqualTo(FloodPosition.Start.After(group.Ids[0])));
    }

    [Test]
    public async Task An_update_that_is_not_taken_by_the_end_is_not_acknowledged(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var receiver = new FakeReceiver((update, end) => update.Id == group.Ids[1] ? Task.Delay(Timeout.Infinite, end) : Task.CompletedTask);
        await UntilAsync(client, receiver, Options, () => receiver.Calls.Count == 2, cancellation);
        Assert.That(positions.Last, Is.EqualTo(FloodPosition.Start.After(group.Ids[0])));
    }

    [Test]
    public async Task The_position_is_stored_after_a_while_though_nothing_more_comes(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(2);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        await UntilAsync(
            client,
            new FakeReceiver(),
            Options with { StoreAfter = TimeSpan.FromMilliseconds(20) },
            () => positions.Last?.Includes(group.Ids[1]) == true,
            cancellation);
    }

    [Test]
    public async Task Where_now_was_is_stored_before_the_first_update(CancellationToken cancellation)
    {
        var feeds = new FakeFeeds((session, _, _) => session.SayAsync("250 subscribed to g at a/1/7\n"));
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        await UntilAsync(client, new FakeReceiver(), Options with { From = FloodPosition.Now }, () => positions.Last is not null, cancellation);
        await UntilAsync(client, new FakeReceiver(), Options with { From = FloodPosition.Now }, () => feeds.Count == 2, cancellation);
        Assert.That(feeds.Lines, Is.EqualTo(new[] { "subscribe g from now", "subscribe g from a/1/7" }));
    }

    [Test]
    public async Task While_a_position_cannot_be_stored_nothing_more_is_received(CancellationToken cancellation)
    {
        FakeGroup group = FakeGroup.Of(3);
        await using var daemon = new FakeDaemon(new FakeFeeds((session, _, line) => session.SayAsync(group.After(line))).AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var left = new List<int>();
        var receiver = new FakeReceiver((update, _) =>
        {
            left.Add(positions.FailureCount);
            positions.FailureCount = 3;
            return Task.CompletedTask;
        });
        await UntilAsync(client, receiver, Options with { StoreEvery = 1 }, () => positions.Stored.Count == 4, cancellation);
        Assert.That(left, Is.EqualTo(new[] { 0, 0, 0 }));
        Assert.That(receiver.Ids, Is.EqualTo(group.Ids));
    }

    [Test]
    public async Task A_damaged_position_is_an_error_and_nothing_is_received(CancellationToken cancellation)
    {
        using var folder = new TestFolder();
        var feeds = new FakeFeeds((session, _, line) => session.SayAsync(FakeGroup.Of(1).After(line)));
        await using var daemon = new FakeDaemon(feeds.AnswerAsync);
        await using FlooddClient client = await daemon.ConnectAsync();
        var file = new FloodPositionFile(folder.Write("position", "a/1/3\n"));
        var receiving = new FloodReceiving(client, new FakeReceiver(), Options with { Positions = file });
        InvalidDataException e = Assert.ThrowsAsync<InvalidDataException>(() => receiving.RunAsync(cancellation))!;
        Assert.That(e.Message, Does.StartWith(file.Path));
        Assert.That(feeds.Count, Is.Zero);
    }

    [Test]
    public async Task It_waits_for_a_daemon_and_ends_with_the_client(CancellationToken cancellation)
    {
        FlooddClient client = await FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [FakeDaemon.Nobody()], RequireInitialConnect = false }, cancellation);
        Task running = new FloodReceiving(client, new FakeReceiver(), Options).RunAsync(cancellation);
        Assert.That(running.IsCompleted, Is.False);
        await client.DisposeAsync();
        await running;
    }

    private static async Task UntilAsync(FlooddClient client, IFloodReceiver receiver, FloodReceiverOptions options, Func<bool> enough, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task running = new FloodReceiving(client, receiver, options).RunAsync(stop.Token);
        Eventually.Holds(() => running.IsCompleted || enough(), "the receiver to have had enough");
        await stop.CancelAsync();
        await running;
    }
}

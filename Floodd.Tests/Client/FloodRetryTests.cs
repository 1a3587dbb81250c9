// Floods whose receipt was lost: sent again under their key, flooded once, or failed with all that a caller needs to go on. Real sockets, no daemon.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class FloodRetryTests
{
    [Test]
    public async Task A_flood_whose_receipt_was_lost_comes_again_under_its_key(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, body) => session.Number < 3 ? Dropped(session) : FakeDaemon.Good(session, line, body));
        await using FlooddClient client = await daemon.ConnectAsync();
        FloodReceipt receipt = await client.FloodAsync("g", new byte[7], cancellation);
        Assert.That(receipt.Size, Is.EqualTo(7));
        string[] lines = [.. daemon.Received.Select(r => r.Line).Where(line => line != "ping")];
        Assert.That(lines, Has.Length.GreaterThan(1));
        Assert.That(lines.Distinct().Single(), Does.Match("^flood g 7 key [0-9a-z]{13}\\.1$"));
    }

    [Test]
    public async Task It_goes_to_another_endpoint_under_the_same_key_in_the_same_order(CancellationToken cancellation)
    {
        int seen = 0;
        await using var first = new FakeDaemon((session, _, _) => ++seen < 10 ? Task.CompletedTask : Dropped(session));
        await using var second = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            first.Options with { Endpoints = [first.Endpoint, second.Endpoint] }, cancellation);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(size => client.FloodAsync("g", new byte[size], cancellation)));
        (string Line, byte[] Body)[] again = [.. second.Received.Where(r => r.Line != "ping")];
        Assert.That(again.Select(r => r.Line), Is.EqualTo(first.Received.Select(r => r.Line)));
        Assert.That(again.Select(r => FakeDaemon.KeyOf(r.Line)), Is.Unique.And.Not.Contain(null));
        Assert.That(client.Endpoint, Is.EqualTo(second.Endpoint));
    }

    [Test]
    public async Task A_callers_key_is_used_and_alone_makes_nothing_come_again(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => Dropped(session));
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RetryFloods = false }, cancellation);
        FlooddException lost = Assert.ThrowsAsync<FlooddException>(
            () => client.FloodAsync("g", new byte[1], new FloodOptions { Key = "mine.7" }, cancellation))!;
        Assert.That((lost.MayHaveBeenDone, lost.FloodKey, lost.Code), Is.EqualTo((true, "mine.7", FlooddReplyCode.Unreachable)));
        Assert.That(daemon.Received.Select(r => r.Line), Is.EqualTo(new[] { "flood g 1 key mine.7" }));
        Assert.ThrowsAsync<ArgumentException>(() => client.FloodAsync("g", new byte[1], new FloodOptions { Key = "a b" }, cancellation));
        Assert.ThrowsAsync<ArgumentException>(() => client.FloodAsync("g", new byte[1], new FloodOptions { Size = 2 }, cancellation));
    }

    [Test]
    public async Task A_flood_at_which_every_connection_is_lost_fails_with_its_key(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, body) => line == "ping" ? FakeDaemon.Good(session, line, body) : Finished(session));
        await using FlooddClient client = await daemon.ConnectAsync();
        FlooddException lost = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
        Assert.That((lost.MayHaveBeenDone, lost.IsTransient), Is.EqualTo((true, true)));
        Assert.That(lost.FloodKey, Is.EqualTo(FakeDaemon.KeyOf(daemon.Received.First().Line)));
        Assert.That(daemon.Received.Count(r => r.Line != "ping"), Is.EqualTo(6), "the first time may have been chance");
    }

    [Test]
    public async Task Refused_the_second_time_it_may_have_been_flooded_the_first(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.Number == 1 ? Dropped(session) : session.SayAsync("502 not from there\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        FlooddException unsure = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
        Assert.That((unsure.Code, unsure.MayHaveBeenDone), Is.EqualTo((FlooddReplyCode.NotAllowed, true)));
        FlooddException sure = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
        Assert.That((sure.Code, sure.MayHaveBeenDone, sure.FloodKey is null), Is.EqualTo((FlooddReplyCode.NotAllowed, false, false)));
        Assert.That(() => client.PingAsync(cancellation), Throws.TypeOf<FlooddException>().With.Property("FloodKey").Null);
    }

    [Test]
    public async Task A_receipt_that_cannot_be_read_is_one_all_the_same(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, _, _) => session.SayAsync("250 fine\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
        Assert.That((e.Code, e.MayHaveBeenDone, e.FloodKey), Is.EqualTo((FlooddReplyCode.Unreadable, true, FakeDaemon.KeyOf(daemon.Received.Single().Line))));
    }

    [Test]
    public async Task What_a_busy_daemon_did_not_take_has_not_been_done(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            if (line == "ping")
            {
                await FakeDaemon.Good(session, line, body);
                return;
            }

            await session.SayAsync("421 ending\n");
            session.Finish();
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RetryFloods = false }, cancellation);
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
        Assert.That((e.Code, e.MayHaveBeenDone, e.FloodKey), Is.EqualTo((FlooddReplyCode.Busy, false, (string?)null)));
        Assert.That(daemon.Received.Count, Is.GreaterThan(1), "without a key, too");
    }

    [Test]
    public async Task Ten_thousand_callers_get_their_receipts_over_connections_that_break(CancellationToken cancellation)
    {
        int seen = 0;
        await using var daemon = new FakeDaemon((session, line, body) => ++seen % 2500 == 0 ? Dropped(session) : FakeDaemon.Good(session, line, body));
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RequestsMax = 500 }, cancellation);
        byte[] update = new byte[20_000];
        FloodReceipt[] receipts = await Task.WhenAll(
            Enumerable.Range(0, 10_000).Select(i => Task.Run(() => client.FloodAsync("g", update.AsMemory(0, i % 100), cancellation), cancellation)));
        Assert.That(receipts.Select(r => r.Size), Is.EqualTo(Enumerable.Range(0, 10_000).Select(i => i % 100)));
        Assert.That(daemon.Received.Select(r => FakeDaemon.KeyOf(r.Line)).Distinct().Count(), Is.EqualTo(10_000));
        Assert.That(daemon.SessionCount, Is.GreaterThan(3));
    }

    private static Task Finished(FakeSession session)
    {
        session.Finish();
        return Task.CompletedTask;
    }

    private static Task Dropped(FakeSession session)
    {
        session.Drop();
        return Task.CompletedTask;
    }
}

// The library against a fake daemon on real sockets: pipelining, refusals, lost connections. No daemon, no clock.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class FlooddClientTests
{
    private static Task Receipt(FakeSession session, string line, byte[] body) =>
        session.SayAsync(FormattableString.Invariant($"250 fake/1f/{body.Length + 1} flooded to g, {body.Length} bytes\n"));

    [Test]
    public async Task Many_floods_at_once_each_get_their_own_receipt(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(Receipt);
        await using FlooddClient client = await daemon.ConnectAsync();
        FloodReceipt[] receipts = await Task.WhenAll(Enumerable.Range(0, 2000).Select(size => client.FloodAsync("g", new byte[size], cancellation)));
        Assert.That(receipts.Select(r => r.Size), Is.EqualTo(Enumerable.Range(0, 2000)));
        Assert.That(receipts[41], Is.EqualTo(new FloodReceipt(new FloodId("fake", 0x1f, 42), "g", 41)));
        Assert.That(daemon.Received.Select(r => FakeDaemon.WithoutKey(r.Line)), Is.EqualTo(Enumerable.Range(0, 2000).Select(size => FormattableString.Invariant($"flood g {size}"))));
        Assert.That(daemon.SessionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_slow_reply_does_not_stall_the_requests_behind_it(CancellationToken cancellation)
    {
        int seen = 0;
        await using var daemon = new FakeDaemon(async (session, _, _) =>
        {
            // Nothing is answered until all ten are here.
            if (++seen == 10)
            {
                await session.SayAsync(string.Concat(Enumerable.Repeat("250 pong\n", 10)));
            }
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PingAsync(cancellation)));
        Assert.That(seen, Is.EqualTo(10));
    }

    [Test]
    public async Task Large_and_small_updates_arrive_whole_and_in_order(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(Receipt);
        await using FlooddClient client = await daemon.ConnectAsync();
        byte[][] updates = [.. new[] { 3, 1_000_000, 0, 16 << 10, (16 << 10) + 1, 300_000, 5 }.Select((size, i) => Filled(size, i))];
        await Task.WhenAll(updates.Select(update => client.FloodAsync(null, update, cancellation)));
        Assert.That(daemon.Received.Select(r => r.Body), Is.EqualTo(updates));
        using var stream = new MemoryStream(updates[1]);
        FloodReceipt receipt = await client.FloodAsync("g", stream, cancellation);
        Assert.That(receipt.Size, Is.EqualTo(1_000_000));
        Assert.That(daemon.Received.Last().Body, Is.EqualTo(updates[1]));
    }

    [Test]
    public async Task Replies_that_arrive_byte_by_byte_are_read(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, _) =>
        {
            session.ByteByByte = true;
            return session.SayAsync(line == "groups"
                ? "211 2 groups follows\r\n(:group (:group-name a) (:master-site m) (:sites 3) (:edition 7))\n(:later thing)\n(:group (:group-name b))\n.\r\n"
                : "250 pong\n");
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        Task<ImmutableArray<FloodGroup>> groups = client.GetGroupsAsync(cancellation);
        Task ping = client.PingAsync(cancellation);
        Assert.That(await groups, Is.EqualTo(new[] { new FloodGroup("a", "m", 3, 7), new FloodGroup("b", null, 0, 0) }));
        await ping;
    }

    [Test]
    public async Task A_refusal_carries_code_and_text_and_the_connection_lives_on(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((session, line, _) =>
            session.SayAsync(line == "ping" ? "250 pong\n" : "552 update larger than \x1b[2J\n"));
        await using FlooddClient client = await daemon.ConnectAsync();
        FlooddException refusal = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[9], cancellation))!;
        Assert.That((refusal.Code, refusal.Text, refusal.IsTransient, refusal.IsUnreachable), Is.EqualTo((552, "update larger than \\x1b[2J", false, false)));
        await client.PingAsync(cancellation);
        Assert.That(daemon.SessionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_request_that_may_be_repeated_outlives_a_lost_connection(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(async (session, _, _) =>
        {
            if (session.Number < 3)
            {
                session.Drop();
                return;
            }

            await session.SayAsync("250 pong\n");
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        await client.PingAsync(cancellation);
        Assert.That(daemon.SessionCount, Is.EqualTo(3));
    }

    [Test]
    public async Task A_flood_whose_receipt_was_lost_is_not_repeated_without_a_key(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            if (session.Number == 1)
            {
                session.Drop();
                return;
            }

            await Receipt(session, line, body);
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RetryFloods = false }, cancellation);
        FlooddException lost = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", "once"u8.ToArray(), cancellation))!;
        Assert.That(lost.IsUnreachable, Is.True);
        Assert.That(lost.Text, Does.Contain("not known"));
        Assert.That((lost.MayHaveBeenDone, lost.FloodKey), Is.EqualTo((true, (string?)null)));
        await client.FloodAsync("g", "twice"u8.ToArray(), cancellation);
        Assert.That(daemon.Received.Select(r => Encoding.ASCII.GetString(r.Body)), Is.EqualTo(new[] { "once", "twice" }));
    }

    [Test]
    public async Task A_flood_that_a_busy_daemon_did_not_take_goes_to_the_next_one(CancellationToken cancellation)
    {
        await using var busy = new FakeDaemon(async (session, line, body) =>
        {
            if (line == "ping")
            {
                await FakeDaemon.Good(session, line, body);
                return;
            }

            await session.SayAsync("421 too busy\n");
            session.Finish();
        });
        await using var free = new FakeDaemon(Receipt);
        await using FlooddClient client = await busy.ConnectAsync();
        FlooddException gaveUp = Assert.ThrowsAsync<FlooddException>(() => client.FloodAsync("g", new byte[1], cancellation))!;
        Assert.That((gaveUp.Code, gaveUp.IsTransient), Is.EqualTo((421, true)));
        Assert.That(busy.Received, Has.Count.GreaterThan(1), "tried again before giving up");
    }

    [Test]
    public async Task The_next_endpoint_is_taken_when_the_first_is_dead(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(Receipt);
        await using FlooddClient client = await FlooddClient.ConnectAsync($"{FakeDaemon.Nobody()}, {daemon.Endpoint}", cancellation);
        Assert.That(client.Endpoint, Is.EqualTo(daemon.Endpoint));
        await client.FloodAsync("g", new byte[1], cancellation);
    }

    [Test]
    public async Task Nobody_there_is_said_with_every_endpoint(CancellationToken cancellation)
    {
        FlooddEndpoint[] dead = [FakeDaemon.Nobody(), FakeDaemon.Nobody()];
        FlooddException e = Assert.ThrowsAsync<FlooddException>(() => FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [.. dead] }, cancellation))!;
        Assert.That(e.IsUnreachable, Is.True);
        Assert.That(e.Text, Does.Contain(dead[0].ToString()).And.Contain(dead[1].ToString()));
        await using var busy = new FakeDaemon(Receipt, "421 too many sessions\n");
        Assert.That(Assert.ThrowsAsync<FlooddException>(busy.ConnectAsync).Code, Is.EqualTo(421));
    }

    [Test]
    public async Task A_canceled_request_leaves_the_others_their_replies(CancellationToken cancellation)
    {
        var held = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            arrived.TrySetResult();
            await held.Task;
            await (line == "ping" ? session.SayAsync("250 pong\n") : Receipt(session, line, body));
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        Task ping = client.PingAsync(giveUp.Token);
        await arrived.Task;
        Task<FloodReceipt> flood = client.FloodAsync("g", new byte[6], cancellation);
        await giveUp.CancelAsync();
        Assert.That(async () => await ping, Throws.InstanceOf<OperationCanceledException>());
        held.SetResult();
        Assert.That((await flood).Size, Is.EqualTo(6));
    }

    [Test]
    public async Task Closing_the_client_fails_what_has_no_reply(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon((_, _, _) => Task.CompletedTask);
        FlooddClient client = await daemon.ConnectAsync();
        Task ping = client.PingAsync(cancellation);
        await client.DisposeAsync();
        Assert.That(async () => await ping, Throws.InstanceOf<FlooddException>());
        Assert.That(async () => await client.PingAsync(cancellation), Throws.InstanceOf<ObjectDisposedException>());
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_name_that_would_end_the_line_is_refused(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(Receipt);
        await using FlooddClient client = await daemon.ConnectAsync();
        Assert.ThrowsAsync<ArgumentException>(() => client.FloodAsync("g 5\nshutdown", new byte[1], cancellation));
        Assert.Throws<ArgumentException>(() => client.SubscribeAsync("g from start\nshutdown"));
        Assert.That(daemon.Received, Is.Empty);
    }

    [Test]
    public async Task The_first_candidate_to_answer_is_the_nearest_and_is_remembered(CancellationToken cancellation)
    {
        await using var far = new FakeDaemon((_, _, _) => Task.CompletedTask);
        await using var near = new FakeDaemon((session, _, _) => session.SayAsync("250 pong\n"));
        await using var asked = new FakeDaemon((session, _, _) => session.SayAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"216 nearest follows\n{Member("dead", FakeDaemon.Nobody())}{Member("far", far.Endpoint)}{Member("near", near.Endpoint)}(:member (:site-name unknown))\n.\n")));
        FlooddClient client = await asked.ConnectAsync();
        FloodNearest nearest = await client.NearestAsync("g", cancellation);
        Assert.That((nearest.Member.SiteName, nearest.Endpoint), Is.EqualTo(("near", near.Endpoint)));
        Assert.That(await client.NearestAsync("g", cancellation), Is.SameAs(nearest));
        Assert.That(asked.Received, Has.Count.EqualTo(1));
        Assert.That(() => client.NearestAsync("g", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await client.DisposeAsync();
        Assert.That(() => client.NearestAsync("g", cancellation), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static string Member(string name, FlooddEndpoint at) =>
        string.Create(CultureInfo.InvariantCulture, $"(:member (:site-name {name}) (:inet-address {at.Host}) (:client-port {at.Port}) (:state up))\n");

    private static byte[] Filled(int size, int seed)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

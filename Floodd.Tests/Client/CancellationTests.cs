// Callers who give up: at once, in every state, with their memory back and nothing lost for others. Real sockets.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.Client;

[CancelAfter(30_000)]
internal sealed class CancellationTests
{
    [Test]
    public async Task While_connecting(CancellationToken cancellation)
    {
        var never = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(FakeDaemon.Good) { BeforeGreeting = _ => never.Task };
        using var giveUp = new CancellationTokenSource();
        Task connecting = FlooddClient.ConnectAsync(daemon.Options with { ConnectTimeout = TimeSpan.FromHours(1) }, giveUp.Token);
        await giveUp.CancelAsync();
        Assert.That(async () => await connecting, Throws.InstanceOf<OperationCanceledException>());

        // And a request that waits for the connection.
        await using FlooddClient client = await FlooddClient.ConnectAsync(
            daemon.Options with { RequireInitialConnect = false, ConnectTimeout = TimeSpan.FromHours(1) }, cancellation);
        using var tired = new CancellationTokenSource();
        Task ping = client.PingAsync(tired.Token);
        Task other = client.PingAsync(cancellation);
        await tired.CancelAsync();
        Assert.That(async () => await ping, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => client.PingAsync(tired.Token), Throws.InstanceOf<OperationCanceledException>());
        never.SetResult();
        await other;
        Assert.That(daemon.Received, Has.Count.EqualTo(1), "what was given up is not sent");
    }

    [Test]
    public async Task While_waiting_for_room(CancellationToken cancellation)
    {
        var held = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            await held.Task;
            await FakeDaemon.Good(session, line, body);
        });
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RequestsMax = 1 }, cancellation);
        Task<FloodReceipt> first = client.FloodAsync("g", new byte[1], cancellation);
        using var giveUp = new CancellationTokenSource();
        Task second = client.FloodAsync("g", new byte[2], giveUp.Token);
        Task<FloodReceipt> third = client.FloodAsync("g", new byte[3], cancellation);
        await daemon.Arrivals.Reader.ReadAsync(cancellation);
        await giveUp.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        held.SetResult();
        Assert.That(((await first).Size, (await third).Size), Is.EqualTo((1L, 3L)));
        Assert.That(daemon.Received.Select(r => r.Body.Length), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public async Task While_its_body_is_being_written_and_nobody_reads(CancellationToken cancellation)
    {
        var held = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            // Nothing more is read before this is answered.
            await held.Task;
            await FakeDaemon.Good(session, line, body);
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        Task ping = client.PingAsync(cancellation);
        await daemon.Arrivals.Reader.ReadAsync(cancellation);
        byte[] update = new byte[32 << 20];
        new Random(1).NextBytes(update);
        byte[] copy = [.. update];
        using var giveUp = new CancellationTokenSource();
        Task<FloodReceipt> flood = client.FloodAsync("g", update, giveUp.Token);
        Task behind = client.PingAsync(cancellation);
        await giveUp.CancelAsync();
        Assert.That(async () => await flood, Throws.InstanceOf<OperationCanceledException>());
        Array.Clear(update);
        held.SetResult();
        await Task.WhenAll(ping, behind);
        Assert.That(daemon.SessionCount, Is.EqualTo(1), "the others' connection is as it was");
        byte[]? arrived = daemon.Received.Select(r => r.Body).SingleOrDefault(body => body.Length > 0);
        Assert.That(arrived is null || arrived.AsSpan().SequenceEqual(copy), "all of it or nothing, and nothing that the caller wrote later");
    }

    [Test]
    public async Task While_it_waits_for_its_receipt_and_the_connection_is_lost(CancellationToken cancellation)
    {
        var held = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(async (session, line, body) =>
        {
            if (session.Number > 1)
            {
                await FakeDaemon.Good(session, line, body);
                return;
            }

            await held.Task;
            session.Drop();
        });
        await using FlooddClient client = await daemon.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        Task<FloodReceipt> flood = client.FloodAsync("g", new byte[4], giveUp.Token);
        await daemon.Arrivals.Reader.ReadAsync(cancellation);
        Task<FloodReceipt> other = client.FloodAsync("g", new byte[5], cancellation);
        await giveUp.CancelAsync();
        Assert.That(async () => await flood, Throws.InstanceOf<OperationCanceledException>());
        held.SetResult();
        Assert.That((await other).Size, Is.EqualTo(5));
        Assert.That(daemon.Received.Where(r => r.Line != "ping").Select(r => r.Body.Length), Is.EqualTo(new[] { 4, 5 }), "what was given up is not sent again");
    }

    [Test]
    public async Task Many_at_once_while_others_go_on(CancellationToken cancellation)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Good);
        await using FlooddClient client = await FlooddClient.ConnectAsync(daemon.Options with { RequestsMax = 50 }, cancellation);
        byte[] update = new byte[100_000];
        async Task<bool> Flood(int i)
        {
            using var giveUp = new CancellationTokenSource();
            Task<FloodReceipt> flood = client.FloodAsync("g", update.AsMemory(0, i * 50), giveUp.Token);
            if (i % 3 == 0)
            {
                await giveUp.CancelAsync();
                await ((Task)flood).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return !flood.IsCompletedSuccessfully || (await flood).Size == i * 50;
            }

            return (await flood).Size == i * 50;
        }

        bool[] good = await Task.WhenAll(Enumerable.Range(0, 1500).Select(i => Task.Run(() => Flood(i), cancellation)));
        Assert.That(good, Is.All.True);
        Assert.That(daemon.SessionCount, Is.EqualTo(1));
    }
}

// Connections that stand still: whoever gives up is let go at once, whoever waits goes on when bytes flow again.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class FrozenConnectionTests
{
    // Far below every limit that would end a request by itself, far above what two busy cores need.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(15);

    private SiteGroup _group = null!;

    [OneTimeSetUp]
    public void Start() => _group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Groups = ["g", "closed", "left"] });

    [OneTimeTearDown]
    public void End() => _group.Dispose();

    [Test]
    public async Task Every_request_on_a_frozen_connection_can_be_given_up_and_the_others_go_on()
    {
        await using var proxy = new FaultProxy(_group[0].ClientPort);
        await using FlooddClient client = await FaultyClient.ConnectAsync(proxy.Endpoint);
        var updates = new NumberedUpdates(5);
        FloodReceipt first = await client.FloodAsync("g", updates[0]);
        await using IAsyncEnumerator<FloodUpdate> subscription = client.SubscribeAsync("g", FloodPosition.Start).GetAsyncEnumerator();
        Assert.That(await subscription.MoveNextAsync(), Is.True);

        proxy.Hold();
        Task<FloodReceipt> stays = client.FloodAsync("g", updates[1]);
        ValueTask<bool> next = subscription.MoveNextAsync();

        // Large enough that its writing is stuck too, once what the system takes is full.
        byte[] large = new byte[16 << 20];
        using var source = new CancellationTokenSource();
        CancellationToken end = source.Token;
        Task[] givenUp =
        [
            client.FloodAsync("g", large, end),
            client.FloodAsync("g", new MemoryStream(large), end),
            client.FloodAsync("g", updates[2], end),
            client.PingAsync(end),
            client.GetMembersAsync("g", end),
            client.WaitForDeliveryAsync(first.Id, cancellation: end),
            client.SubscribeAsync("g", FloodPosition.Start, cancellation: end).GetAsyncEnumerator(end).MoveNextAsync().AsTask(),
            FlooddClient.ConnectAsync(new FlooddClientOptions { Endpoints = [proxy.Endpoint] }, end),
        ];
        long before = proxy.ConnectionCount;
        Eventually.Holds(() => proxy.ConnectionCount >= 6, "the connections of the wait, the subscription, the stream and the other client", () => $"{proxy.ConnectionCount}, before {before}");
        await source.CancelAsync();
        Array.Clear(large);
        foreach (Task each in givenUp)
        {
            Assert.That(async () => await each.WaitAsync(Prompt), Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(stays.IsCompleted, Is.False);
        proxy.LetGo();
        FloodReceipt second = await stays.WaitAsync(Eventually.Patience);
        Assert.That(await next.AsTask().WaitAsync(Eventually.Patience), Is.True);
        Assert.That(subscription.Current.Id, Is.EqualTo(second.Id));
        Assert.That(await client.PingAsync().WaitAsync(Eventually.Patience), Is.GreaterThan(TimeSpan.Zero));
        Assert.That((await client.FloodAsync("g", updates[3]).WaitAsync(Eventually.Patience)).Id.Sequence, Is.GreaterThan(second.Id.Sequence));
    }

    [Test]
    public async Task A_client_can_be_closed_while_its_connection_is_frozen()
    {
        await using var proxy = new FaultProxy(_group[0].ClientPort);
        FlooddClient client = await FaultyClient.ConnectAsync(proxy.Endpoint);
        proxy.Hold();
        Task<FloodReceipt> small = client.FloodAsync("closed", new byte[100]);
        Task<FloodReceipt> large = client.FloodAsync("closed", new byte[16 << 20]);
        Task<bool> subscribed = client.SubscribeAsync("closed").GetAsyncEnumerator().MoveNextAsync().AsTask();
        Eventually.Holds(() => proxy.ConnectionCount == 2, "the subscription to be asked for");
        await client.DisposeAsync().AsTask().WaitAsync(Prompt);
        foreach (Task each in (Task[])[small, large])
        {
            Assert.That(async () => await each.WaitAsync(Prompt), Throws.InstanceOf<FlooddException>().Or.InstanceOf<ObjectDisposedException>());
        }

        Assert.That(await subscribed.WaitAsync(Prompt), Is.False, "the subscription ends");
    }

    [Test]
    public async Task A_frozen_daemon_is_left_for_another_and_nothing_is_flooded_twice()
    {
        const int Count = 200;
        await using var proxy = new FaultProxy(_group[0].ClientPort);
        await using FlooddClient client = await FlooddClient.ConnectAsync(new FlooddClientOptions
        {
            Endpoints = [proxy.Endpoint, new FlooddEndpoint("127.0.0.1", _group[1].ClientPort)],
            ConnectTimeout = TimeSpan.FromSeconds(1),
            KeepAlive = TimeSpan.FromMilliseconds(200),
            BackOffFirst = TimeSpan.FromMilliseconds(1),
        });
        var updates = new NumberedUpdates(6);
        await client.FloodAsync("left", updates[0]);
        proxy.Hold();
        await Task.WhenAll(Enumerable.Range(1, Count - 1).Select(number => client.FloodAsync("left", updates[number]))).WaitAsync(Eventually.Patience);
        Assert.That(client.SiteName, Is.EqualTo("s2"));

        // What the first daemon gets late, when its connection thaws, is a repeat.
        proxy.LetGo();
        foreach (TestSite site in _group.Sites)
        {
            updates.CheckExportsOf(site, Count, "left");
        }
    }
}

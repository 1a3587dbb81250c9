// A subscriber that reads now and then while 20,000 updates are flooded: it gets all, or is told what it cannot have; and its process holds little.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class SlowSubscriberTests
{
    private const int FloodCount = 20_000;
    private const int UpdateSize = 1000;
    private const int ReadEvery = 500;

    // What two systems' buffers may hold of one connection on each side of the proxy, which are not the library's: 4 MiB each at most.
    private const long UnreadMax = 8 << 20;

    [TestCase("64m", false)]
    [TestCase("1m", true)]
    public async Task A_slow_subscriber_gets_everything_in_order_or_is_told_what_is_lost(string store, bool loses)
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2, DataStorageMax = store, ExportCommand = _ => null });
        await using var proxy = new FaultProxy(group[0].ClientPort);
        await using FlooddClient publisher = await FaultyClient.ConnectAsync(group[0]);
        await using FlooddClient client = await FaultyClient.ConnectAsync(proxy.Endpoint);
        var updates = new NumberedUpdates(8, _ => UpdateSize);
        var gaps = new List<FloodGap>();
        var got = new List<FloodUpdate>();
        using var end = new CancellationTokenSource();
        await using IAsyncEnumerator<FloodUpdate> subscription = client.SubscribeAsync("g", FloodPosition.Start, gaps.Add, end.Token).GetAsyncEnumerator(end.Token);
        FloodId last = default;
        for (int from = 0; from < FloodCount; from += ReadEvery)
        {
            FloodReceipt[] receipts = await Task.WhenAll(Enumerable.Range(from, ReadEvery).Select(number => publisher.FloodAsync("g", updates[number])));
            last = receipts[^1].Id;
            Assert.That(await subscription.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience), Is.True);
            got.Add(subscription.Current);
        }

        long unread = proxy.BytesDelivered(Way.ToClient) - (got.Count * (UpdateSize + 50));
        Assert.That(unread, Is.LessThan(UnreadMax), "read ahead of the subscriber");

        // Nothing but updates and gaps up to the last number, each number in one of the two.
        while (got[^1].Id.Sequence < last.Sequence && gaps.All(gap => gap.Last < last.Sequence))
        {
            Assert.That(await subscription.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience), Is.True);
            got.Add(subscription.Current);
        }

        long[] numbers = [.. got.Select(update => update.Id.Sequence)];
        long[] lost = [.. gaps.SelectMany(gap => Enumerable.Range(0, (int)(gap.Last - gap.First.Sequence + 1)).Select(i => gap.First.Sequence + i))];
        Assert.That(numbers, Is.Ordered);
        Assert.That(numbers.Concat(lost).Order(), Is.EqualTo(Enumerable.Range(1, FloodCount).Select(i => (long)i)), "each number came or is told lost, once");
        Assert.That(got.Select(update => update.Bytes.ToArray()), Is.EqualTo(numbers.Select(number => updates[(int)number - 1])));
        Assert.That(lost, loses ? Is.Not.Empty : Is.Empty);
    }
}

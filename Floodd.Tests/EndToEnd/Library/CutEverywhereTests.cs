// Connections between the library and real daemons that are cut at every byte there is: nothing is lost, nothing comes twice.
using Floodd.Client;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Library;

[Parallelizable]
internal sealed class CutEverywhereTests
{
    // Cases are independent of each other; as many at once keep two cores busy.
    private const int AtOnce = 8;

    private const int SmallSize = 12;
    private static readonly int[] StreamSizes = [0, 1, 2, 40, 7, 300, 0, 25];

    private SiteGroup _group = null!;

    [OneTimeSetUp]
    public void Start() => _group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Groups = ["same", "other", "stream", "large"] });

    [OneTimeTearDown]
    public void End() => _group.Dispose();

    /// <param name="name">The group.</param>
    /// <param name="second">The site behind the second endpoint, to which the client goes when the first is cut.</param>
    [TestCase("same", 0)]
    [TestCase("other", 1)]
    public async Task A_flood_that_is_cut_at_any_byte_gets_its_receipt_and_is_everywhere_once(string name, int second)
    {
        var updates = new NumberedUpdates(2, _ => SmallSize);
        (long up, long down) = await MeasureAsync(client => client.FloodAsync(name, updates[0]));
        await using var clean = new FaultProxy(_group[second].ClientPort);
        List<Cut> cuts = [.. Cuts(Way.ToDaemon, up), .. Cuts(Way.ToClient, down)];
        int number = 0;
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (cut, end) =>
        {
            byte[] update = updates[Interlocked.Increment(ref number)];
            await using var faulty = new FaultProxy(_group[0].ClientPort, connection => new FaultPlan { Cut = connection == 1 ? cut : null });
            await using FlooddClient client = await FaultyClient.ConnectAsync(faulty.Endpoint, clean.Endpoint);
            FloodReceipt receipt = await client.FloodAsync(name, update, end).WaitAsync(Eventually.Patience, end);
            Assert.That((receipt.Group, receipt.Size), Is.EqualTo((name, update.Length)), $"{cut}");
        });
        foreach (TestSite site in _group.Sites)
        {
            updates.CheckExportsOf(site, cuts.Count + 1, name);
        }
    }

    [Test]
    public async Task A_subscription_that_is_cut_at_any_byte_yields_each_update_once_in_order()
    {
        var updates = new NumberedUpdates(3, number => StreamSizes[number]);
        await using FlooddClient publisher = await FaultyClient.ConnectAsync(_group[0]);
        for (int i = 0; i < StreamSizes.Length; i++)
        {
            await publisher.FloodAsync("stream", updates[i]);
        }

        (long up, long down) = await MeasureAsync(client => FaultyClient.ReadAsync(client, "stream", StreamSizes.Length));
        await using var clean = new FaultProxy(_group[0].ClientPort);
        List<Cut> cuts = [.. Cuts(Way.ToDaemon, up), .. Cuts(Way.ToClient, down)];
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (cut, end) =>
        {
            // One of the first two connections is the client's own, the other its subscription's.
            await using var faulty = new FaultProxy(_group[0].ClientPort, connection => new FaultPlan { Cut = connection <= 2 ? cut : null });
            await using FlooddClient client = await FlooddClient.ConnectAsync(FaultyClient.Options(faulty.Endpoint, clean.Endpoint), end);
            List<FloodUpdate> got = await FaultyClient.ReadAsync(client, "stream", StreamSizes.Length);
            Assert.That(got.Select(update => update.Bytes.ToArray()), Is.EqualTo(Enumerable.Range(0, StreamSizes.Length).Select(i => updates[i])), $"{cut}");
            Assert.That(got.Select(update => update.Id.Sequence), Is.Ordered.And.Unique, $"{cut}");
        });
    }

    [Test]
    public async Task A_large_flood_that_is_cut_on_its_way_is_everywhere_once()
    {
        const int Size = 1 << 20;
        const int FloodCount = 12;
        var random = new Random((int)Seeds.One(4));
        var updates = new NumberedUpdates(Seeds.One(4), _ => Size);
        await using var clean = new FaultProxy(_group[1].ClientPort);
        for (int i = 0; i < FloodCount; i++)
        {
            var cut = new Cut(Way.ToDaemon, random.Next(Size), (CutKind)random.Next(2), i % 3 == 0 ? CutEnds.Client : CutEnds.Both);
            await using var faulty = new FaultProxy(_group[0].ClientPort, connection => new FaultPlan { Cut = connection == 1 ? cut : null, PieceMax = 100_000, Seed = i });
            await using FlooddClient client = await FaultyClient.ConnectAsync(faulty.Endpoint, clean.Endpoint);

            // A stream that knows its length goes over a connection of its own.
            Task<FloodReceipt> flooding = i % 2 == 0 ? client.FloodAsync("large", updates[i]) : client.FloodAsync("large", new MemoryStream(updates[i], writable: false));
            Assert.That((await flooding.WaitAsync(Eventually.Patience)).Size, Is.EqualTo(updates[i].Length), $"{cut}");
        }

        foreach (TestSite site in _group.Sites)
        {
            updates.CheckExportsOf(site, FloodCount, "large");
        }
    }

    /// <summary>Every way of cutting a connection of so many bytes, and a little beyond.</summary>
    private static IEnumerable<Cut> Cuts(Way way, long length) =>
        from after in Enumerable.Range(0, (int)length + 2)
        from kind in (CutKind[])[CutKind.Reset, CutKind.End]
        select new Cut(way, after, kind, after % 4 == 3 ? CutEnds.Client : CutEnds.Both);

    /// <summary>How many bytes go each way, without faults.</summary>
    private async Task<(long Up, long Down)> MeasureAsync(Func<FlooddClient, Task> use)
    {
        await using var proxy = new FaultProxy(_group[0].ClientPort);
        await using (FlooddClient client = await FaultyClient.ConnectAsync(proxy.Endpoint))
        {
            await use(client);
        }

        return (proxy.BytesDelivered(Way.ToDaemon), proxy.BytesDelivered(Way.ToClient));
    }
}

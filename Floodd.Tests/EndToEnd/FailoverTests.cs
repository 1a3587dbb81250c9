// A client of three sites whose first is lost for good while floods are under way: the rest goes to the second, and everything is everywhere once.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class FailoverTests
{
    private const int FloodCount = 4000;

    // Far fewer under way at once than are still to come when the first site is lost.
    private const int CallerCount = 64;

    private SiteGroup _group = null!;

    [OneTimeSetUp]
    public void Start() => _group = SiteGroup.Start(new GroupPlan { Groups = [.. from kind in Enum.GetValues<CutKind>() from ends in Enum.GetValues<CutEnds>() select $"{kind}-{ends}"] });

    [OneTimeTearDown]
    public void End() => _group.Dispose();

    [Test]
    public async Task Pipelined_floods_go_on_at_the_next_endpoint_and_everything_is_everywhere_once([Values] CutKind kind, [Values(CutEnds.Both, CutEnds.Client)] CutEnds ends)
    {
        string name = $"{kind}-{ends}";
        FaultProxy[] proxies = [.. _group.Sites.Select((site, i) => new FaultProxy(site.ClientPort, _ => new FaultPlan { Cut = i == 0 ? new Cut(Way.ToClient, FloodCount * 20, kind, ends) : null }))];
        try
        {
            await using FlooddClient client = await FaultyClient.ConnectAsync([.. proxies.Select(proxy => proxy.Endpoint)]);
            var updates = new NumberedUpdates(7);

            // The connection that stands is the last to the first site: it is cut in the middle of the receipts.
            proxies[0].Refuse();
            var receipts = new FloodReceipt[FloodCount];
            await Parallel.ForAsync(0, FloodCount, new ParallelOptions { MaxDegreeOfParallelism = CallerCount }, async (number, end) => receipts[number] = await client.FloodAsync(name, updates[number], end)).WaitAsync(Eventually.Patience);
            Assert.That(receipts.Select(receipt => receipt.Id), Is.Unique);
            Assert.That(receipts.Select(receipt => receipt.Id.Origin).Distinct(), Is.EquivalentTo(["s1", "s2"]));
            Assert.That(client.Endpoint, Is.EqualTo(proxies[1].Endpoint));
            foreach (TestSite site in _group.Sites)
            {
                updates.CheckExportsOf(site, FloodCount, name);
            }
        }
        finally
        {
            foreach (FaultProxy proxy in proxies)
            {
                await proxy.DisposeAsync();
            }
        }
    }
}

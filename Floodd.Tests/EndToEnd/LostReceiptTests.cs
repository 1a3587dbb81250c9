// The library and real daemons over ways that swallow receipts: every update is exported once at each site, and its caller has a receipt.
using System.Globalization;
using System.Text;
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class LostReceiptTests
{
    [Test]
    public async Task Floods_whose_receipts_were_lost_are_exported_once_everywhere()
    {
        const int Count = 300;
        using SiteGroup group = SiteGroup.Start();
        await using var first = new CuttingRelay(group[0], every: 20, cutsMax: 4);
        await using var second = new CuttingRelay(group[1], every: 20, cutsMax: 4);
        await using FlooddClient client = await FlooddClient.ConnectAsync($"floodd://{first.Endpoint},{second.Endpoint}?back-off-first=1ms&reconnect-timeout=60&requests-max=30");
        FloodReceipt[] receipts = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => client.FloodAsync("g", Text(i))));
        Assert.That(receipts.Select(r => r.Id), Is.Unique);
        Assert.That(first.CutCount + second.CutCount, Is.EqualTo(8));

        // Large ones too, each over a connection of its own.
        byte[] large = new byte[700_000];
        large.AsSpan().Fill((byte)'x');
        using var stream = new MemoryStream(large, writable: false);
        await client.FloodAsync("g", stream);
        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(() => site.Exports.Count >= Count + 1, $"all updates at {site.Name}", group.Logs);
        }

        // Whatever was flooded twice would be there by now, as a later update of the same sites is.
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async i =>
        {
            await using FlooddClient other = await FlooddClient.ConnectAsync(FormattableString.Invariant($"127.0.0.1:{group[i].ClientPort}"));
            await other.FloodAsync("g", Text(Count + i));
        }));
        string[] expected = [.. Enumerable.Range(0, Count + 2).Select(i => i.ToString(CultureInfo.InvariantCulture)), Encoding.ASCII.GetString(large)];
        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(() => site.Exports.Count >= expected.Length, $"the last updates at {site.Name}", group.Logs);
            string[] exported = [.. site.Exports.Updates().Select(update => Encoding.ASCII.GetString(update.Bytes.AsSpan()))];
            Assert.That(exported.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)), $"{exported.Length} updates at {site.Name}");
        }
    }

    private static byte[] Text(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}

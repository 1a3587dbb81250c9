// The library and real daemons when each byte travels alone: everything that can be asked has the same answer.
using Floodd.Client;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class ByteByByteTests
{
    [Test]
    public async Task Everything_that_can_be_asked_has_the_same_answer_byte_by_byte()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2 });
        await using var proxy = new FaultProxy(group[0].ClientPort, _ => new FaultPlan { PieceMax = 1 });
        await using FlooddClient direct = await FaultyClient.ConnectAsync(group[0]);
        await using FlooddClient slow = await FaultyClient.ConnectAsync(proxy.Endpoint);

        var updates = new NumberedUpdates(1);
        byte[][] flooded = [[], "\n"u8.ToArray(), "."u8.ToArray(), "\r\n.\r\n250 no\n"u8.ToArray(), .. Sized(updates, 100, 4096, 70_000)];
        FloodReceipt[] receipts = await Task.WhenAll(flooded.Select(update => slow.FloodAsync("g", update)));
        Assert.That(receipts.Select(receipt => receipt.Size), Is.EqualTo(flooded.Select(update => update.Length)));
        Assert.That(receipts.Select(receipt => receipt.Id.Sequence), Is.Ordered, "the requests of one client are taken in order");

        FloodDeliveryProgress progress = await slow.WaitForDeliveryAsync(receipts[^1].Id);
        Assert.That(progress, Is.EqualTo(new FloodDeliveryProgress(true, 2, 2)));
        Assert.That(await slow.WhereAsync(receipts[0].Id), Is.EqualTo(await direct.WhereAsync(receipts[0].Id)));

        List<FloodUpdate> subscribed = await FaultyClient.ReadAsync(slow, "g", flooded.Length);
        Assert.That(subscribed.Select(update => update.Id), Is.EqualTo(receipts.Select(receipt => receipt.Id)));
        Assert.That(subscribed.Select(update => update.Bytes.ToArray()), Is.EqualTo(flooded));

        Assert.That(await slow.GetHelpAsync(), Is.EqualTo(await direct.GetHelpAsync()));
        Assert.That(await slow.GetHelpAsync("flood"), Is.EqualTo(await direct.GetHelpAsync("flood")));
        Assert.That(await slow.GetConfigurationAsync("g"), Is.EqualTo(await direct.GetConfigurationAsync("g")));
        Assert.That((await slow.GetGroupsAsync()).Single().Name, Is.EqualTo("g"));
        Assert.That((await slow.GetMembersAsync("g")).Select(member => (member.SiteName, member.State, member.Endpoint)), Is.EqualTo((await direct.GetMembersAsync("g")).Select(member => (member.SiteName, member.State, member.Endpoint))));
        Assert.That((await slow.GetCandidatesAsync("g")).Select(candidate => candidate.Member.SiteName), Is.EquivalentTo(["s1", "s2"]));
        Assert.That((await slow.NearestAsync("g")).Member.SiteName, Is.AnyOf("s1", "s2"));
        Assert.That((await slow.GetStatisticsAsync()).Values.Keys, Is.EqualTo((await direct.GetStatisticsAsync()).Values.Keys));
        Assert.That((await slow.GetTopologyAsync("g")).Links.Select(link => (link.A, link.B)), Is.EqualTo([("s1", "s2")]));
        Assert.That(await slow.GetTopologyGraphAsync("g"), Does.Contain("s1").And.Contain("s2"));
        Assert.That((await slow.GetEstimatesAsync("g")).SelectMany(estimate => new[] { estimate.From, estimate.To }), Is.All.AnyOf("s1", "s2"));
        Assert.That(await slow.PingAsync(), Is.GreaterThan(TimeSpan.Zero));
        await slow.ReplanAsync("g");
        AnswersTheSame(direct, slow, client => client.ExplainAsync("g", "s1", "nobody"));
        AnswersTheSame(direct, slow, client => client.GetHelpAsync("nothing"));
        AnswersTheSame(direct, slow, client => client.GetMembersAsync("none"));
        AnswersTheSame(direct, slow, client => client.FloodAsync("none", flooded[^1]));
        AnswersTheSame(direct, slow, client => client.WhereAsync(FloodId.Parse("s1/1/1")));

        Assert.That(proxy.BytesDelivered(Way.ToDaemon), Is.GreaterThan(2 * 70_000), "all of that went through the proxy");
        foreach (TestSite site in group.Sites)
        {
            Assert.That(site.Exports.Updates().Select(update => update.Bytes.ToArray()), Is.EqualTo(flooded), site.Name);
        }
    }

    private static IEnumerable<byte[]> Sized(NumberedUpdates updates, params int[] sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            byte[] whole = [];
            for (int number = i; whole.Length < sizes[i]; number++)
            {
                whole = [.. whole, .. updates[number]];
            }

            yield return whole[..sizes[i]];
        }
    }

    private static void AnswersTheSame<T>(FlooddClient one, FlooddClient other, Func<FlooddClient, Task<T>> ask)
    {
        FlooddException expected = Assert.ThrowsAsync<FlooddException>(() => ask(one))!;
        FlooddException found = Assert.ThrowsAsync<FlooddException>(() => ask(other))!;
        Assert.That((found.Code, found.Text), Is.EqualTo((expected.Code, expected.Text)));
    }
}

// Which member is near: asked from a network that has no member, and from a member's own.
using System.Net;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Lab;

[NonParallelizable]
internal sealed class LabNearestTests
{
    private const int Client = 3;
    private const double ClientTrip = 30;

    private static readonly double[] FromFirst = [0, 40, 12];

    [Test]
    public void Nearest_says_how_far_the_client_is_and_orders_the_others_by_their_way()
    {
        using LabNetwork network = LabNetwork.Open(4);
        network.JoinAll(PathTraits.Delayed(ClientTrip / 2));
        network.Join(0, 1, PathTraits.Delayed(FromFirst[1] / 2));
        network.Join(0, 2, PathTraits.Delayed(FromFirst[2] / 2));
        using SiteGroup group = SiteGroup.Start(new GroupPlan().In(network) with { SiteCount = 3 });
        TestSite first = group[0];
        Distances.WaitUntilKnown(group, network);
        IReadOnlyList<string> lines = Nearest(first, network[Client]);
        Assert.That(lines.Select(l => Reply.Value(l, "site-name")), Is.EqualTo(new[] { "s1", "s3", "s2" }));
        foreach (string line in lines)
        {
            double way = FromFirst[Distances.IndexOf(Reply.Value(line, "site-name")!)];
            Assert.That(Distances.IsRight(Belief.Number(line, "rtt-ms"), Math.Sqrt((ClientTrip * ClientTrip) + (way * way))), Is.True, line);
            Assert.That(Belief.Number(line, "at-least-ms"), Is.EqualTo(Math.Abs(ClientTrip - way)).Within(Math.Max(2, (ClientTrip + way) / 10)), line);
            Assert.That(Belief.Number(line, "at-most-ms"), Is.EqualTo(ClientTrip + way).Within(Math.Max(2, (ClientTrip + way) / 10)), line);
        }

        IReadOnlyList<string> atMember = Nearest(first, network[1]);
        TestContext.Out.WriteLine($"{string.Join('\n', lines)}\n\n{string.Join('\n', atMember)}\n{network.Lateness}");
        Assert.That(Reply.Value(atMember[0], "site-name"), Is.EqualTo("s2"), "a member at the client's own address");
        Assert.That((Belief.Number(atMember[0], "rtt-ms"), Belief.Number(atMember[0], "at-most-ms")), Is.EqualTo((0, 0)));
        Assert.That(atMember.Skip(1).Select(l => Reply.Value(l, "site-name")), Is.EqualTo(new[] { "s1", "s3" }));
        Assert.That(Distances.IsRight(Belief.Number(atMember[1], "rtt-ms"), FromFirst[1]), Is.True, atMember[1]);
    }

    // The system takes the round trip of a client from its first answer: one that was kept waiting for a processor tells too much.
    private static IReadOnlyList<string> Nearest(TestSite site, NetworkNamespace from)
    {
        IReadOnlyList<string> best = [];
        for (int i = 0; i < 5; i++)
        {
            using ClientSession session = ClientSession.Open(from.OpenSocket(), new IPEndPoint(site.Address, site.ClientPort));
            IReadOnlyList<string> lines = session.Ask("nearest").Body;
            best = best.Count == 0 || TripTo(lines, site) < TripTo(best, site) ? lines : best;
        }

        return best;
    }

    private static double TripTo(IReadOnlyList<string> lines, TestSite site) =>
        Belief.Number(lines.Single(l => Reply.Value(l, "site-name") == site.Name), "rtt-ms");
}

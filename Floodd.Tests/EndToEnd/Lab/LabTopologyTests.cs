// The way round is taken where it is shorter (8 ms direct, 5 ms by a third site: nats-server#1329), and left when it has become slow.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Lab;

[NonParallelizable]
internal sealed class LabTopologyTests
{
    private const int UpdateBytes = 256 << 10;

    [Test]
    public void Updates_take_the_shorter_way_round_until_it_is_the_longer_one()
    {
        using LabNetwork network = LabNetwork.Open(3);
        network.JoinAll(PathTraits.Delayed(2.5));
        network.Cut(0, 1);

        // Bursts go round once, soon; the next ones in an hour.
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            Connectivity = 1,
            Periods = "(:ping-period 0.5) (:bandwidth-period 3600) (:estimates-period 0.5) (:update-period 2) (:join-period 1)",
        }.In(network));
        network.Join(0, 1, PathTraits.Delayed(8));
        Distances.WaitUntilKnown(group, network);
        SeenTopology.WaitFor(group, "s1 s3", "s2 s3");
        using ClientSession session = group[0].Open();
        Eventually.Holds(() => GoesRound(session, network), "updates to go from a by c to b alone", group.Logs);

        // A machine that is kept from its work answers late: a later sample is nearer to the truth.
        Reply why = null!;
        double DelayOf(string start) => Belief.Number(why.Body.Single(l => l.StartsWith(start, StringComparison.Ordinal)), "delay-ms");
        Eventually.Holds(
            () =>
            {
                why = group[1].Ask("why g s1 s2");
                return Math.Abs(DelayOf("(:direct ") - 9) <= 1 && Math.Abs(DelayOf("(:way-round s1 s3 s2 ") - 7) <= 1;
            },
            "9 ms to be believed of the direct way, and 7 of the one round by c",
            () => $"{why}\n{network.Lateness}");
        TestContext.Out.WriteLine(why);
        Assert.That(why.Body[0], Does.StartWith("(:why s1 s2 (:group-name g) ").And.EndsWith(" (:planned no) (:usable yes))"));

        int edition = SeenTopology.At(group[1]).Edition;
        network.Join(0, 2, PathTraits.Delayed(20));
        SeenTopology.WaitFor(group, "s1 s2", "s2 s3");
        Assert.That(SeenTopology.At(group[1]).Edition, Is.GreaterThan(edition));
        TestContext.Out.WriteLine($"{group[1].Ask("topology")}\n{Editions(group)}\n{network.Lateness}");
    }

    [Test]
    public void With_two_ways_asked_for_the_long_one_is_taken_only_when_another_has_become_longer()
    {
        using LabNetwork network = LabNetwork.Open(4);
        network.JoinAll(PathTraits.Delayed(2.5));
        network.Join(0, 1, PathTraits.Delayed(8));
        network.Join(2, 3, PathTraits.Delayed(8));
        using SiteGroup group = SiteGroup.Start(new GroupPlan().In(network));
        Distances.WaitUntilKnown(group, network);
        SeenTopology.WaitFor(group, "s1 s3", "s1 s4", "s2 s3", "s2 s4");
        network.Join(0, 2, PathTraits.Delayed(50));
        Eventually.Holds(
            () => group.Sites.All(site => SeenTopology.At(site).Names is { } names && names.Contains("s1 s2") && !names.Contains("s1 s3")),
            "an edition that has the link between s1 and s2",
            () => $"{group[0].Ask("topology")}\n{group[0].Ask("estimates")}\n{group.Logs()}");
        TestContext.Out.WriteLine($"{group[1].Ask("topology")}\n{group[1].Ask("why s1 s2")}\n{group[1].Ask("estimates")}\n{Editions(group)}\n{network.Lateness}");
    }

    private static bool GoesRound(ClientSession session, LabNetwork network)
    {
        long direct = network.Path(0, 1).DeliveredBytes, first = network.Path(0, 2).DeliveredBytes, second = network.Path(2, 1).DeliveredBytes;
        string id = session.Flood("g", new byte[UpdateBytes]);
        Assert.That(session.Ask($"wait {id} all 30").Code, Is.EqualTo(250));
        Assert.That(session.Ask($"where {id}").Body, Has.Exactly(3).Contains("(:state exported)"));
        return network.Path(0, 1).DeliveredBytes - direct < UpdateBytes / 4
            && network.Path(0, 2).DeliveredBytes - first > UpdateBytes && network.Path(2, 1).DeliveredBytes - second > UpdateBytes;
    }

    private static string Editions(SiteGroup group) =>
        string.Join('\n', group[0].Daemon.Log.Split('\n').Where(l => l.Contains("edition", StringComparison.Ordinal) || l.Contains("reached", StringComparison.Ordinal)));
}

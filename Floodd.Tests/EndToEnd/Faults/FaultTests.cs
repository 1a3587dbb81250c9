// The cheap faults of the campaign, done to one group by the plain tests; the long ones are behind the command `faults`.
using Floodd.Tests.EndToEnd.Lab;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

[Parallelizable]
internal sealed class FaultTests
{
    [Test]
    public void Faults_around_one_site_cost_no_update_and_keep_nobody_else_waiting()
    {
        string[] kinds = ["descriptors", "reset", "cut-pair", "half-open"];
        using LabNetwork network = LabNetwork.Open(4);
        using FaultGroup group = FaultsCommand.Start(network, seed: 1, TimeSpan.FromMilliseconds(100));
        var table = new StringWriter();
        var campaign = new FaultCampaign(group, table);
        campaign.Strike(Strikes.Calm, new Random(1));
        foreach (string kind in kinds)
        {
            campaign.Strike(Strikes.All.Single(strike => strike.Kind == kind), new Random(1));
        }

        bool isGood = campaign.Finish();
        TestContext.Out.WriteLine(table);
        Assert.That(isGood, Is.True, () => $"{table}\n{network.Lateness}\n{group.Group.Logs()}");
        Assert.That(group.Judge(0, group.All).Deliveries, Is.GreaterThan(kinds.Length * 100));
    }
}

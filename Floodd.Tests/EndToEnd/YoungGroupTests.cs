// A group that has just begun, with the periods of service: it does not wait for them to know itself.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[NonParallelizable]
internal sealed class YoungGroupTests
{
    private const int Count = 10;
    private const int PairCount = Count * (Count - 1) / 2;

    [Test]
    public void Ten_sites_measure_their_ways_and_link_by_them_long_before_a_period_is_over()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = Count, Connectivity = 3, Periods = "", ExportCommand = _ => null });
        TestSite site = group[5];
        string times = "";
        Eventually.Holds(() => MeasuredPairsAt(site) * 5 >= PairCount * 4, "four pairs of five to be measured", () => site.Ask("estimates").ToString());
        Tell("four fifths measured");
        Eventually.Holds(() => SeenTopology.At(site).IsMeasured, "a topology of measured links", () => site.Ask("topology").ToString());
        Tell("planned from measured ways");
        Eventually.Holds(() => MeasuredPairsAt(site) == PairCount, "all pairs to be measured", () => site.Ask("estimates").ToString());
        Tell("all measured");
        TestContext.Out.WriteLine(times);
        foreach (Belief link in SeenTopology.At(site).Links)
        {
            Assert.That(site.Ask($"why {link.From} {link.To}").Body[1], Does.Contain("(:guessed no)"));
        }

        void Tell(string what) => times += $"{what}: {MeasuredPairsAt(site)} pairs, when the last daemon is {group[Count - 1].Statistics()["uptime-seconds"]} s old\n";
    }

    private static int MeasuredPairsAt(TestSite site) => Belief.EstimatesAt(site).Where(b => b.IsMeasured).Select(b => b.Pair).Distinct().Count();
}

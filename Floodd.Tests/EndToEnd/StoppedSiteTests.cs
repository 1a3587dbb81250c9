// A site that stands still while ten times its store flows past: nobody else waits for it for good, and it goes on when it can.
using System.Security.Cryptography;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class StoppedSiteTests
{
    private const int UpdateSize = 64 << 10;
    private const int UpdateCount = 320;

    [Test]
    public void Ten_stores_flow_past_a_stopped_site_which_then_goes_on()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 4, DataStorageMax = "2m" });
        TestSite stopped = group[3];
        TestSite[] others = [.. group.Sites.Where(site => site != stopped)];
        var ledger = new Ledger();
        using ClientSession session = group[0].Open();

        stopped.Daemon.Stop();
        try
        {
            for (int i = 0; i < UpdateCount; i++)
            {
                ledger.Flood(session, "g", RandomNumberGenerator.GetBytes(UpdateSize));
            }

            foreach (TestSite site in others)
            {
                ledger.WaitUntilExportedAt(site);
            }
        }
        finally
        {
            stopped.Daemon.Continue();
        }

        string afterwards = ledger.Flood(session, "g", RandomNumberGenerator.GetBytes(UpdateSize));
        Eventually.Holds(() => stopped.Exports.Ids().Contains(afterwards), "the stopped site to go on", group.Logs);
        foreach (TestSite site in group.Sites)
        {
            ledger.CheckExportsOf(site);
        }

        int missed = ledger.Ids.Except(stopped.Exports.Ids()).Count();
        Assert.That(missed, Is.Positive, "20 MB cannot have stood in stores of 2 MB");
        Eventually.Holds(
            () => stopped.Statistics().Any(each => each.Key.StartsWith("gap", StringComparison.Ordinal) && each.Value > 0),
            $"the {missed} updates that were given up to be counted",
            () => stopped.Ask("stats").ToString());
        Assert.That(
            group.Sites.Select(site => site.Statistics().Where(each => each.Key.StartsWith("given-up", StringComparison.Ordinal)).Sum(each => each.Value)).Sum(),
            Is.Positive,
            group[0].Ask("stats").ToString());
    }
}

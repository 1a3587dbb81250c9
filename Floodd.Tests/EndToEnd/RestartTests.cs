// Five sites, one of them killed in mid-flood and started again: it misses nothing and repeats nothing that it had reported as exported.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class RestartTests
{
    private const int UpdateSize = 1000;

    [TestCase(0)]
    [TestCase(2)]
    public void A_site_killed_in_mid_flood_catches_up_and_repeats_nothing_it_had_reported(int which)
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 5 });
        TestSite victim = group[which];
        TestSite[] others = [.. group.Sites.Where(site => site != victim)];
        var ledger = new Ledger();
        using var publisher = new Publisher(others[0], "g", UpdateSize, ledger);

        // What the origin knows of the victim's exports has been reported; what was exported since then may be repeated.
        List<string> reported = [];
        Eventually.Holds(() => (reported = victim.ReportedTo(others[0], victim.Exports.Ids())).Count >= 100, "100 updates to be reported as exported", group.Logs);
        victim.Daemon.Kill();
        GrowBy(100, ledger);
        group.Restart(victim);
        GrowBy(100, ledger);
        publisher.Finish();

        foreach (TestSite site in others)
        {
            ledger.WaitUntilExportedAt(site);
            ledger.CheckExportsOf(site);
        }

        ledger.WaitUntilExportedAt(victim);
        ledger.CheckBytesOf(victim);
        ILookup<int, string> byLife = victim.Exports.Updates().ToLookup(update => update.Life, update => update.Id);
        Assert.That(byLife[2].Intersect(reported), Is.Empty, "repeated though reported as exported");
        Assert.That(byLife[1], Is.Unique);
        Assert.That(byLife[2], Is.Unique);
    }

    [Test]
    public void A_site_that_is_terminated_and_started_again_repeats_nothing_at_all()
    {
        using SiteGroup group = SiteGroup.Start();
        TestSite victim = group[1];
        var ledger = new Ledger();
        using var publisher = new Publisher(group[0], "g", UpdateSize, ledger);

        Eventually.Holds(() => victim.Exports.Count >= 100, "100 exports", group.Logs);
        Assert.That(victim.Daemon.Terminate(), Is.Zero);
        GrowBy(50, ledger);
        group.Restart(victim);
        GrowBy(50, ledger);
        publisher.Finish();

        foreach (TestSite site in group.Sites)
        {
            ledger.WaitUntilExportedAt(site);
            ledger.CheckExportsOf(site);
        }
    }

    [Test]
    public void Updates_of_one_origin_are_exported_in_their_order()
    {
        using SiteGroup group = SiteGroup.Start();
        var ledger = new Ledger();
        using ClientSession session = group[0].Open();
        string[] ids = [.. Enumerable.Range(0, 200).Select(i => ledger.Flood(session, "g", new byte[i * 37]))];
        foreach (TestSite site in group.Sites)
        {
            ledger.WaitUntilExportedAt(site);
            Assert.That(site.Exports.Updates().Select(update => update.Id), Is.EqualTo(ids), site.Name);
        }
    }

    private static void GrowBy(int count, Ledger ledger)
    {
        int goal = ledger.Count + count;
        Eventually.Holds(() => ledger.Count >= goal, $"{count} more floods", () => $"{ledger.Count} of {goal}");
    }
}

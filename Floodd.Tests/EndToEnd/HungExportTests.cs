// Export commands that hang, fork or fail: the run is ended with all it started, and the other site never notices.
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class HungExportTests
{
    [TestCase("sleep 1000", TestName = "A_run_that_never_reads_is_ended")]
    [TestCase("cat > /dev/null; sleep 1000", TestName = "A_run_that_reads_and_hangs_is_ended")]
    [TestCase("setsid sleep 1000 & sleep 1000", TestName = "A_run_that_leaves_its_session_is_ended")]
    [TestCase("trap '' TERM; sleep 1000 & wait; sleep 1000", TestName = "A_run_that_ignores_signals_is_ended")]
    public void A_run_that_hangs_is_ended_with_all_it_started(string command)
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            SiteCount = 2,
            Connectivity = 1,
            LocalLines = _ => "(:export-timeout 1)",
            ExportCommand = site => site.Name == "s2" ? command : site.Exports.Command(site.Life),
        });
        TestSite hung = group[1];
        var ledger = new Ledger();
        using ClientSession session = group[0].Open();
        string id = ledger.Flood(session, "g", "stuck"u8.ToArray());

        IReadOnlyList<int> first = [];
        Eventually.Holds(() => (first = group.RunningExports()).Count > 0, "the run to begin", group.Logs);
        ledger.WaitUntilExportedAt(group[0]);
        Assert.That(session.Ask($"wait {id} all 0.2").Code, Is.EqualTo(450));
        Eventually.Holds(() => !group.RunningExports().Intersect(first).Any(), "the run to be ended", () => Census.Describe(first));

        Assert.That(hung.Ask("ping").Code, Is.EqualTo(250));
        Assert.That(hung.Daemon.Terminate(), Is.Zero);
        Eventually.Holds(() => group.RunningExports().Count == 0, "no survivors", () => Census.Describe(group.RunningExports()));
    }

    [Test]
    public void A_run_that_asks_for_later_gets_the_same_updates_again()
    {
        // The first run takes nothing and exits with 75, EX_TEMPFAIL.
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            SiteCount = 1,
            Connectivity = 1,
            ExportCommand = site => $"test -e {site.Folder}/again && exec cat >> {site.Folder}/exports.1; touch {site.Folder}/again; exit 75",
        });
        var ledger = new Ledger();
        using ClientSession session = group[0].Open();
        ledger.Flood(session, "g", "later"u8.ToArray());
        ledger.WaitUntilExportedAt(group[0]);
        ledger.CheckExportsOf(group[0]);
    }

    [Test]
    public void A_run_has_its_environment_and_nothing_of_the_update_on_its_command_line()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            SiteCount = 1,
            Connectivity = 1,
            ExportCommand = site => $"echo $FLOODD_SITE $FLOODD_GROUP $FLOODD_COUNT $FLOODD_FIRST_ID $FLOODD_LAST_ID $FLOODD_BYTES $FLOODD_ID $FLOODD_ORIGIN > {site.Folder}/seen; pwd >> {site.Folder}/seen; cat >> {site.Folder}/exports.1",
        });
        TestSite site = group[0];
        var ledger = new Ledger();
        using ClientSession session = site.Open();
        byte[] update = Encoding.ASCII.GetBytes($"; touch {site.Folder}/owned; $(touch {site.Folder}/owned)");
        string id = ledger.Flood(session, "g", update);
        ledger.WaitUntilExportedAt(site);
        string[] seen = File.ReadAllLines(Path.Combine(site.Folder, "seen"));
        Assert.That(seen, Is.EqualTo(new[] { $"s1 g 1 {id} {id} {update.Length} {id} s1", site.Folder }));
        Assert.That(File.Exists(Path.Combine(site.Folder, "owned")), Is.False);
    }
}

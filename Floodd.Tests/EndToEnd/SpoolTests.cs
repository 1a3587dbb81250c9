// Daemons with spools, killed as no simulation can: what got a receipt is exported at every site, once or marked.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class SpoolTests
{
    private const int CannotMake = 73;

    [Test]
    public void A_daemon_killed_in_the_middle_of_ten_thousand_floods_keeps_what_it_gave_receipts_for()
    {
        using SiteGroup group = SiteGroup.Start(Plan());
        TestSite victim = group[1];
        var accepted = new HashSet<string>();
        using (ClientSession session = victim.Open())
        {
            session.SendText(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"flood g 4\n{i:d4}")));
            for (int i = 0; i < 2000; i++)
            {
                Assert.That(accepted.Add(session.ReadReply().Id), Is.True, "an id given twice");
            }

            victim.Daemon.Kill();
        }

        group.Restart(victim);
        string after = Flood(victim, "after");
        Assert.That(after.Split('/')[1], Is.EqualTo(accepted.First().Split('/')[1]), "the incarnation goes on");
        Assert.That(accepted.Add(after), Is.True, "an id given twice");
        CheckThatAllIsExportedOnce(group, accepted);
    }

    [Test]
    public void Three_daemons_killed_at_once_lose_nothing_that_got_a_receipt()
    {
        using SiteGroup group = SiteGroup.Start(Plan());
        var accepted = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            accepted.Add(Flood(group[i % 3], $"before {i}"));
        }

        foreach (TestSite site in group.Sites)
        {
            site.Daemon.Kill();
        }

        foreach (TestSite site in group.Sites)
        {
            group.Restart(site);
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.That(accepted.Add(Flood(group[i], $"after {i}")), Is.True, "an id given twice");
        }

        CheckThatAllIsExportedOnce(group, accepted);
        Assert.That(group[0].Statistics()["spool-bytes"], Is.GreaterThan(0));
    }

    [Test]
    public void A_directory_that_cannot_be_a_spool_is_named_and_nothing_begins()
    {
        using var folder = new TestFolder();
        string file = folder.Write("file", "");
        foreach (string directory in new[] { file, Path.Combine(file, "spool"), folder.File("missing", "spool") })
        {
            string configuration = folder.Write("floodd.conf", string.Create(CultureInfo.InvariantCulture,
                $"(:site-define (:site-name s1) (:hostname localhost) (:client-port {FreePorts.Take(1)[0]}) (:data-port {FreePorts.Take(1)[0]}))\n(:group-define (:group-name g) (:site s1))\n(:local (:spool-directory {directory}))\n"));
            Ending ending = Executable.Run(folder, "s1", "--config", configuration);
            Assert.That((ending.ExitCode, ending.Errors.Trim().Split('\n').Length), Is.EqualTo((CannotMake, 1)), ending.Errors);
            Assert.That(ending.Errors, Does.Contain("spool-directory").And.Contain(directory));
        }
    }

    private static GroupPlan Plan() => new()
    {
        LocalLines = site => $"  (:spool-directory {Path.Combine(site.Folder, "spool")})\n  (:spool-reserve 0)\n",
        ExportCommand = site => $"if [ -n \"$FLOODD_REDELIVERED\" ]; then cat >> {Marked(site)}; else {site.Exports.Command(site.Life)}; fi",
    };

    private static string Marked(TestSite site) => Path.Combine(site.Folder, "redelivered");

    private static string Flood(TestSite site, string text)
    {
        using ClientSession session = site.Open();
        return session.Flood("g", Encoding.UTF8.GetBytes(text));
    }

    private static HashSet<string> MarkedIds(TestSite site)
    {
        var updates = new List<ExportedUpdate>();
        if (File.Exists(Marked(site)))
        {
            ExportLog.Parse(File.ReadAllBytes(Marked(site)), 0, updates);
        }

        return [.. updates.Select(u => u.Id)];
    }

    private static void CheckThatAllIsExportedOnce(SiteGroup group, HashSet<string> accepted)
    {
        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(() => site.Exports.Ids().Union(MarkedIds(site)).ToHashSet().IsSupersetOf(accepted), $"{site.Name} to export all", group.Logs);
            Assert.That(site.Exports.Repeated(), Is.Empty, $"exported twice at {site.Name} without a mark");
        }
    }
}

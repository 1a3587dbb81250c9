// A real export command that refuses one update among many: the others arrive, and what it refused is shown, mended, exported again or skipped.
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class RefusedExportTests
{
    // As long as there is a file "broken" it refuses what holds the word poison.
    private const string Script = """
        #!/bin/sh
        cat > input || exit 75
        if [ -e broken ] && grep -q poison input; then exit 65; fi
        echo "$FLOODD_COUNT ${FLOODD_REDELIVERED:-0} ${FLOODD_ID:-several}" >> runs
        cat input >> exports.1
        """;

    [Test]
    public void One_bad_update_among_many_is_set_aside_alone_and_retried_or_skipped()
    {
        using SiteGroup group = SiteGroup.Start(Plan());
        TestSite site = group[0];
        using ClientSession session = site.Open();
        var ledger = new Ledger();
        string bad = FloodAll(session, ledger, "poison 1");

        WaitUntilSetAside(site, 1);
        ledger.WaitUntilExportedAt(site);
        ledger.CheckExportsOf(site);
        Assert.That(site.Exports.Updates().Select(u => long.Parse(u.Id[(u.Id.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture)), Is.Ordered, "in the order in which they came");
        Reply shown = site.Ask("exports");
        Assert.That((shown.Code, shown.Body.Length), Is.EqualTo((220, 2)), shown.ToString());
        Assert.That(shown.Body[1], Does.StartWith($"(:set-aside {bad} (:group-name g) (:state kept) (:size 8) (:tries "));
        WaitUntilIdle(site);
        Ending table = Exports(group);
        Assert.That(table.ExitCode, Is.Zero, table.Errors);
        Assert.That(table.Output, Does.Contain($"  {bad}  8 bytes, tried ").And.Contain("g: idle, 0 updates wait (0 bytes), 1 set aside"));

        File.Delete(Path.Combine(site.Folder, "broken"));
        Assert.That(Exports(group, "--retry", bad).Output, Is.EqualTo("1 update is exported again\n"));
        ledger.Accept(bad, Encoding.ASCII.GetBytes("poison 1"));
        ledger.WaitUntilExportedAt(site);
        ledger.CheckExportsOf(site);
        Assert.That(File.ReadLines(Path.Combine(site.Folder, "runs")).Last(), Is.EqualTo($"1 1 {bad}"));
        Eventually.Holds(() => site.Statistics()["set-aside-kept"] == 0, "it to be settled");

        File.WriteAllText(Path.Combine(site.Folder, "broken"), "");
        string worse = FloodAll(session, ledger, "poison 2");
        WaitUntilSetAside(site, 2);
        ledger.WaitUntilExportedAt(site);
        WaitUntilIdle(site);
        Assert.That(Exports(group, "--skip", "all").Output, Is.EqualTo("1 update is skipped\n"));
        Ending none = Exports(group, "--skip", worse);
        Assert.That((none.ExitCode, none.Errors), Is.EqualTo((64, $"floodd: 550 no update {worse} of g is set aside here\n")));
        IReadOnlyDictionary<string, double> told = site.Statistics();
        Assert.That((told["updates-set-aside"], told["set-aside-kept"], told["set-aside-exported"], told["set-aside-skipped"], told["set-aside-given-up"]), Is.EqualTo((2.0, 0.0, 1.0, 1.0, 0.0)));
        Assert.That(told["updates-whole"], Is.EqualTo(told["updates-exported"] + 1));
        ledger.CheckExportsOf(site);
    }

    [Test]
    public void What_was_set_aside_outlives_a_daemon_that_is_killed()
    {
        using SiteGroup group = SiteGroup.Start(Plan(site => $"(:spool-directory {site.Folder}/spool) (:spool-reserve 0)"));
        TestSite site = group[0];
        var ledger = new Ledger();
        string[] bad = new string[2];
        for (int i = 0; i < bad.Length; i++)
        {
            using ClientSession session = site.Open();
            bad[i] = FloodAll(session, ledger, $"poison {i}");
            WaitUntilSetAside(site, i + 1);
            ledger.WaitUntilExportedAt(site);
        }

        site.Daemon.Kill();
        group.Restart(site);
        Reply shown = site.Ask("exports");
        Assert.That(shown.Body, Has.Length.EqualTo(3), shown.ToString());
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.That(shown.Body[i + 1], Does.StartWith($"(:set-aside {bad[i]} (:group-name g) (:state kept) (:size 8) (:tries 5) ").And.Contain("65"));
        }

        File.Delete(Path.Combine(site.Folder, "broken"));
        Assert.That(Exports(group, "--retry", bad[1]).Output, Is.EqualTo("1 update is exported again\n"));
        ledger.Accept(bad[1], Encoding.ASCII.GetBytes("poison 1"));
        ledger.WaitUntilExportedAt(site);
        Assert.That(File.ReadLines(Path.Combine(site.Folder, "runs")).Last(), Is.EqualTo($"1 1 {bad[1]}"));
        Eventually.Holds(() => site.Statistics()["set-aside-kept"] == 1, "it to be settled");
        Assert.That(Exports(group, "--skip", bad[0]).Output, Is.EqualTo("1 update is skipped\n"));
        using (ClientSession session = site.Open())
        {
            // Behind its receipt all that was said before lasts.
            ledger.Flood(session, "g", [1]);
        }

        site.Daemon.Kill();
        group.Restart(site);
        Assert.That(site.Ask("exports").Body, Has.Length.EqualTo(1), "both are settled for good");
        ledger.WaitUntilExportedAt(site);
        ledger.CheckBytesOf(site);
    }

    private static GroupPlan Plan(Func<TestSite, string>? local = null) => new()
    {
        SiteCount = 1,
        Connectivity = 1,
        LocalLines = local ?? (_ => ""),
        ExportCommand = site =>
        {
            if (!File.Exists(Path.Combine(site.Folder, "apply")))
            {
                File.WriteAllText(Path.Combine(site.Folder, "broken"), "");
                File.WriteAllText(Path.Combine(site.Folder, "apply"), Script.ReplaceLineEndings("\n") + "\n");
            }

            return $"sh {site.Folder}/apply";
        },
    };

    // A hundred at once, one of them bad; what is good goes into the ledger.
    private static string FloodAll(ClientSession session, Ledger ledger, string poison)
    {
        byte[][] updates = [.. Enumerable.Range(0, 100).Select(i => Encoding.ASCII.GetBytes(i == 61 ? poison : string.Create(CultureInfo.InvariantCulture, $"good {i}\n")))];
        foreach (byte[] update in updates)
        {
            session.SendFlood("g", update);
        }

        string bad = "";
        for (int i = 0; i < updates.Length; i++)
        {
            string id = session.ReadReply().Id;
            if (i == 61)
            {
                bad = id;
            }
            else
            {
                ledger.Accept(id, updates[i]);
            }
        }

        return bad;
    }

    // What a run wrote is there before the daemon knows how it ended.
    private static void WaitUntilIdle(TestSite site) =>
        Eventually.Holds(() => site.Ask("exports").Body[0].Contains("(:state idle)", StringComparison.Ordinal), "the export to be idle", () => site.Ask("exports").ToString());

    // Five tries have pauses of 15 s between them; "retry all" ends each. It may be tried again in a run of its own before it is kept.
    private static void WaitUntilSetAside(TestSite site, int count)
    {
        Eventually.Holds(
            () =>
            {
                Assert.That(site.Ask("retry all").Code, Is.EqualTo(250));
                return site.Statistics()["updates-set-aside"] == count;
            },
            "the bad update to be found",
            () => $"{site.Ask("exports")}\n{site.Daemon.Log}");
        Eventually.Holds(() => site.Ask("exports").Body is [_, .. { Length: > 0 } lines] && lines.All(line => line.Contains("(:state kept)", StringComparison.Ordinal)), "it to be kept", () => site.Ask("exports").ToString());
    }

    private static Ending Exports(SiteGroup group, params string[] arguments) =>
        Executable.Run(group.Folder, ["exports", "g", "--to", $"127.0.0.1:{group[0].ClientPort}", .. arguments]);
}

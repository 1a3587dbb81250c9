// How a daemon begins, reloads and ends, as a service manager sees it.
using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

[Parallelizable]
internal sealed class DaemonLifeTests
{
    [Test]
    public void The_process_id_is_printed_alone_on_the_first_line()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        group[0].Daemon.Terminate();
        using Process daemon = Process.Start(Executable.Start(group.Folder.Path, "s1", "-c", group[0].ConfigurationFile, "-p"))!;
        try
        {
            string? line = daemon.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience).GetAwaiter().GetResult();
            Assert.That(line, Is.EqualTo(daemon.Id.ToString(CultureInfo.InvariantCulture)));
        }
        finally
        {
            daemon.Kill();
        }
    }

    [Test]
    public void Terminate_ends_with_zero_though_clients_are_connected()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1 });
        using ClientSession idle = group[0].Open();
        using ClientSession subscriber = group[0].Open();
        subscriber.Ask("subscribe g");
        var time = Stopwatch.StartNew();
        Assert.That(group[0].Daemon.Terminate(), Is.Zero, group[0].Daemon.Log);
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "5 s for what neighbors are owed, the rest for a busy machine");
        Assert.That(group[1].Ask("ping").Code, Is.EqualTo(250));
    }

    [Test]
    public void Neighbors_get_what_they_are_owed_before_the_end()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 2, Connectivity = 1 });
        var ledger = new Ledger();
        using (ClientSession session = group[0].Open())
        {
            for (int i = 0; i < 20; i++)
            {
                ledger.Flood(session, "g", new byte[500_000]);
            }
        }

        Assert.That(group[0].Daemon.Terminate(), Is.Zero, group[0].Daemon.Log);
        ledger.WaitUntilExportedAt(group[1]);
        ledger.CheckExportsOf(group[1]);
    }

    [TestCase("shutdown")]
    [TestCase("terminate")]
    public void Shutdown_from_this_host_ends_with_zero(string command)
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        Assert.That(group[0].Ask(command).Code, Is.InRange(200, 299));
        Assert.That(group[0].Daemon.WaitForExit(), Is.Zero, group[0].Daemon.Log);
    }

    [Test]
    public void A_reload_takes_a_new_export_command()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        TestSite site = group[0];
        string other = Path.Combine(site.Folder, "other");
        File.WriteAllText(site.ConfigurationFile, group.TextFor(site).Replace("exports.1", "other", StringComparison.Ordinal));
        site.Daemon.Reload();
        using ClientSession session = site.Open();
        Eventually.Holds(
            () =>
            {
                session.Flood("g", "x"u8);
                return File.Exists(other);
            },
            "an export by the new command",
            () => site.Daemon.Log);
    }

    [Test]
    public void A_reload_asked_for_while_it_starts_follows_the_start()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        TestSite site = group[0];
        site.Daemon.Kill();
        site.Start(group.TextFor);
        Eventually.Holds(() => Catches(site.Daemon.Id, Signals.Hangup), "the daemon to listen for signals");
        site.Daemon.Reload();
        site.WaitUntilReady();
        site.Daemon.WaitUntilLogged("the configuration was read again");
    }

    [Test]
    public void A_reload_says_what_needs_a_restart()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        TestSite site = group[0];
        int port = FreePorts.Take(1)[0];
        File.WriteAllText(site.ConfigurationFile, group.TextFor(site).Replace($"(:client-port {site.ClientPort})", $"(:client-port {port})", StringComparison.Ordinal));
        site.Daemon.Reload();
        Eventually.Holds(
            () => site.Daemon.Log.Split('\n').Any(line => line.Contains("client-port", StringComparison.Ordinal) && line.Contains("restart", StringComparison.Ordinal)),
            "a line about client-port and restart",
            () => site.Daemon.Log);
        Assert.That(site.Ask("ping").Code, Is.EqualTo(250));
    }

    [Test]
    public void A_reload_of_a_wrong_configuration_changes_nothing()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, Connectivity = 1 });
        TestSite site = group[0];
        string wrong = group.TextFor(site).Replace("exports.1", "other", StringComparison.Ordinal) + "(:site-define\n";
        File.WriteAllText(site.ConfigurationFile, wrong);
        site.Daemon.Reload();
        Eventually.Holds(
            () => site.Daemon.Log.Contains($"{site.ConfigurationFile}:", StringComparison.Ordinal),
            "the error with its place in the log",
            () => site.Daemon.Log);
        var ledger = new Ledger();
        using ClientSession session = site.Open();
        ledger.Flood(session, "g", "as before"u8.ToArray());
        ledger.WaitUntilExportedAt(site);
    }

    [Test]
    public void A_site_joins_with_a_configuration_that_a_member_gave_it()
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { GroupLines = " (:allow-site \"127.0.0.0/8\")" });
        int[] ports = FreePorts.Take(2);
        string file = group.Folder.Write("s9/floodd.conf", string.Join('\n', group[1].Ask("configuration g").Body) + FormattableString.Invariant($"""

            (:site-define (:site-name s9) (:inet-address 127.0.0.1) (:client-port {ports[0]}) (:data-port {ports[1]}))
            (:local (:site-name s9) (:bind-address 127.0.0.1) (:export-format framed) (:export-command "cat >> {group.Folder.File("s9", "exports.1")}"))

            """));
        using var daemon = new DaemonProcess(group.Folder.Path, "s9", "-c", file);
        daemon.WaitUntilReady(ports[0]);
        foreach (TestSite site in group.Sites)
        {
            Eventually.Holds(
                () => site.Ask("members g").Body.Any(line => Reply.Value(line, "site-name") == "s9" && Reply.Value(line, "state") == "up"),
                $"{site.Name} to see s9 up",
                () => $"{site.Ask("members g")}\n{daemon.Log}");
        }

        using ClientSession session = ClientSession.Open(ports[0]);
        string id = session.Flood("g", "from the new site"u8);
        Eventually.Holds(() => group[0].Exports.Ids().Contains(id), "the new site's update", group.Logs);
        var exports = new ExportLog(group.Folder.File("s9"));
        Eventually.Holds(() => exports.Ids().Contains(id), "the new site's own export", () => daemon.Log);
    }

    // The mask of proc(5): until it has the signal, that would end the process.
    private static bool Catches(int processId, int signal)
    {
        string mask = File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("SigCgt:", StringComparison.Ordinal))[7..];
        return (ulong.Parse(mask, NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }
}

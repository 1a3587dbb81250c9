// Disks that break under a spool, or cannot hold one: the daemon says in a sentence what is wrong and ends, and what got a receipt is not lost.
using System.Globalization;
using System.Net.Sockets;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

[Parallelizable]
internal sealed class BrokenSpoolTests
{
    private const int InputOutput = 74;
    private const int CannotMake = 73;

    [Test]
    public void A_disk_that_cannot_write_what_it_took_ends_the_daemon_and_no_receipt_is_lost()
    {
        // A disk on a disk that is full: it takes what is written and fails when that is to last, as thin and dying disks do.
        using LoopDisk below = LoopDisk.Mount(megabytes: 32);
        using LoopDisk disk = LoopDisk.Mount(megabytes: 256, image: Path.Combine(below.Path, "image"));
        using SiteGroup group = SiteGroup.Start(Plan($"{disk.Path}/spool"));
        var ledger = new Ledger();
        FloodSome(group[0], ledger);
        using ClientSession session = group[0].Open();
        below.Fill();
        FloodUntilItEnds(session, ledger);

        Assert.That(group[0].Daemon.WaitForExit(), Is.EqualTo(InputOutput), group[0].Daemon.Log);
        Assert.That(group[0].Daemon.Log, Does.Contain("the spool failed, and what it holds cannot be trusted to last").And.Contain($"{disk.Path}/spool").And.Contain("The daemon ends; look after the disk, then start it again"));
        below.Free();
        disk.MountAgain();
        CheckAfterRestart(group, ledger);
    }

    [Test]
    public void A_spool_that_somebody_deletes_ends_the_daemon_and_the_next_life_numbers_anew()
    {
        using SiteGroup group = SiteGroup.Start(Plan(null));
        string directory = Path.Combine(group[0].Folder, "spool");
        var ledger = new Ledger();
        FloodSome(group[0], ledger);
        using ClientSession session = group[0].Open();
        Directory.Delete(directory, recursive: true);
        FloodUntilItEnds(session, ledger);

        Assert.That(group[0].Daemon.WaitForExit(), Is.EqualTo(InputOutput), group[0].Daemon.Log);
        Assert.That(group[0].Daemon.Log, Does.Contain("somebody has deleted it").And.Contain(directory));
        CheckAfterRestart(group, ledger);
    }

    [Test]
    public void On_a_disk_that_is_mounted_for_reading_nothing_begins_and_a_sentence_says_so([Values] bool isThere)
    {
        using LoopDisk disk = LoopDisk.Mount(megabytes: 8);
        using var folder = new TestFolder();
        string directory = Path.Combine(disk.Path, "spool");
        if (isThere)
        {
            Directory.CreateDirectory(directory);
        }

        disk.ForbidWriting();
        string configuration = folder.Write("floodd.conf", string.Create(CultureInfo.InvariantCulture,
            $"(:site-define (:site-name s1) (:hostname localhost) (:client-port {FreePorts.Take(1)[0]}) (:data-port {FreePorts.Take(1)[0]}))\n(:group-define (:group-name g) (:site s1))\n(:local (:spool-directory {directory}))\n"));
        Ending ending = Executable.Run(folder, "s1", "--config", configuration);
        Assert.That((ending.ExitCode, ending.Errors.Trim().Split('\n').Length), Is.EqualTo((CannotMake, 1)), ending.Errors);
        Assert.That(ending.Errors, Does.Contain("spool-directory").And.Contain(directory).And.Contain("Read-only file system"));
    }

    [Test]
    public void A_disk_that_can_never_hold_such_a_spool_is_told_at_the_start()
    {
        using LoopDisk disk = LoopDisk.Mount(megabytes: 32);
        using SiteGroup group = SiteGroup.Start(Plan($"{disk.Path}/spool") with { SiteCount = 1, Connectivity = 1 });
        group[0].Daemon.WaitUntilLogged($"the disk of spool-directory {disk.Path}/spool has ");
        Assert.That(group[0].Daemon.Log, Does.Contain("data-storage-max can come to 150994944 beside the "));
        FloodSome(group[0], new Ledger());
    }

    private static GroupPlan Plan(string? directory) => new() { LocalLines = site => site.Name == "s1" ? $"(:spool-directory {directory ?? Path.Combine(site.Folder, "spool")})" : "" };

    private static void FloodSome(TestSite site, Ledger ledger)
    {
        using ClientSession session = site.Open();
        for (int i = 0; i < 50; i++)
        {
            ledger.Flood(session, "g", new byte[1000 + i]);
        }
    }

    // Receipts that come before the end count. Who waits for one then is told nothing, as nobody knows whether it lasts; who is still sending is told that it was not taken. A daemon may notice without any flood.
    private static void FloodUntilItEnds(ClientSession session, Ledger ledger)
    {
        byte[] update = new byte[60_000];
        try
        {
            for (session.SendFlood("g", update); !session.IsAtEnd(); session.SendFlood("g", update))
            {
                Reply reply = session.ReadReply();
                if (reply is { Code: 421, Text: "the daemon's disk has failed" })
                {
                    return;
                }

                ledger.Accept(reply.Id, update);
            }
        }
        catch (SocketException)
        {
            // It ended while we were sending.
        }
    }

    private static void CheckAfterRestart(SiteGroup group, Ledger ledger)
    {
        group.Restart(group[0]);
        FloodSome(group[0], ledger);
        foreach (TestSite site in group.Sites)
        {
            ledger.WaitUntilExportedAt(site);
        }

        ledger.CheckExportsOf(group[1]);
        ledger.CheckExportsOf(group[2]);
    }
}

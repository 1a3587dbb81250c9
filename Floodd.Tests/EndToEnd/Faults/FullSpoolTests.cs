// A disk that is full where the spool is: nothing is taken that could not be kept, all else goes on, and what got a receipt outlives the daemon.
using System.Diagnostics;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

[Parallelizable]
internal sealed class FullSpoolTests
{
    private const int Updates = 50;
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(10);

    [Test]
    public void A_daemon_whose_spool_is_full_says_so_at_once_exports_what_others_flood_and_goes_on_when_there_is_room()
    {
        using LoopDisk disk = LoopDisk.Mount(megabytes: 32);
        using SiteGroup group = SiteGroup.Start(new GroupPlan { LocalLines = site => site.Name == "s1" ? $"(:spool-directory {disk.Path}/spool)" : "" });
        var ledger = new Ledger();
        using (ClientSession session = group[0].Open())
        using (ClientSession other = group[1].Open())
        {
            FloodSome(session, ledger);
            byte[] half = new byte[200_000];
            session.SendText($"flood g {half.Length}\n");
            session.Send(half.AsSpan(0, 100_000));
            disk.Fill();

            // What is on its way finds the room that the spool has taken, or is told no; nobody waits for the disk.
            session.Send(half.AsSpan(100_000));
            Assert.That(Answer(session, half, ledger), Is.EqualTo(250).Or.EqualTo(452));
            Eventually.Holds(() => AskedAfresh(group[0], ledger) == 452, "a flood to be refused as there is no room", group.Logs);
            for (int round = 0; round < 3; round++)
            {
                FloodSome(other, ledger);
                foreach (TestSite site in group.Sites)
                {
                    ledger.WaitUntilExportedAt(site);
                }

                Assert.That(CodeOf(session, ledger), Is.EqualTo(452));
            }

            group[0].Daemon.WaitUntilLogged("the disk of the spool is short of room");
            disk.Free();
            Eventually.Holds(() => CodeOf(session, ledger) == 250, "a flood to be taken again", group.Logs);
            FloodSome(session, ledger);
            FloodSome(other, ledger);
            foreach (TestSite site in group.Sites)
            {
                ledger.WaitUntilExportedAt(site);
                ledger.CheckExportsOf(site);
            }

            group[0].Daemon.WaitUntilLogged("the disk of the spool has room again");
            ledger.WaitUntilReportedBy(group[0], group[1]);
        }

        group[0].Daemon.Kill();
        group.Restart(group[0]);
        using (ClientSession session = group[0].Open())
        {
            FloodSome(session, ledger);
        }

        foreach (TestSite site in group.Sites)
        {
            ledger.WaitUntilExportedAt(site);
            ledger.CheckExportsOf(site);
        }
    }

    private static int AskedAfresh(TestSite site, Ledger ledger)
    {
        using ClientSession session = site.Open();
        return CodeOf(session, ledger);
    }

    private static int CodeOf(ClientSession session, Ledger ledger)
    {
        byte[] update = new byte[20_000];
        session.SendFlood("g", update);
        return Answer(session, update, ledger);
    }

    private static int Answer(ClientSession session, byte[] update, Ledger ledger)
    {
        long asked = Stopwatch.GetTimestamp();
        Reply reply = session.ReadReply();
        Assert.That(Stopwatch.GetElapsedTime(asked), Is.LessThan(Prompt), reply.ToString());
        if (reply.Code == 250)
        {
            ledger.Accept(reply.Id, update);
        }
        else
        {
            Assert.That(reply.ToString(), Does.Contain("short of room"));
        }

        return reply.Code;
    }

    private static void FloodSome(ClientSession session, Ledger ledger)
    {
        for (int i = 0; i < Updates; i++)
        {
            ledger.Flood(session, "g", new byte[1000 + i]);
        }
    }
}

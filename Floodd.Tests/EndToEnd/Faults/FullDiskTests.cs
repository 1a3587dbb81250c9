// A disk that is full where an export command writes: nothing is lost or repeated when the command says that it should be run again.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

[Parallelizable]
internal sealed class FullDiskTests
{
    private const int Updates = 50;

    [Test]
    public void An_export_that_finds_its_disk_full_is_run_again_when_there_is_room()
    {
        using LoopDisk disk = LoopDisk.Mount(megabytes: 16);
        using SiteGroup group = SiteGroup.Start(new GroupPlan
        {
            // First onto the disk, whole; only then into the log that is compared. 75 is: run me again later.
            ExportCommand = site => site.Name == "s2" ? $"cat > {disk.Path}/next && {site.Exports.Command(site.Life)} < {disk.Path}/next && rm {disk.Path}/next || exit 75" : site.Exports.Command(site.Life),
        });
        var ledger = new Ledger();
        using ClientSession session = group[0].Open();
        FloodSome(session, ledger);
        ledger.WaitUntilExportedAt(group[1]);

        // The command is not over yet when its log has all: what it still removes would be room.
        Eventually.Holds(() => !File.Exists($"{disk.Path}/next"), "the last run to be over");
        disk.Fill();
        int before = group[1].Exports.Count;
        FloodSome(session, ledger);
        ledger.WaitUntilExportedAt(group[0]);
        ledger.WaitUntilExportedAt(group[2]);
        Eventually.Holds(() => group[1].Statistics()["export-retries"] > 0, "the export to have failed", () => group[1].Ask("stats").ToString());
        Assert.That(group[1].Exports.Count, Is.EqualTo(before));

        disk.Free();
        ledger.WaitUntilExportedAt(group[1]);
        foreach (TestSite site in group.Sites)
        {
            ledger.CheckExportsOf(site);
        }
    }

    private static void FloodSome(ClientSession session, Ledger ledger)
    {
        for (int i = 0; i < Updates; i++)
        {
            ledger.Flood(session, "g", new byte[1000 + i]);
        }
    }
}

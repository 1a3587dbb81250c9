// The sentences about disks: power cuts, wiped and copied disks, disks that are full or broken.
namespace Floodd.Tests.Simulation;

internal sealed partial class World
{
    /// <summary>The power of a site's machine is cut: of what was not synced its disk keeps what it likes.</summary>
    public void PowerCut(int site)
    {
        if (Site(site).IsUp)
        {
            Tell($"{Name(site)}: power cut");
            Site(site).End(silently: true, "power cut");
            Site(site).Spool!.Cut();
        }
    }

    /// <summary>The disk of a site that is down loses all that was on it.</summary>
    public void WipeDisk(int site)
    {
        Tell($"{Name(site)}: disk wiped");
        Site(site).Spool!.Wipe();
    }

    /// <summary>A copy of what is on a site's disk now.</summary>
    public SimulatedDisk CopyDisk(int site) => Site(site).Spool!.Disk.Copy();

    /// <summary>The disk of a site that is down becomes what it was at a copy.</summary>
    public void CopyDiskBack(int site, SimulatedDisk copy)
    {
        Tell($"{Name(site)}: an older copy of the disk");
        Site(site).Spool!.Replace(copy);
    }
}

// One daemon under one load, and the most memory that it ever had against the bound that I6 gives it. It judges nothing.
using System.Globalization;
using Floodd.Tests.EndToEnd.Faults;

namespace Floodd.Tests.EndToEnd.Memory;

/// <summary>What a daemon took.</summary>
/// <param name="Load">Under which load.</param>
/// <param name="IdleBytes">Before it.</param>
/// <param name="PeakBytes">At most.</param>
/// <param name="BoundBytes">What I6 allows.</param>
/// <param name="Updates">How many updates it took in.</param>
internal sealed record MemoryRun(MemoryLoad Load, long IdleBytes, long PeakBytes, long BoundBytes, int Updates)
{
    /// <summary>The store of the daemon that is measured, in bytes: small, so that what is beside the store shows.</summary>
    public const long StoreBytes = 16 << 20;

    // More than any load opens, so that none of its sessions is asked to hurry because most places are taken.
    private const int SessionMax = 16_000;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Load.Name} | {IdleBytes >> 20} | {PeakBytes >> 20} | {BoundBytes >> 20} | {Updates} | {(PeakBytes <= BoundBytes ? "held" : "EXCEEDED")} |");

    /// <summary>Measures.</summary>
    public static MemoryRun Of(MemoryLoad load, TimeSpan time)
    {
        using SiteGroup group = SiteGroup.Start(new GroupPlan { SiteCount = 1, DataStorageMax = "16m", ExportCommand = _ => "cat >/dev/null", LocalLines = _ => $"  (:session-max {SessionMax})\n" });
        TestSite site = group[0];
        long idle = ProcessUse.PeakOf(site.Daemon.Id);
        int updates = load.Run(site, time);
        long bound = (StoreBytes * 115 / 100) + (64 << 20) + (8192L * (load.Deaf + load.Publishers + 1));
        return new MemoryRun(load, idle, ProcessUse.PeakOf(site.Daemon.Id), bound, updates);
    }
}

// What one run's world is like, as plain values drawn from the seed; builds the world's options and decides nothing later.
using Floodd.Config;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>A world's shape.</summary>
internal sealed record Shape
{
    public required int Sites { get; init; }

    public int Connectivity { get; init; } = 2;

    public int MaxDegree { get; init; } = 4;

    /// <summary>How long faults go on, in ticks.</summary>
    public long SafetyTicks { get; init; }

    public long Store { get; init; } = 64 << 20;

    public int BundleMax { get; init; } = 4 << 20;

    public int UpdateMax { get; init; } = 16 << 10;

    public int FloodKeysMax { get; init; } = 131_072;

    public double DelayMaxMs { get; init; } = 20;

    public double JitterMs { get; init; } = 1;

    public long Bandwidth { get; init; }

    public int KernelBytes { get; init; } = 256 << 10;

    public double ChunkChance { get; init; }

    public int ReadMax { get; init; } = 64 << 10;

    public double Drift { get; init; }

    public double StartSpreadMs { get; init; } = 50;

    public double QueueMs { get; init; } = 300;

    public bool Raw { get; init; }

    public bool TwoGroups { get; init; }

    public bool Generator { get; init; }

    /// <summary>Whether sites are found by name, not by address.</summary>
    public bool Names { get; init; }

    /// <summary>How many sites take updates and pass none on; less than <see cref="Connectivity"/>.</summary>
    public int BlackHoles { get; init; }

    /// <summary>Whether one site reports estimates that cannot be true.</summary>
    public bool Liar { get; init; }

    /// <summary>How many updates are flooded while faults go on.</summary>
    public int Updates { get; init; } = 20;

    /// <summary>Whether stores may have to give up what somebody waits for.</summary>
    public bool IsTight => Store < 8 << 20;

    /// <summary>Whether a site is one of the black holes: they are the last ones.</summary>
    public bool IsBlackHole(int site) => site >= Sites - BlackHoles && site < Sites;

    public bool IsLiar(int site) => Liar && site == Sites - BlackHoles - 1;

    /// <summary>Puts it into a world's options.</summary>
    public void Apply(WorldOptions w)
    {
        w.Store = Store;
        w.DelayMin = TimeSpan.FromMilliseconds(Math.Min(1, DelayMaxMs));
        w.DelayMax = TimeSpan.FromMilliseconds(DelayMaxMs);
        w.Jitter = TimeSpan.FromMilliseconds(JitterMs);
        w.Bandwidth = Bandwidth;
        w.KernelBytes = KernelBytes;
        w.ChunkChance = ChunkChance;
        w.Drift = Drift;
        w.StartSpread = TimeSpan.FromMilliseconds(StartSpreadMs);
        w.QueueDelay = TimeSpan.FromMilliseconds(QueueMs);
        w.Local = (_, local) => local with
        {
            FloodKeysMax = FloodKeysMax,
            SitePurgePeriod = TimeSpan.FromSeconds(4),
            Export = local.Export with { BundleMax = BundleMax, Format = Raw ? ExportFormat.Raw : ExportFormat.Framed, Timeout = TimeSpan.FromSeconds(3) },
        };
        w.Group = g => g with
        {
            Connectivity = Connectivity,
            MaxDegree = MaxDegree,
            MaxUpdateSize = UpdateMax,
            AllowSites = ["*"],
            TopologyGenerator = Generator ? "simulated" : null,
        };
        if (TwoGroups)
        {
            // Two corners are in both.
            int corner = Sites / 2;
            w.AddGroup("g", [.. Enumerable.Range(0, corner + 1)]);
            w.AddGroup("h", [.. Enumerable.Range(corner - 1, Sites - corner + 1)]);
        }
    }
}

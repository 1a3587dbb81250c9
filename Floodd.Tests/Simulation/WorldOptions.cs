// What a world may be like; values only, set once before it begins.
using Floodd.Config;
using Floodd.Model;
using Floodd.Tests.Latency;

namespace Floodd.Tests.Simulation;

/// <summary>The shape of a world.</summary>
internal sealed class WorldOptions
{
    /// <summary>Makes the cores.</summary>
    public CoreFactory Core { get; set; } = CoreDriver.Real;

    /// <summary>data-storage-max of each site, in bytes.</summary>
    public long Store { get; set; } = 64 << 20;

    /// <summary>The least of the least delays of roads.</summary>
    public TimeSpan DelayMin { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The greatest of the least delays of roads.</summary>
    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The scale of what comes on top of the least delay.</summary>
    public TimeSpan Jitter { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How often a crossing between sites meets a queue, 0 to 1.</summary>
    public double QueueChance { get; set; }

    /// <summary>How long it then waits there on the average; seldom much longer, never more than ten times as long.</summary>
    public TimeSpan QueueDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes per second of each connection, each way; 0 is no bound.</summary>
    public long Bandwidth { get; set; }

    /// <summary>The measured network that the sites stand in: each way takes half of a round trip, and <see cref="DelayMin"/>, <see cref="DelayMax"/> count for nothing. Null draws delays between these.</summary>
    public LatencyMatrix? Matrix { get; set; }

    /// <summary>The part of a pair's measured bandwidth that each connection gets, each way, in place of <see cref="Bandwidth"/>; 0 leaves measured bandwidths out.</summary>
    public double MatrixBandwidth { get; set; } = 1;

    /// <summary>What the two systems together hold of one direction of a connection, in bytes.</summary>
    public int KernelBytes { get; set; } = 256 << 10;

    /// <summary>How often a read brings only a part of what is there, 0 to 1.</summary>
    public double ChunkChance { get; set; } = 0.2;

    /// <summary>The most that a read brings, in bytes; 1 is the hardest.</summary>
    public int ReadMax { get; set; } = 64 << 10;

    /// <summary>How long a dial waits for an answer.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the world begins the last site is started.</summary>
    public TimeSpan StartSpread { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the resolver takes, in ticks.</summary>
    public long ResolveTicks { get; set; } = 5 * TimeSpan.TicksPerMillisecond;

    /// <summary>How long a plan takes, in ticks of virtual time.</summary>
    public long PlanTicks { get; set; } = 50 * TimeSpan.TicksPerMillisecond;

    /// <summary>How much a planner searches, times the default: worlds want a plan that is proven more than the best.</summary>
    public double PlanEffort { get; set; } = 0.02;

    /// <summary>Whether masters ever hear what they have planned; else only a topology that is imposed is in force.</summary>
    public bool PlansEnd { get; set; } = true;

    /// <summary>What a turn of the loop costs, in ticks.</summary>
    public long TurnTicks { get; set; } = 200;

    /// <summary>What each step in it adds, in ticks.</summary>
    public long StepTicks { get; set; } = 20;

    /// <summary>The most that clocks run fast or slow, as a fraction.</summary>
    public double Drift { get; set; } = 50e-6;

    /// <summary>What the export commands do.</summary>
    public ExportPersonality Export { get; set; } = Personalities.TakesAll(TimeSpan.FromMilliseconds(3));

    /// <summary>Each site's local definition, starting from the world's own.</summary>
    public Func<int, LocalDefinition, LocalDefinition> Local { get; set; } = (_, local) => local;

    /// <summary>Each group's definition, starting from the world's own.</summary>
    public Func<GroupDefinition, GroupDefinition> Group { get; set; } = group => group;

    /// <summary>The groups with the numbers of their sites; none stands for one group <c>g</c> of all.</summary>
    public List<(string Name, int[] Sites)> Groups { get; } = [];

    /// <summary>The command that replays a failure; null for the test that runs.</summary>
    public string? Replay { get; set; }

    /// <summary>Adds a group.</summary>
    public void AddGroup(string name, params int[] sites) => Groups.Add((name, sites));
}

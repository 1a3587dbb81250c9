// A whole group of daemons under virtual time and one seed: runs what is due, in order; faults are asked for by its sentences (World.Faults.cs).
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Floodd.Config;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The simulated world. Equal seeds and calls give equal runs.</summary>
internal sealed partial class World
{
    private readonly List<SimulatedSite> _sites = [];
    private readonly Dictionary<string, int> _indexByName = [];
    private readonly List<GroupDefinition> _groups = [];
    private readonly List<List<int>> _members = [];
    private readonly Dictionary<int, Session> _sessions = [];
    private readonly Prng _chunks;
    private readonly Prng _births;

    public World(ulong seed, int sites, Action<WorldOptions>? shape = null)
    {
        shape?.Invoke(Options);
        Seed = seed;
        var root = new Prng(seed);
        Network = new Network(Options, root.Split());
        _chunks = root.Split();
        _births = root.Split();
        Faults = root.Split();
        Work = root.Split();
        (Wires, Dialing, Runs, Exports, Gaps, Topologies, Effects) = (new(this), new(this), new(this), new(this), new(this), new(this), new(this));
        Scratch = new byte[ReadMax = Options.ReadMax];
        List<(string Name, int[] Sites)> groups = Options.Groups.Count > 0 ? Options.Groups : [("g", [.. Enumerable.Range(0, sites)])];
        foreach ((string name, int[] members) in groups)
        {
            _groups.Add(Configurations.Group(Options, name, members));
            _members.Add([.. members]);
        }

        ImmutableSortedDictionary<SiteName, SiteDefinition> all =
            Enumerable.Range(0, sites).Select(i => Configurations.Define(Options, i)).ToImmutableSortedDictionary(d => d.Name, d => d);
        for (int i = 0; i < sites; i++)
        {
            int index = i;
            SimulatedSite site = AddSite(Configurations.For(Options, i, all, _groups.Where((_, g) => _members[g].Contains(index))));
            After((long)(_births.NextDouble() * Options.StartSpread.Ticks), site.Start);
        }
    }

    public ulong Seed { get; }

    public WorldOptions Options { get; } = new();

    /// <summary>Virtual time, in ticks of 100 ns.</summary>
    public long Now { get; private set; }

    /// <summary>Virtual time since the world began.</summary>
    public TimeSpan Elapsed => new(Now);

    public Schedule Schedule { get; } = new();

    public Network Network { get; }

    public Wires Wires { get; }

    public Dialing Dialing { get; }

    public Runs Runs { get; }

    public EffectRunner Effects { get; }

    public Ledger Ledger { get; } = new();

    public ExportChecker Exports { get; }

    public GapChecker Gaps { get; }

    public TopologyChecker Topologies { get; }

    public EchoChecker Echoes { get; } = new();

    public Trace Trace { get; } = new();

    /// <summary>Sees, and may alter, what a site has just read from a connection; null for nobody.</summary>
    public Action<End, Memory<byte>>? Meddle { get; set; }

    /// <summary>Hears each note of each site; null for nobody.</summary>
    public Action<SimulatedSite, Effect.Note>? Noted { get; set; }

    /// <summary>Hears of each life that ends, while its core is still there; null for nobody.</summary>
    public Action<SimulatedSite>? Ending { get; set; }

    /// <summary>The most that a read brings from now on, in bytes; never above <see cref="WorldOptions.ReadMax"/>.</summary>
    public int ReadMax { get; set; }

    /// <summary>Runs topology generators; null lets them hang.</summary>
    public Action<SimulatedSite, GeneratorJob>? Generator { get; set; }

    /// <summary>What a host's name is looked up as; null for what it is. The answer's time is <see cref="WorldOptions.ResolveTicks"/>.</summary>
    public Func<string, SimulatedSite?>? Lookup { get; set; }

    /// <summary>Subscribers that move between the sites; null for none.</summary>
    public Wanderers? Wanderers { get; set; }

    /// <summary>Randomness for faults, drawn by scenarios.</summary>
    public Prng Faults { get; }

    /// <summary>Randomness for the work that clients give, drawn by scenarios.</summary>
    public Prng Work { get; }

    /// <summary>Where reads put bytes; lent to one step at a time.</summary>
    public byte[] Scratch { get; }

    public IReadOnlyList<SimulatedSite> Sites => _sites;

    public SimulatedSite Site(int index) => _sites[index];

    public List<int> MembersOf(int group) => _members[group];

    public int GroupIndex(GroupName name) => _groups.FindIndex(g => g.Name == name);

    public string GroupNameOf(int group) => _groups[group].Name.Value;

    /// <summary>A group as its sites' files define it.</summary>
    public GroupDefinition GroupOf(int group) => _groups[group];

    /// <summary>The site that a name or address stands for; null if none.</summary>
    public SimulatedSite? Find(string host) => _indexByName.TryGetValue(host, out int index) ? _sites[index] : null;

    /// <summary>Lets virtual time pass.</summary>
    public void Run(TimeSpan span)
    {
        long end = Now + span.Ticks;
        try
        {
            while (Schedule.NextAt <= end)
            {
                Happening next = Schedule.Take();
                Now = next.At;
                switch (next.Kind)
                {
                    case HappeningKind.Turn: ((SimulatedSite)next.Target).Turn(next.Number); break;
                    case HappeningKind.Wake: ((SimulatedSite)next.Target).Wake(next.Number); break;
                    case HappeningKind.Arrival: Wires.Arrive((Pipe)next.Target, next.Number); break;
                    default: ((Action)next.Target)(); break;
                }
            }
        }
        catch (Exception e)
        {
            throw Failure(e);
        }

        Now = end;
    }

    /// <summary>Lets virtual time pass until a condition holds, looked at every 20 ms; fails when it does not within the limit.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan limit, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "")
    {
        long end = Now + limit.Ticks;
        while (!condition())
        {
            if (Now >= end)
            {
                throw Failure(new ViolationException($"within {limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s it did not come to: {what}"));
            }

            Run(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Lets virtual time pass until every flood is answered and exported wherever it must be; then once more the given time, in which nothing may come twice.</summary>
    public void RunUntilDelivered(TimeSpan limit, TimeSpan? after = null)
    {
        long end = Now + limit.Ticks;
        while (!Ledger.AllAnswered || DeliveryChecker.FirstMissing(this) is not null)
        {
            if (Now >= end)
            {
                Check();
                throw Failure(new ViolationException("a flood was never answered"));
            }

            Run(TimeSpan.FromMilliseconds(100));
        }

        Run(after ?? TimeSpan.FromSeconds(5));
        Check();
    }

    /// <summary>Runs the checkers that look at the whole.</summary>
    public void Check()
    {
        try
        {
            DeliveryChecker.Check(this);
            Wanderers?.Check();
        }
        catch (ViolationException e)
        {
            throw Failure(e);
        }
    }

    /// <summary>Compares what all sites count of themselves with what was seen of them. Only for a world at rest.</summary>
    public void CheckStatistics()
    {
        try
        {
            StatisticsChecker.Check(this);
        }
        catch (ViolationException e)
        {
            throw Failure(e);
        }
    }

    /// <summary>Calls something later.</summary>
    public void After(long ticks, Action call) => Schedule.Add(Now + ticks, HappeningKind.Call, call, 0);

    /// <summary>How much of what is there a read brings: now and then only a part, small ones as likely as large ones.</summary>
    public int Chunk(int available)
    {
        if (available <= 1 || !_chunks.Chance(Options.ChunkChance))
        {
            return available;
        }

        int bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)available);
        return Math.Min(available, 1 + _chunks.Next(1 << _chunks.Next(bits + 1)));
    }

    /// <summary>Reads a line <c>update GROUP ID SIZE</c>.</summary>
    public bool TryReadUpdateLine(ReadOnlySpan<byte> line, out UpdateKey key, out int size)
    {
        (key, size) = (default, 0);
        string[] words = Encoding.UTF8.GetString(line).Split(' ');
        return words.Length == 4 && words[0] == "update" && TryReadKey(words[1], words[2], out key)
            && int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out size);
    }

    /// <summary>Reads the text of a receipt: <c>ID flooded to GROUP, SIZE bytes</c>.</summary>
    public (UpdateKey Key, int Size) ReadReceipt(string text, Flooded flooded)
    {
        string[] words = text.Split(' ');
        return words is [_, "flooded", "to", [.. _, ','], _, "bytes"]
            && TryReadKey(words[3][..^1], words[0], out UpdateKey key)
            && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? (key, size)
            : throw new ViolationException($"'250 {text}' is no receipt for {flooded}");
    }

    private bool TryReadKey(string group, string id, out UpdateKey key)
    {
        key = default;
        if (!UpdateId.TryParse(id, out UpdateId read) || !_indexByName.TryGetValue(read.Stream.Origin.Value, out int origin))
        {
            return false;
        }

        int groupIndex = GroupIndex(new GroupName(group));
        key = new UpdateKey(groupIndex, origin, read.Stream.Incarnation, read.Sequence);
        return groupIndex >= 0;
    }

    private SimulatedSite AddSite(Configuration configuration)
    {
        var site = new SimulatedSite(this, _sites.Count, configuration, _births.NextUInt64())
        {
            Drift = ((2 * _births.NextDouble()) - 1) * Options.Drift,
        };
        _indexByName[site.Name.Value] = site.Index;
        _indexByName[site.Address.ToString()] = site.Index;
        _sites.Add(site);
        return site;
    }

    private ViolationException Failure(Exception cause) =>
        cause is ViolationException ? new(Report.Of(this, cause.Message), cause) : new(Report.Of(this, $"a core or the world broke: {cause}"), cause);
}

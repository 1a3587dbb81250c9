// Sums over runs; judges nothing.
namespace Floodd.Tests.Campaign;

/// <summary>The sums of a campaign.</summary>
internal sealed class Tally
{
    private readonly object _gate = new();
    private readonly SortedDictionary<string, long> _markers = new(StringComparer.Ordinal);
    private readonly List<RunResult> _slowest = [];
    private readonly List<RunResult> _slowestToHeal = [];

    public long Runs { get; private set; }

    public SortedDictionary<int, long> RunsBySites { get; } = [];

    public Dictionary<string, long> Faults { get; } = [];

    public long FaultCount { get; private set; }

    public long RunsWithTenFaults { get; private set; }

    public IReadOnlyDictionary<string, long> Markers => _markers;

    public long Steps { get; private set; }

    public double VirtualSeconds { get; private set; }

    public double RunSeconds { get; private set; }

    public long Flooded { get; private set; }

    public long Accepted { get; private set; }

    public long Deliveries { get; private set; }

    public long Repeats { get; private set; }

    public long Gaps { get; private set; }

    public long Helped { get; private set; }

    public long Doubles { get; private set; }

    public List<ulong> Mismatches { get; } = [];

    public List<RunResult> Failed { get; } = [];

    public IReadOnlyList<RunResult> Slowest => _slowest;

    public IReadOnlyList<RunResult> SlowestToHeal => _slowestToHeal;

    /// <summary>Adds a run, and what came of it when it was run again, if it was.</summary>
    public void Add(RunResult run, RunResult? again)
    {
        lock (_gate)
        {
            Runs++;
            RunsBySites[run.Sites] = RunsBySites.GetValueOrDefault(run.Sites) + 1;
            foreach ((string name, long count) in run.Counts)
            {
                Faults[name] = Faults.GetValueOrDefault(name) + count;
            }

            long faults = run.Faults;
            FaultCount += faults;
            RunsWithTenFaults += faults >= 10 ? 1 : 0;
            foreach (string marker in run.Markers)
            {
                _markers[marker] = _markers.GetValueOrDefault(marker) + 1;
            }

            (Steps, VirtualSeconds, RunSeconds) = (Steps + run.Steps, VirtualSeconds + (run.Virtual / 1e7), RunSeconds + run.Took.TotalSeconds);
            (Flooded, Accepted, Deliveries) = (Flooded + run.Flooded, Accepted + run.Accepted, Deliveries + run.Deliveries);
            (Repeats, Gaps, Helped) = (Repeats + run.Repeats, Gaps + run.Gaps, Helped + run.Helped);
            if (run.Sentence is not null)
            {
                Failed.Add(run with { Anatomy = null });
            }

            if (again is not null)
            {
                Doubles++;
                RunSeconds += again.Took.TotalSeconds;
                if (again.Hash != run.Hash || again.Sentence != run.Sentence)
                {
                    Mismatches.Add(run.Seed);
                }
            }

            Keep(_slowest, run, r => r.Took.Ticks);
            Keep(_slowestToHeal, run, r => r.HealTicks);
        }
    }

    private static void Keep(List<RunResult> most, RunResult run, Func<RunResult, long> by)
    {
        if (most.Count < 5 || by(run) > by(most[^1]))
        {
            most.Add(run with { Report = null, Anatomy = null });
            most.Sort((a, b) => by(b).CompareTo(by(a)));
            most.RemoveRange(Math.Min(5, most.Count), Math.Max(0, most.Count - 5));
        }
    }
}

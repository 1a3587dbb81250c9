// What came of one run; values only.
using System.Diagnostics;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>The outcome of a run.</summary>
internal sealed record RunResult
{
    public required ulong Seed { get; init; }

    public int Sites { get; init; }

    /// <summary>What was wrong, in one sentence; null if nothing.</summary>
    public string? Sentence { get; init; }

    /// <summary>The whole report of what was wrong.</summary>
    public string? Report { get; init; }

    /// <summary>What the sites knew when it failed; null if it did not.</summary>
    public string? Anatomy { get; init; }

    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    public IReadOnlyCollection<string> Markers { get; init; } = [];

    public long Steps { get; init; }

    /// <summary>Virtual time, in ticks.</summary>
    public long Virtual { get; init; }

    /// <summary>Time on the thread that ran it.</summary>
    public TimeSpan Took { get; init; }

    public long Flooded { get; init; }

    public long Accepted { get; init; }

    public long Deliveries { get; init; }

    public long Repeats { get; init; }

    public long Gaps { get; init; }

    public int Helped { get; init; }

    public long HealTicks { get; init; }

    public ulong Hash { get; init; }

    /// <summary>How many faults there were.</summary>
    public long Faults => Counts.Where(c => ActKinds.ByName[c.Key].Rows.Length > 0).Sum(c => c.Value);

    /// <summary>Plays a script and tells what came of it; throws nothing.</summary>
    /// <param name="script">It.</param>
    /// <param name="replay">The command that runs it again.</param>
    /// <param name="trace">Gets every event and effect; null for none.</param>
    public static RunResult Of(Script script, string replay, TextWriter? trace = null)
    {
        long began = Stopwatch.GetTimestamp();
        Play? play = null;
        Exception? wrong = null;
        try
        {
            play = new Play(script, replay);
            play.World.Trace.Writer = trace;
            play.Run();
        }
        catch (Exception e)
        {
            // Whatever it is, it is this run's failure and stops no other.
            wrong = e;
        }

        string? text = wrong is null ? null : wrong is ViolationException violation ? violation.Message : wrong.ToString();
        World? world = play?.World;
        return new RunResult
        {
            Seed = script.Seed,
            Sites = script.Shape.Sites,
            Sentence = text?.Split('\n')[0],
            Report = text is null || world is null || text.Contains("\n  at ", StringComparison.Ordinal) ? text : Simulation.Report.Of(world, text),
            Anatomy = text is null || world is null ? null : Campaign.Anatomy.Of(world),
            Counts = play?.Counts ?? new Dictionary<string, long>(),
            Markers = play?.Markers.Reached ?? [],
            Steps = world?.Trace.StepCount ?? 0,
            Virtual = world?.Now ?? 0,
            Took = Stopwatch.GetElapsedTime(began),
            Flooded = world?.Ledger.NextNumber ?? 0,
            Accepted = world?.Ledger.AcceptedCount ?? 0,
            Deliveries = world?.Exports.Count ?? 0,
            Repeats = world?.Exports.RepeatCount ?? 0,
            Gaps = world?.Gaps.Count ?? 0,
            Helped = play?.Helped ?? 0,
            HealTicks = play?.HealTicks ?? 0,
            Hash = world?.Trace.Hash ?? 0,
        };
    }
}

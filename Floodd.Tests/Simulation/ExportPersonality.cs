// What a simulated export command may be like; each is a function of the run alone, so that a seed replays it.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>A run as its command sees it.</summary>
/// <param name="Site">Where.</param>
/// <param name="Run">What the core asked for.</param>
/// <param name="Updates">The updates in its input.</param>
/// <param name="Now">Virtual time, in ticks.</param>
internal sealed record ExportAttempt(SimulatedSite Site, ExportRun Run, List<ExportedUpdate> Updates, long Now);

/// <summary>How a run ends.</summary>
/// <param name="After">After how long; <see cref="TimeSpan.MaxValue"/> hangs until the run's time is over.</param>
/// <param name="Outcome">As what.</param>
/// <param name="SetsAside">Whether its updates will never be taken, so that nobody expects their export.</param>
internal sealed record ExportVerdict(TimeSpan After, RunOutcome Outcome, bool SetsAside = false);

/// <summary>A command's behavior.</summary>
internal delegate ExportVerdict ExportPersonality(ExportAttempt attempt);

/// <summary>Commands to choose from.</summary>
internal static class Personalities
{
    private static readonly RunOutcome Taken = new(RunEnd.Exited, 0, "exited 0");

    /// <summary>Takes all after a while.</summary>
    public static ExportPersonality TakesAll(TimeSpan after)
    {
        var verdict = new ExportVerdict(after, Taken);
        return _ => verdict;
    }

    /// <summary>Takes so many bytes in a second.</summary>
    public static ExportPersonality Slow(long bytesPerSecond) => attempt =>
    {
        long bytes = 0;
        attempt.Updates.ForEach(u => bytes += u.Flooded.Length);
        return new ExportVerdict(TimeSpan.FromMilliseconds(1) + TimeSpan.FromSeconds((double)bytes / bytesPerSecond), Taken);
    };

    /// <summary>Exits with a code the first so many times, then takes all.</summary>
    public static ExportPersonality FailsAtFirst(int code, int times, ExportPersonality then)
    {
        int count = 0;
        return attempt => count++ < times ? Exits(code) : then(attempt);
    }

    /// <summary>Hangs the first so many times, then takes all.</summary>
    public static ExportPersonality HangsAtFirst(int times, ExportPersonality then)
    {
        int count = 0;
        return attempt => count++ < times ? new ExportVerdict(TimeSpan.MaxValue, Taken) : then(attempt);
    }

    /// <summary>Exits with a code whenever such an update is in the run: it will never take it, but what is bundled with it.</summary>
    public static ExportPersonality Refuses(Predicate<Flooded> poison, int code, ExportPersonality others) =>
        attempt => attempt.Updates.Exists(u => poison(u.Flooded)) ? Exits(code) with { SetsAside = attempt.Updates.Count == 1 } : others(attempt);

    private static ExportVerdict Exits(int code) => new(TimeSpan.FromMilliseconds(5), new RunOutcome(RunEnd.Exited, code, $"exited {code}"));
}

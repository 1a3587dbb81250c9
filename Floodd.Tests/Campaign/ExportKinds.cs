// Export commands that hang, fail, are slow or are not there.
using Floodd.Core;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>F56, F57, F59, F60. Each run that a command spoils counts as one fault.</summary>
internal static class ExportKinds
{
    private static readonly RunOutcome Taken = new(RunEnd.Exited, 0, "exited 0");

    public static readonly ActKind[] All =
    [
        Spoils("export-hangs", "F56", 0.1, 1.5, (_, _) => new(TimeSpan.MaxValue, Taken)) with { Weight = 0.7 },
        Spoils("export-exits-75", "F57", 0.1, 1.5, (_, a) => new(TimeSpan.FromMilliseconds(a.N), new(RunEnd.Exited, 75, "exited 75"))),
        Spoils("export-exits-1", "F57", 0.1, 2, (_, a) => new(TimeSpan.FromMilliseconds(a.N), new(RunEnd.Exited, 1, "exited 1"))),
        Spoils("export-exits-65", "F57", 0.1, 2, (_, a) => new(TimeSpan.FromMilliseconds(a.N), new(RunEnd.Exited, 65, "exited 65"))),
        Spoils("export-signaled", "F57", 0.1, 1.5, (_, a) => new(TimeSpan.FromMilliseconds(a.N), new(RunEnd.Signaled, 9, "killed by signal 9"))),
        Spoils("export-not-startable", "F59", 0.1, 2, (_, _) => new(TimeSpan.FromMilliseconds(1), new(RunEnd.NotStarted, 0, "no such file"))),
        Spoils("export-slow", "F60 F33", 0.2, 4, (e, a) => new(TimeSpan.FromMilliseconds(1 + a.N) + TimeSpan.FromSeconds(e.Updates.Sum(u => (long)u.Flooded.Length) / (2000.0 * (1 << (int)(a.N % 10)))), Taken)),
        Spoils("export-takes-unread", "F57", 0.1, 3, (_, _) => new(TimeSpan.Zero, Taken)) with { Weight = 0.4 },
    ];

    private static ActKind Spoils(string name, string rows, double least, double most, Func<ExportAttempt, Act, ExportVerdict> how) =>
        new(name, rows, d => d.One(name, least, most, 1 + d.Random.Next(300)), (p, a) => p.Spoil(a, attempt => how(attempt, a))) { End = (p, a) => p.Unspoil(a) };
}

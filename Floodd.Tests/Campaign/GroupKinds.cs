// Faults of masters, topologies and membership.
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>F39 to F48, F69.</summary>
internal static class GroupKinds
{
    public static readonly ActKind[] All =
    [
        new("master-dies", "F39 F40", d => d.One("master-dies", 0.1, 6) with { A = 0 }, (p, a) => p.Crash(0, silently: a.N % 2 == 1)) { End = (p, _) => p.Restart(0) },
        new("replan", "F42", d => d.Once("replan", d.Time(0.001, 0.3)), (p, a) => p.Replan(a)),
        new("generator-fails", "F43", d => d.Once("generator-fails", d.Random.Next(6)) with { For = d.Time(1, 10) }, (p, a) => p.GeneratorFailsFrom((int)a.N)) { End = (p, _) => p.GeneratorFails(-1), Fits = s => s.Generator, Weight = 30 },
        new("join", "F44 F45", d => d.Once("join", 1), (p, a) => p.Join(a.A, 1)) { Weight = 0.5, Fits = s => !s.TwoGroups },
        new("join-storm", "F44 F45", d => d.Once("join-storm", 2 + (d.Shape.Sites / 2)), (p, a) => p.Join(a.A, (int)a.N)) { Weight = 0.1, Fits = s => !s.TwoGroups },
        new("purged-site-returns", "F47", d => d.One("purged-site-returns", 14, 25) with { At = d.At / 4 }, (p, a) => p.JoinAndDie(a)) { End = (p, a) => p.ReturnPurged(a), Fits = s => !s.TwoGroups && s.SafetyTicks > 20 * TimeSpan.TicksPerSecond, Weight = 2 },
        new("reload", "F68", d => d.Once("reload", d.Random.Next(3)), (p, a) => p.Reload(a)) { Weight = 0.5 },
        new("mass-death", "F46", d => d.One("mass-death", 0.1, 5), (p, a) => p.MassDeath(a)) { End = (p, a) => p.MassBirth(), Weight = 0.5 },
        new("churn", "F48", d => d.One("churn", 1, 6, d.Random.Next(int.MaxValue)), (p, a) => p.Churn(a)) { End = (p, a) => p.MassBirth(), Weight = 0.5 },
        new("corner-dies", "F69", d => d.One("corner-dies", 0.2, 5), (p, a) => p.Crash((p.Shape.Sites / 2) - (a.A % 2), false)) { End = (p, a) => p.Restart((p.Shape.Sites / 2) - (a.A % 2)), Fits = s => s.TwoGroups, Weight = 10 },
    ];
}

// Faults of roads between two sites: cuts, resets, stalls, slowness, damage.
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>F14, F16, F17, F20 to F27, F29.</summary>
internal static class NetworkKinds
{
    public static readonly ActKind[] All =
    [
        new("cut", "F14", d => d.Pair("cut", 0.05, 6), (p, a) => p.Cut(a.A, a.B, true)) { End = (p, a) => p.Cut(a.A, a.B, false) },
        new("cut-one-way", "F16", d => d.Pair("cut-one-way", 0.05, 6), (p, a) => p.CutOneWay(a.A, a.B, true)) { End = (p, a) => p.CutOneWay(a.A, a.B, false) },
        new("flapping", "F17", d => d.Pair("flapping", 0.5, 6, d.Time(0.05, 1)), (p, a) => p.Flap(a)) { End = (p, a) => p.Cut(a.A, a.B, false) },
        new("reset", "F24", d => d.Pair("reset", 0.1, 0.2) with { For = 0 }, (p, a) => p.Reset(a.A, a.B)) { Weight = 2 },
        new("half-open", "F24", d => d.Pair("half-open", 0.05, 4), (p, a) => p.HalfOpen(a.A, a.B)) { End = (p, a) => p.Cut(a.A, a.B, false) },
        new("refuse", "F25", d => d.Pair("refuse", 0.1, 4), (p, a) => p.Refuse(a.A, a.B, true)) { End = (p, a) => p.Refuse(a.A, a.B, false) },
        new("loss", "F20", d => d.Pair("loss", 0.2, 5, 1 + d.Random.Next(200)), (p, a) => p.Lose(a.A, a.B, a.N / 1000.0)) { End = (p, a) => p.Lose(a.A, a.B, 0) },
        new("delay", "F21", d => d.Pair("delay", 0.2, 5, d.Time(0.001, 0.5)), (p, a) => p.Delay(a.A, a.B, a.N)) { End = (p, a) => p.Delay(a.A, a.B, -1) },
        new("slow-link", "F22", d => d.Pair("slow-link", 0.2, 5, 8000L << d.Random.Next(10)), (p, a) => p.Narrow(a.A, a.B, a.N)) { End = (p, a) => p.Narrow(a.A, a.B, -1) },
        new("small-reads", "F26", d => d.Once("small-reads", 1 + d.Random.Next(64)) with { For = d.Time(0.01, 0.2) }, (p, a) => p.ReadLittle((int)a.N)) { End = (p, a) => p.ReadLittle(0), Weight = 0.5 },
        new("damage", "F27", d => d.Pair("damage", 0.05, 2, d.Time(0.005, 0.5)), (p, a) => p.Damage(a.A, a.B, a.N / 1e7)) { End = (p, a) => p.Damage(a.A, a.B, 0) },
        new("lookup-fails", "F29", d => d.Once("lookup-fails", d.Random.Next(3)) with { For = d.Time(0.2, 5) }, (p, a) => p.LookUpWrong((int)a.N)) { End = (p, a) => p.LookUpWrong(-1), Fits = s => s.Names },
    ];
}

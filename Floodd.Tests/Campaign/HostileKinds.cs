// Strangers and members that break the rules: frames that are none, names that are not theirs, what was said before, updates kept back.
namespace Floodd.Tests.Campaign;

/// <summary>F9, F49, F61 to F65.</summary>
internal static class HostileKinds
{
    public static readonly ActKind[] All =
    [
        new("second-process", "F9", d => d.Pair("second-process", 0.1, 3), (p, a) => p.Intruders.SecondProcess(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("random-frames", "F61", d => d.Pair("random-frames", 0.1, 2, d.Random.Next(int.MaxValue)), (p, a) => p.Intruders.RandomBytes(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("oversized-frame", "F61", d => d.Pair("oversized-frame", 0.1, 2), (p, a) => p.Intruders.Oversized(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("truncated-frame", "F61", d => d.Pair("truncated-frame", 0.1, 6, d.Random.Next(40)), (p, a) => p.Intruders.Truncated(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("frames-before-hello", "F61 F62", d => d.Pair("frames-before-hello", 0.1, 2), (p, a) => p.Intruders.BeforeHello(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("forged-name", "F62", d => d.Pair("forged-name", 0.1, 2), (p, a) => p.Intruders.ForgedName(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("other-version", "F62", d => d.Pair("other-version", 0.1, 2, d.Random.Next(2)), (p, a) => p.Intruders.OtherVersion(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("poisoned-join", "F65", d => d.Pair("poisoned-join", 0.1, 2), (p, a) => p.Intruders.PoisonedJoin(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("replay", "F23 F63", d => d.Pair("replay", 0.1, 2), (p, a) => p.Intruders.Replay(a)) { End = (p, a) => p.Intruders.Leave(a) },
        new("delaying-relay", "F64", d => d.One("delaying-relay", 0.3, 4, d.Time(0.05, 1)), (p, a) => p.DelayAll(a.A, a.N)) { End = (p, a) => p.DelayAll(a.A, -1) },
        new("altering-relay", "F64", d => d.One("altering-relay", 0.1, 2, d.Time(0.01, 1)), (p, a) => p.DamageAll(a.A, a.N / 1e7)) { End = (p, a) => p.DamageAll(a.A, 0), Weight = 0.5 },
        new("black-hole", "F64", d => d.One("black-hole", 0.5, 60), (p, a) => p.BreakRules(a, true)) { End = (p, a) => p.BreakRules(a, false), Fits = s => s.BlackHoles > 0, Weight = 30 },
        new("false-estimates", "F49", d => d.One("false-estimates", 0.5, 60), (p, a) => p.BreakRules(a, true)) { End = (p, a) => p.BreakRules(a, false), Fits = s => s.Liar, Weight = 30 },
    ];
}

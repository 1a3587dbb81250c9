// Faults that part many sites at once, in the shapes that have broken other systems.
namespace Floodd.Tests.Campaign;

/// <summary>F12, F13, F15, F18, F19.</summary>
internal static class PartitionKinds
{
    public static readonly ActKind[] All =
    [
        new("isolate", "F12", d => d.One("isolate", 0.1, 6), (p, a) => p.Part(a, (i, j) => (i == a.A) != (j == a.A))) { End = (p, a) => p.Unpart(a) },
        new("halves", "F13", d => d.One("halves", 0.1, 6), (p, a) => p.Part(a, (i, j) => (p.Turned(a, i) < p.Count / 2) != (p.Turned(a, j) < p.Count / 2))) { End = (p, a) => p.Unpart(a) },
        new("thirds", "F13", d => d.One("thirds", 0.1, 6), (p, a) => p.Part(a, (i, j) => p.Turned(a, i) * 3 / p.Count != p.Turned(a, j) * 3 / p.Count)) { End = (p, a) => p.Unpart(a) },
        new("master-from-one", "F15", d => d.One("master-from-one", 0.1, 6), (p, a) => p.Part(a, (i, j) => Math.Min(i, j) == 0 && Math.Max(i, j) == 1 + (a.A % (p.Count - 1)))) { End = (p, a) => p.Unpart(a) },
        new("master-from-half", "F15 F41", d => d.One("master-from-half", 0.1, 6), (p, a) => p.Part(a, (i, j) => Math.Min(i, j) == 0 && p.Turned(a, Math.Max(i, j)) < p.Count / 2)) { End = (p, a) => p.Unpart(a) },
        new("master-from-all", "F41 F40", d => d.One("master-from-all", 0.2, 8), (p, a) => p.Part(a, (i, j) => (i == 0) != (j == 0))) { End = (p, a) => p.Unpart(a) },
        new("majorities-ring", "F18", d => d.One("majorities-ring", 0.2, 6), (p, a) => p.Part(a, (i, j) => p.Distance(i, j) > Math.Max(1, p.Count / 4))) { End = (p, a) => p.Unpart(a), Fits = s => s.Sites > 3 },
        new("bridge-only", "F18", d => d.One("bridge-only", 0.2, 6), (p, a) => p.Part(a, (i, j) => i != a.A && j != a.A && (p.Turned(a, i) <= p.Count / 2) != (p.Turned(a, j) <= p.Count / 2))) { End = (p, a) => p.Unpart(a) },
        new("swizzle-clog", "F19", d => d.One("swizzle-clog", 0.3, 5, d.Random.Next(int.MaxValue)), (p, a) => p.Swizzle(a)) { End = (p, a) => p.Unpart(a), Weight = 0.7 },
    ];
}

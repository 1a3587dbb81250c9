// What clients do: floods of all sizes, keys, questions, subscriptions; and clients that die, repeat, read nothing, say nothing.
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>Work, and F50 to F55.</summary>
internal static class ClientKinds
{
    public static readonly ActKind[] Work =
    [
        new("flood", "", d => d.Once("flood", d.Length()), (p, a) => p.Flood(a.A, (int)a.N)),
        new("flood-key", "", d => d.Once("flood-key", d.Length()) with { B = d.Random.Next(1000) }, (p, a) => p.FloodKey(a, TimeSpan.Zero)),
        new("ask", "", d => d.Once("ask", d.Random.Next(1000)), (p, a) => p.Ask(a)),
        new("help", "", d => d.Once("help"), (p, a) => p.Help(a.A)),
        new("subscribe", "", d => d.Once("subscribe", d.Random.Next(2)), (p, a) => p.Subscribe(a)),
    ];

    public static readonly ActKind[] Faults =
    [
        new("client-dies", "F53", d => d.Once("client-dies", 2 + d.Random.Next(d.Shape.UpdateMax)), (p, a) => p.FloodHalf(a.A, (int)a.N)),
        new("receipt-lost", "F53", d => d.Once("receipt-lost", d.Length()) with { B = d.Random.Next(1000), For = 0 }, (p, a) => p.FloodKey(a, TimeSpan.FromMilliseconds(1 + (a.N % 50)))),
        new("key-repeated", "F53", d => d.Once("key-repeated", d.Length()) with { B = d.Random.Next(4) }, (p, a) => p.FloodKey(a, TimeSpan.Zero)),
        new("store-filled", "F50", d => d.Once("store-filled"), (p, a) => p.Fill(a.A)) { Fits = s => s.IsTight, Weight = 6 },
        new("stores-filled", "F51", d => d.Once("stores-filled"), (p, a) => p.FillAll()) { Fits = s => s.IsTight, Weight = 6 },
        new("tiny-updates", "F52", d => d.Once("tiny-updates", 10 + d.Random.Next(50)) with { B = d.Random.Next(2) }, (p, a) => p.FloodTiny(a)) { Weight = 0.5 },
        new("slowloris", "F54", d => d.One("slowloris", 0.5, 6, 1 + d.Random.Next(30)), (p, a) => p.Slowloris(a)) { End = (p, a) => p.Drop(a), Weight = 0.5 },
        new("slow-subscriber", "F55", d => d.One("slow-subscriber", 0.5, 12), (p, a) => p.SlowSubscriber(a)) { End = (p, a) => p.Drop(a) },
    ];
}

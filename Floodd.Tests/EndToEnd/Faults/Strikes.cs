// All kinds of faults: what is done to ways between sites. Those done to processes are in ProcessStrikes. Each leaves everything whole again.
using System.Diagnostics;
using System.Globalization;
using Floodd.Tests.EndToEnd.Lab;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>The kinds.</summary>
internal static class Strikes
{
    // Past the daemons' own limit for a silent link, 6 s, so that it is noticed.
    private const double Noticed = 10;
    private const double Short = 3;

    /// <summary>No fault at all: what the machine, the export and the daemons' first seconds cost. Comes first in every campaign.</summary>
    public static readonly Strike Calm = new("calm", Short, (group, _) =>
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        group.Hold(Short);
        return Struck.Around(before, "nothing", []);
    });

    /// <summary>All of them, in the order of the table.</summary>
    public static readonly IReadOnlyList<Strike> All =
    [
        new("part-one", Noticed, (group, draw) => Part(group, Noticed, draw.Next(group.Count))),
        new("part-one-short", Short, (group, draw) => Part(group, Short, draw.Next(group.Count))),
        new("part-halves", Noticed, (group, draw) => Part(group, Noticed, Some(group, draw, group.Count / 2))),
        new("cut-pair", Noticed, (group, draw) => CutPairs(group, [Pair(group, draw)])),
        new("cut-master-one", Noticed, (group, draw) => CutPairs(group, [(0, draw.Next(1, group.Count))])),
        new("cut-master-half", Noticed, (group, draw) => CutPairs(group, [.. Others(group, draw).Take(group.Count / 2).Select(other => (0, other))])),
        new("one-way-pair", Noticed, OneWayPair),
        new("one-way-site", Noticed, OneWaySite),
        new("intermittent", 15, Intermittent),
        new("reset", Short, (group, draw) => AroundOne(group, draw, "resets", Short, traits => traits with { IsRefused = true })),
        new("half-open", Noticed, (group, draw) => AroundOne(group, draw, "forgets connections", Noticed, traits => traits with { ForgetsConnections = true })),
        new("loss", Noticed, (group, draw) => AroundOne(group, draw, "loses 5 %", Noticed, traits => traits with { Loss = 0.05 })),
        new("missed-10000", 10, Missed),
        .. ProcessStrikes.All,
    ];

    /// <summary>So many sites, by chance, in order.</summary>
    public static int[] Some(FaultGroup group, Random draw, int count)
    {
        int[] all = [.. group.All];
        draw.Shuffle(all);
        return [.. all.Take(count).Order()];
    }

    /// <summary>The sites' names, for the table.</summary>
    public static string Names(IEnumerable<int> sites) => string.Join(' ', sites.Select(site => string.Create(CultureInfo.InvariantCulture, $"s{site + 1}")));

    private static IEnumerable<int> Others(FaultGroup group, Random draw) => Some(group, draw, group.Count).Where(site => site != 0).OrderBy(_ => draw.Next());

    // Two that are not the master.
    private static (int A, int B) Pair(FaultGroup group, Random draw) => Others(group, draw).Take(2).ToArray() is [var a, var b] ? (a, b) : throw new InvalidOperationException("three sites are needed");

    // Each side goes on.
    private static Struck Part(FaultGroup group, double seconds, params int[] some)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        group.Network.Part(some);
        group.Hold(seconds);
        group.Network.Heal();
        (int, int)[] between = [.. before.Links.Where(link => some.Contains(link.A) != some.Contains(link.B))];
        return Struck.Around(before, $"{Names(some)} for {seconds} s", [], between);
    }

    // Everybody still reaches everybody by others.
    private static Struck CutPairs(FaultGroup group, (int A, int B)[] pairs)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        foreach ((int a, int b) in pairs)
        {
            group.Network.Cut(a, b);
        }

        group.Hold(Noticed);
        group.Network.Heal();
        return Struck.Around(before, $"{string.Join(", ", pairs.Select(pair => Names([pair.A, pair.B])))} for {Noticed} s", [], pairs);
    }

    private static Struck OneWayPair(FaultGroup group, Random draw)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        (int a, int b) = Pair(group, draw);
        group.Network.CutOneWay(a, b);
        group.Hold(Noticed);
        group.Network.Heal();
        return Struck.Around(before, $"from {Names([a])} to {Names([b])} for {Noticed} s", [], (a, b));
    }

    private static Struck OneWaySite(FaultGroup group, Random draw)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        int one = draw.Next(group.Count);
        foreach (int other in group.All.Where(site => site != one))
        {
            group.Network.CutOneWay(one, other);
        }

        group.Hold(Noticed);
        group.Network.Heal();
        return Struck.Around(before, $"from {Names([one])} to all for {Noticed} s", [one]);
    }

    // Every drawn moment of 0.1 to 2 s: a site parted, a pair cut, or all healed.
    private static Struck Intermittent(FaultGroup group, Random draw)
    {
        int changes = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15))
        {
            switch (draw.Next(4))
            {
                case 0:
                    group.Network.Part(draw.Next(group.Count));
                    break;
                case 1:
                    (int a, int b) = Pair(group, draw);
                    group.Network.Cut(a, b);
                    break;
                default:
                    group.Network.Heal();
                    break;
            }

            changes++;
            group.Hold(0.1 + (1.9 * draw.NextDouble()));
        }

        group.Network.Heal();
        return new Struck($"{changes} cuts and mends", null);
    }

    // What a site that was away catches up with: the time to all is that from the heal.
    private static Struck Missed(FaultGroup group, Random draw)
    {
        const int Updates = 10_000;
        SeenGraph before = SeenGraph.At(group.Group, 0);
        int[] chosen = Some(group, draw, 2);
        group.Network.Part(chosen[0]);
        long start = Stopwatch.GetTimestamp();
        group.FloodManyAt(chosen[1], Updates, 1024);
        double flooded = Stopwatch.GetElapsedTime(start).TotalSeconds;
        List<Flood> reachable = [.. group.FloodsSince(0).Where(flood => flood.Origin != chosen[0])];
        if (group.TimeToAll(reachable, [.. group.All.Where(site => site != chosen[0])], TimeSpan.FromSeconds(60)) is null)
        {
            throw new NUnit.Framework.AssertionException("the others do not get all that the parted site is to miss");
        }

        group.Hold(Math.Max(0, Noticed - Stopwatch.GetElapsedTime(start).TotalSeconds));
        group.Network.Heal();
        return Struck.Around(before, string.Create(CultureInfo.InvariantCulture, $"{Names(chosen[..1])} missed {Updates} of 1 KiB, taken in {flooded:F1} s"), chosen[..1]);
    }

    private static Struck AroundOne(FaultGroup group, Random draw, string what, double seconds, Func<PathTraits, PathTraits> change)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        int one = draw.Next(group.Count);
        foreach (int other in group.All.Where(site => site != one))
        {
            Change(group, one, other, change);
            Change(group, other, one, change);
        }

        group.Hold(seconds);
        group.Network.JoinAll(PathTraits.Open);
        return Struck.Around(before, $"{Names([one])} {what} for {seconds} s", [one]);
    }

    private static void Change(FaultGroup group, int from, int to, Func<PathTraits, PathTraits> change) =>
        group.Network.Path(from, to).Traits = change(group.Network.Path(from, to).Traits);
}

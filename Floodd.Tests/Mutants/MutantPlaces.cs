// Worlds for the search for mutants that lead to one place each which random faults hardly reach. All hold for the product as it is.
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Mutants.Places;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Mutants;

/// <summary>Places: stores that are full though nothing is wrong, newcomers, streams that are purged, missing neighbors, other topologies.</summary>
internal static class MutantPlaces
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Six crossings.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(900);

    private static readonly GroupName Group = new("g");

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>The places, each with whether connections stay whole in it.</summary>
    private static readonly (Func<ulong, World> Run, bool StaysWhole)[] All =
    [
        (FullStores, true), (Newcomers, true), (PurgedStreams, false), (MissingNeighbors, false), (OtherTopologies, true), (HeldReceipts, true),
        (LargeUpdates.Run, true), (LostBeginnings.Run, false), (DamagedLinks.Run, false), (ManyGroups.Run, true), (EarlyReturns.Run, false), (ForgetfulRelays.Run, true),
        (FullOrigins.Run, true), (DeadTreeLinks.Run, true), (RepeatedUploads.Run, true),
    ];

    /// <summary>How many there are; a seed runs that of its remainder.</summary>
    public static int Count => All.Length;

    /// <summary>Runs a seed; throws at the first thing that is wrong.</summary>
    /// <returns>The hash of its trace.</returns>
    public static ulong Run(ulong seed)
    {
        (Func<ulong, World> run, bool staysWhole) = All[seed % (ulong)All.Length];
        World world = run(seed);
        MarkChecker.Require(world, Rest);
        foreach (SimulatedSite site in world.Sites.Where(s => s.Core?.Core is not null))
        {
            ChargeChecker.Check(site.Name, site.Core!.Core!);
            if (staysWhole && site.Notes.ContainsKey(NoteKind.LinkBroken))
            {
                throw new ViolationException($"{site.Name} broke a link over what came on it, though nothing was wrong");
            }
        }

        return world.Trace.Hash;
    }

    // Nobody dies and no link breaks: whatever was accepted is exported everywhere. Only a member that was behind may lose much.
    private static World FullStores(ulong seed)
    {
        var draw = new Prng(seed ^ 0x4655_4C4C);
        var world = new World(seed, 3 + draw.Next(4), w =>
        {
            w.Store = (128 << 10) << draw.Next(3);
            int connectivity = 1 + draw.Next(3);
            w.Group = g => g with { Connectivity = connectivity, MaxDegree = Math.Max(2, connectivity) };
            w.Bandwidth = draw.Chance(0.5) ? 200_000 << draw.Next(4) : 0;
        });
        world.Echoes.Allowed = true;
        foreach (SimulatedSite site in world.Sites)
        {
            site.Export = Personalities.Slow(50_000 << draw.Next(6));
        }

        world.Run(10 * Second);
        int most = 1000 << draw.Next(7);
        bool isBehind = false;
        while (world.Elapsed < 40 * Second)
        {
            world.Run(draw.Jitter(TimeSpan.FromMilliseconds(100)));
            world.Flood(draw.Next(world.Sites.Count), draw.Next(most));
            isBehind |= IsSomebodyBehind(world);
        }

        world.RunUntil(() => (isBehind |= IsSomebodyBehind(world)) || (world.Ledger.AllAnswered && DeliveryChecker.FirstMissing(world) is null), 300 * Second);
        world.RunUntilDelivered(300 * Second);
        return isBehind || world.Gaps.Count == 0 ? world : throw new ViolationException($"{world.Gaps.Count} gaps were declared though nobody died, no link broke and nobody was behind");
    }

    // Which of its seeds it is for a place, so that each of them sees all of a choice.
    private static ulong Turn(ulong seed) => seed / (ulong)All.Length;

    private static bool IsSomebodyBehind(World world) =>
        world.Sites.Any(s => s.Core?.Core is { } core && core.State.Groups.Values.Any(g => g.Members.Values.Any(m => m.Behind)));

    // What was exported everywhere before a site joined is not for it.
    private static World Newcomers(ulong seed)
    {
        var world = new World(seed, 3 + (int)(Turn(seed) % 3), w => w.Group = g => g with { AllowSites = ["*"] });
        world.Run(5 * Second);
        Work(world, 20);
        world.RunUntilDelivered(20 * Second);
        List<Flooded> before = [.. world.Ledger.All];
        int joined = world.Join((int)(Turn(seed) % (ulong)world.Sites.Count));
        world.Run(10 * Second);
        Work(world, 20);
        world.RunUntilDelivered(30 * Second);
        return before.Find(f => f.IsExportedAt(joined)) is { } old ? throw new ViolationException($"{old} was exported at a site that joined later") : world;
    }

    // Streams fall silent for so long that nothing of them is held, and then go on.
    private static World PurgedStreams(ulong seed)
    {
        var world = new World(seed, 3 + (int)(Turn(seed) % 3), w => w.Local = (_, local) => local with { LogPurgePeriod = 20 * Second });
        world.Run(5 * Second);
        Work(world, 20);
        if (Turn(seed) % 2 == 0)
        {
            world.Crash(1);
            world.Run(20 * Second);
            world.Restart(1);
        }

        world.RunUntilDelivered(30 * Second);
        world.Run(150 * Second);
        int gaps = world.Gaps.Count;
        Work(world, 20);
        world.RunUntilDelivered(30 * Second);
        return world.Gaps.Count == gaps ? world : throw new ViolationException($"{world.Gaps.Count - gaps} gaps were declared in streams that had only fallen silent");
    }

    // One after the other, the neighbors of a site cannot be reached from it for long, though all are up; others are to take their place.
    private static World MissingNeighbors(ulong seed)
    {
        var world = new World(seed, 6, w =>
        {
            w.PlansEnd = false;
            w.Group = g => g with { Connectivity = 2, MaxDegree = 5 };
        });
        world.Run(60 * Second);
        int lonely = (int)(Turn(seed) % 6);
        foreach (SiteName name in world.Site(lonely).Core!.Carrying(Group).Take(2).ToList())
        {
            world.Cut(lonely, world.Find(name.Value)!.Index);
        }

        world.Run(100 * Second);
        int carrying = world.Site(lonely).Core!.Carrying(Group).Count();
        if (carrying < 2)
        {
            throw new ViolationException($"{world.Site(lonely).Name} has {carrying} links that carry, and could have 2");
        }

        world.Heal();
        Work(world, 20);
        world.RunUntilDelivered(60 * Second);
        return world;
    }

    // A ring in place of another that shares no link with it: what is flooded meanwhile is nowhere late.
    private static World OtherTopologies(ulong seed)
    {
        var world = new World(seed, 5, w =>
        {
            w.PlansEnd = false;
            w.DelayMin = w.DelayMax = TimeSpan.FromMilliseconds(150);
            w.Group = g => g with { Connectivity = 2, MaxDegree = 2 };
        });
        world.Run(5 * Second);
        for (int edition = 1; edition <= 4; edition++)
        {
            world.Run(45 * Second);
            int step = 1 + (edition % 2);
            world.Impose((int)(Turn(seed) % 5), Ring(world, edition, step));
            List<Flooded> flooded = [];
            for (int i = 0; i < 30; i++)
            {
                world.Run(TimeSpan.FromMilliseconds(50));
                flooded.Add(world.Flood(i % 5, 100));
                if (flooded.Find(f => world.Now - f.SentAt > Late.Ticks && f.ExportedCount < 5) is { } late)
                {
                    throw new ViolationException($"{late} was not everywhere after {Late.TotalMilliseconds} ms, while the topology changed");
                }
            }
        }

        world.RunUntilDelivered(30 * Second);
        return world;
    }

    // Receipts of floods that follow each other closely wait for slow disks, each for its own sync.
    private static World HeldReceipts(ulong seed)
    {
        var world = new World(seed, 3, w =>
        {
            w.Spool = true;
            w.SyncMost = TimeSpan.FromMilliseconds(20 << (int)(Turn(seed) % 4));
        });
        world.Run(5 * Second);
        for (int i = 0; i < 200; i++)
        {
            world.Run(TimeSpan.FromMilliseconds(world.Work.Next(40)));
            world.Flood(i / 20 % 3, world.Work.Next(world.Work.Chance(0.1) ? 50_000 : 500));
        }

        world.RunUntilDelivered(30 * Second);
        return world;
    }

    private static Topology Ring(World world, long edition, int step) => new(
        Group, edition, world.Site(0).Name, 2, [.. Enumerable.Range(0, 5).Select(i => Edge.Between(world.Site(i).Name, world.Site((i + step) % 5).Name)).Order()]);

    private static void Work(World world, int count)
    {
        for (int i = 0; i < count; i++)
        {
            world.Run(TimeSpan.FromMilliseconds(100));
            world.Flood(world.Work.Next(world.Sites.Count), world.Work.Next(20_000));
        }
    }
}

// Random worlds with random faults, healed in the end: each seed is one, every checker is on.
using Floodd.Model;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Scenarios;

[Category("Scenario")]
[Parallelizable]
internal sealed class SwarmScenarios
{
    /// <summary>Few, as the campaign has more and other runs; these are longer. 1,500 take a minute in Release.</summary>
    private const int SeedCount = 20;

    /// <summary>Seeds that found defects when they were first run, of the core (34, 110, 198, 7512) or of a checker.</summary>
    private static readonly ulong[] Regressions = [2, 9, 33, 34, 58, 110, 122, 136, 198, 7512];

    [Test]
    public void Any_faults_for_a_minute_and_everything_arrives_after_they_end()
    {
        (int failed, ViolationException? first, long steps, int gaps, int repeated, int twice, int moves, int again) = (0, null, 0, 0, 0, 0, 0, 0);
        foreach (ulong seed in Seeds.Many(SeedCount, Regressions))
        {
            try
            {
                World world = Swarm(seed);
                steps += world.Trace.StepCount;
                gaps += world.Gaps.Count;
                (moves, again) = (moves + (world.Wanderers?.Moves ?? 0), again + (world.Wanderers?.Repeats ?? 0));
                foreach (Flooded flooded in world.Ledger.All)
                {
                    repeated += flooded.RepeatOf is not null ? 1 : 0;
                    twice += flooded is { ClientKey: not null, IsAccepted: true } && world.Ledger.SharingKeyWith(flooded).Any(f => f.IsAccepted && f.Number < flooded.Number) ? 1 : 0;
                }
            }
            catch (ViolationException e)
            {
                failed++;
                first ??= e;
                TestContext.Out.WriteLine($"seed {seed}: {e.Message.AsSpan(0, Math.Max(0, e.Message.IndexOf('\n', StringComparison.Ordinal)))}");
            }
        }

        TestContext.Out.WriteLine($"{steps} steps, {gaps} gaps declared, {repeated} repeats of a key answered with the first receipt, {twice} flooded again; subscribers moved {moves} times and were given {again} repeats");
        Assert.That(failed, Is.Zero, first?.Message);
    }

    [Test]
    public void Sites_that_crash_neither_repeat_what_they_reported_nor_miss_what_is_held()
    {
        long repeats = 0;
        foreach (ulong seed in Seeds.Many(10))
        {
            var world = new World(seed, 3 + (int)(seed % 5));
            world.Exports.ReportsAlwaysArrive = true;
            var faults = new FaultDeck(world, world.Faults, crashesOnly: true);
            while (world.Elapsed < TimeSpan.FromSeconds(90))
            {
                world.Run(TimeSpan.FromMilliseconds(200));
                world.Flood(world.Work.Next(world.Sites.Count), world.Work.Next(2000));
                faults.Draw();
            }

            faults.End();
            world.RunUntilDelivered(TimeSpan.FromSeconds(180));
            repeats += world.Exports.RepeatCount;
        }

        TestContext.Out.WriteLine($"{repeats} repeats by a new life of what the old one had not reported yet");
    }

    [Test]
    public void Stores_that_are_far_too_small_lose_what_they_may_but_never_stop()
    {
        foreach (ulong seed in Seeds.Many(10))
        {
            World world = Suffer(seed, w => w.Store = (64 << 10) << (int)(seed % 4), w => w.Echoes.Allowed = true);

            // What was flooded so far may have been given up; what comes from now on must arrive, with nobody in the way of anybody.
            world.Run(TimeSpan.FromSeconds(60));
            foreach (SimulatedSite site in world.Sites)
            {
                site.ExpectedFrom = world.Now;
            }

            List<Flooded> flooded = [.. world.Sites.Select(s => world.Flood(s.Index, 1000))];
            world.RunUntilDelivered(TimeSpan.FromSeconds(120));
            Assert.That(flooded.Where(f => f.RefusedWith != 0), Is.Empty, $"seed {seed}");
        }
    }

    [Test]
    public void A_swarm_replays_exactly()
    {
        foreach (ulong seed in Seeds.Many(3))
        {
            ulong hash = Swarm(seed).Trace.Hash;
            Assert.That(Swarm(seed).Trace.Hash, Is.EqualTo(hash), $"seed {seed}");
        }
    }

    private static World Swarm(ulong seed)
    {
        World world = Suffer(seed, keys: !Regressions.Contains(seed));
        world.RunUntilDelivered(TimeSpan.FromSeconds(180));
        world.CheckStatistics();
        return world;
    }

    /// <summary>A minute of work and faults, which have just ended.</summary>
    internal static World Suffer(ulong seed, Action<WorldOptions>? shape = null, Action<World>? begin = null, bool keys = false)
    {
        var draw = new Prng(seed ^ 0x5157_4152_4D);
        int sites = 3 + draw.Next(6);
        var world = new World(seed, sites, w =>
        {
            w.DelayMax = TimeSpan.FromMilliseconds(1 + draw.Next(100));
            w.Jitter = TimeSpan.FromMilliseconds(draw.Next(20));
            w.ChunkChance = draw.Chance(0.5) ? draw.NextDouble() : 0;
            w.KernelBytes = 2048 << draw.Next(8);
            w.Bandwidth = draw.Chance(0.3) ? 200_000 << draw.Next(6) : 0;
            w.Drift = draw.Chance(0.5) ? 500e-6 : 0;
            w.StartSpread = TimeSpan.FromMilliseconds(draw.Next(3000));
            w.Export = draw.Chance(0.3) ? Personalities.Slow(50_000 << draw.Next(6)) : w.Export;
            int connectivity = 1 + draw.Next(3);
            w.Group = g => g with { Connectivity = connectivity, MaxDegree = Math.Max(2, connectivity + draw.Next(4)) };
            shape?.Invoke(w);
        });
        begin?.Invoke(world);
        var faults = new FaultDeck(world, draw);
        double floodChance = 0.1 + (0.8 * draw.NextDouble());
        int sizeBits = 4 + draw.Next(14);
        var keyed = keys ? new KeyedClients(world, seed) : null;
        world.Wanderers = keys ? new Wanderers(world, seed) : null;
        while (world.Elapsed < TimeSpan.FromSeconds(60))
        {
            world.Run(draw.Jitter(TimeSpan.FromMilliseconds(300)));
            if (draw.Chance(floodChance))
            {
                world.Flood(draw.Next(sites), draw.Next(1 << draw.Next(sizeBits)));
            }

            keyed?.Draw();
            world.Wanderers?.Draw();
            faults.Draw();
        }

        faults.End();
        world.Wanderers?.Settle();
        return world;
    }
}

// The power goes at every operation of a run, and again at every operation of the recovery: what was synced is there, and nothing that never was.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Tests.Simulation;
using NUnit.Framework;

namespace Floodd.Tests.Spool;

[Parallelizable(ParallelScope.All)]
internal sealed class PowerCutTests
{
    private static readonly SpoolOptions Tiny = new(1 << 20, 0, 2048);

    [Test]
    public void Random_entries_come_back_after_every_clean_end([Range(1, 8)] int seed)
    {
        var prng = new Prng((ulong)seed);
        var disk = new SimulatedDisk(prng.NextUInt64());
        var model = new SpoolModel();
        for (int life = 0; life < 12; life++)
        {
            using (var log = SpoolLog.Open(disk, Tiny, (ulong)life + 1, out SpooledState state))
            {
                Check(state, model);
                Assert.That(state.Damage, Is.Empty);
                Assert.That(state.Incarnation, Is.EqualTo(1));
                Run(log, new Life(model), prng, steps: 40);
                Assert.That(log.BytesUsed, Is.LessThanOrEqualTo(Tiny.BytesMax));
            }

            Assert.That(disk.FreeBytes(), Is.GreaterThan(long.MaxValue - Tiny.BytesMax));
        }
    }

    [Test]
    public void What_was_synced_survives_a_power_cut_at_every_operation([Values(1, 2)] int seed)
    {
        int cuts = 0;
        for (int n = 0; ; n++)
        {
            var disk = new SimulatedDisk((ulong)seed);
            disk.CutAt = n;
            (Life lived, bool ended) = LiveUntilCut(disk, new Prng((ulong)seed));
            for (ulong survival = 0; survival < 4 && !ended; survival++, cuts++)
            {
                SimulatedDisk after = ReplayUntil(seed, n);
                after.Cut(new Prng(((ulong)n << 8) + survival));
                CheckSurvivor(after, lived, $"seed {seed}, cut at {n}, survival {survival}");
            }

            if (ended)
            {
                break;
            }
        }

        TestContext.Out.WriteLine($"{cuts} cuts");
        Assert.That(cuts, Is.GreaterThan(500));
    }

    [Test]
    public void A_recovery_that_is_cut_itself_loses_nothing([Values(1, 2)] int seed)
    {
        int cuts = 0;
        for (int n = 5; n < 200; n += 13)
        {
            (Life lived, bool ended) = LiveUntilCut(new SimulatedDisk((ulong)seed) { CutAt = n }, new Prng((ulong)seed));
            for (int m = 0; !ended; m++)
            {
                SimulatedDisk disk = ReplayUntil(seed, n);
                disk.Cut(new Prng((ulong)n));
                disk.CutAt = disk.Operations + m;
                try
                {
                    SpoolLog.Open(disk, Tiny, 77, out _);
                    break;
                }
                catch (PowerCutException)
                {
                    disk.Cut(new Prng((ulong)m));
                    CheckSurvivor(disk, lived, $"seed {seed}, cut at {n}, then at {m} of the recovery");
                    cuts++;
                }
            }
        }

        Assert.That(cuts, Is.GreaterThan(60));
    }

    [Test]
    public void A_process_that_is_killed_leaves_what_it_wrote_and_its_incarnation([Values(1, 2)] int seed)
    {
        for (int n = 8; ; n++)
        {
            var disk = new SimulatedDisk((ulong)seed) { CutAt = n };
            (Life lived, bool ended) = LiveUntilCut(disk, new Prng((ulong)seed));
            if (ended)
            {
                break;
            }

            disk.Kill();
            SpooledState state = SpoolSamples.Read(disk);
            Assert.That(state.Damage, Is.Empty, $"killed at {n}");
            Assert.That(state.Incarnation, Is.EqualTo(1), $"killed at {n}");
            Assert.That(lived.Batches(), Does.Contain(SpoolSamples.Text(state)), $"killed at {n}");

            // What it read it has made last, whoever wrote it.
            disk.Cut(new Prng((ulong)n));
            Assert.That(SpoolSamples.Text(SpoolSamples.Read(disk)), Is.EqualTo(SpoolSamples.Text(state)), $"killed at {n}, then cut");
        }
    }

    private static SimulatedDisk ReplayUntil(int seed, int n)
    {
        var disk = new SimulatedDisk((ulong)seed) { CutAt = n };
        LiveUntilCut(disk, new Prng((ulong)seed));
        return disk;
    }

    private static (Life Lived, bool Ended) LiveUntilCut(SimulatedDisk disk, Prng prng)
    {
        var life = new Life(new SpoolModel());
        try
        {
            Run(SpoolLog.Open(disk, Tiny, 1, out _), life, prng, steps: 60);
            return (life, true);
        }
        catch (PowerCutException)
        {
            return (life, false);
        }
    }

    private static void Run(SpoolLog log, Life life, Prng prng, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            log.Append(life.Draw(prng));
            if (prng.Chance(0.6))
            {
                log.Sync();
                life.Synced();
            }
        }
    }

    private static void CheckSurvivor(SimulatedDisk disk, Life lived, string where)
    {
        SpooledState state = SpoolSamples.Read(disk);
        string text = SpoolSamples.Text(state);
        if (state.Damage.Length == 0)
        {
            Assert.That(lived.Prefixes(), Does.Contain(text), where);
            Assert.That(state.Incarnation, Is.EqualTo(1).Or.EqualTo(99).Or.EqualTo(77), where);
        }
        else
        {
            Assert.That(state.Incarnation, Is.EqualTo(99), where);
            Assert.That(lived.Subsets(), Does.Contain(text), where);
        }

        Life.CheckPayload(state, where);
        Assert.That(SpoolSamples.Text(SpoolSamples.Read(disk)), Is.EqualTo(text), where);
        disk.Cut(new Prng(5));
        SpooledState again = SpoolSamples.Read(disk);
        Assert.That(SpoolSamples.Text(again), Is.EqualTo(text), where);
        Assert.That(again.Damage, Is.Empty, where + ": damage is told once");
        Assert.That(again.Incarnation, Is.EqualTo(state.Incarnation), where);
    }

    private static void Check(SpooledState state, SpoolModel model)
    {
        Assert.That(SpoolSamples.Text(state), Is.EqualTo(model.ToString()));
        Life.CheckPayload(state, "");
    }
}

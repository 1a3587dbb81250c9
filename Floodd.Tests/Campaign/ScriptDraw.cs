// Draws a whole run from one seed: the world's shape, the kinds of fault that happen in it, each act with its time. Nothing is drawn later.
using Floodd.Model;

namespace Floodd.Tests.Campaign;

/// <summary>Seed to script.</summary>
internal static class ScriptDraw
{
    /// <summary>Draws a run.</summary>
    /// <param name="seed">Its seed.</param>
    /// <param name="only">The kinds of fault to draw from; empty for all.</param>
    /// <param name="sites">How many sites; 0 draws that too.</param>
    public static Script Of(ulong seed, IReadOnlyCollection<string> only, int sites = 0)
    {
        var root = new Prng(seed ^ 0xCA_4D_41_47_4E);
        Prng forShape = root.Split(), forFaults = root.Split(), forWork = root.Split();
        Shape shape = DrawShape(forShape, sites);
        var acts = new List<Act>();
        DrawFaults(acts, new ActDraw(shape, forFaults), only);
        DrawWork(acts, new ActDraw(shape, forWork));
        return new Script(seed, shape, [.. acts.OrderBy(a => a.At)]);
    }

    /// <summary>Of a hundred runs 98 have 3 to 5 sites, two up to 15, one in five thousand up to 75: the large ones take a hundred times as long.</summary>
    private static Shape DrawShape(Prng draw, int sites)
    {
        double which = draw.NextDouble();
        int drawn = which < 0.9798 ? 3 + draw.Next(3) : which < 0.9998 ? 6 + draw.Next(10) : 16 + draw.Next(60);
        int count = sites > 0 ? sites : drawn;
        int connectivity = 1 + draw.Next(Math.Min(4, count - 1));
        bool tight = draw.Chance(0.15);
        bool small = draw.Chance(0.7);
        int updateMax = small || tight ? 2048 << draw.Next(3) : 16384 << draw.Next(4);
        int kinds = draw.Next(100);
        int blackHoles = kinds < 4 && connectivity > 1 && count > 3 ? 1 + draw.Next(connectivity - 1) : 0;
        double seconds = draw.Chance(0.9) ? 1.5 + (3 * draw.NextDouble()) : draw.Chance(0.9) ? 5 + (15 * draw.NextDouble()) : 20 + (60 * draw.NextDouble());
        return new Shape
        {
            Sites = count,
            Connectivity = connectivity,
            MaxDegree = connectivity + draw.Next(4),
            SafetyTicks = (long)(seconds * TimeSpan.TicksPerSecond),
            Store = tight ? Math.Max(updateMax * 4L, 16384) << draw.Next(4) : 64 << 20,
            BundleMax = draw.Chance(0.3) ? 1 << draw.Next(16) : 4 << 20,
            UpdateMax = updateMax,
            FloodKeysMax = 131_072,
            DelayMaxMs = draw.Chance(0.8) ? 0.5 + draw.Next(30) : 1 + draw.Next(200),
            JitterMs = draw.Chance(0.5) ? 0.1 : draw.Next(20),
            Bandwidth = draw.Chance(0.15) ? 50_000 << draw.Next(8) : 0,
            KernelBytes = Math.Max(updateMax / 4, 2048 << draw.Next(8)),
            ChunkChance = draw.Chance(0.3) ? draw.NextDouble() : 0,
            ReadMax = draw.Chance(0.1) && !tight ? 64 + draw.Next(500) : 64 << 10,
            Drift = draw.Chance(0.5) ? 500e-6 : 0,
            StartSpreadMs = draw.Chance(0.8) ? draw.Next(100) : draw.Next(1500),
            QueueMs = 20 << draw.Next(6),
            Raw = draw.Chance(0.05) && blackHoles == 0,
            TwoGroups = kinds is >= 4 and < 8 && count > 3,
            Generator = kinds is >= 8 and < 11,
            Names = kinds is >= 11 and < 15,
            BlackHoles = blackHoles,
            Liar = kinds is >= 15 and < 18 && count > 3,
            Updates = (draw.Chance(0.9) ? 8 + draw.Next(30) : 40 + draw.Next(small ? 200 : 20)) * (tight ? 2 : 1),
        };
    }

    private static void DrawFaults(List<Act> acts, ActDraw draw, IReadOnlyCollection<string> only)
    {
        ActKind[] fit = [.. ActKinds.Faults.Where(k => k.Fits(draw.Shape) && (only.Count == 0 || only.Contains(k.Name)))];
        if (fit.Length == 0)
        {
            return;
        }

        // Few kinds at a time: with all of them in every run, none gets far.
        ActKind[] chosen = [.. Enumerable.Range(0, 3 + draw.Random.Next(6)).Select(_ => Weighted(fit, draw.Random)).Distinct()];
        double[] rates = [.. chosen.Select(_ => 0.2 + draw.Random.NextDouble())];
        double seconds = draw.Shape.SafetyTicks / 1e7;
        int count = 14 + draw.Random.Next(12) + (int)(seconds / 2) + (draw.Shape.Sites / 3);
        for (int i = 0; i < count; i++)
        {
            double place = draw.Random.NextDouble() * rates.Sum();
            int which = 0;
            while (which < rates.Length - 1 && (place -= rates[which]) > 0)
            {
                which++;
            }

            draw.At = (long)(draw.Random.NextDouble() * draw.Shape.SafetyTicks);
            acts.Add(chosen[which].Draw(draw));
        }
    }

    private static ActKind Weighted(ActKind[] kinds, Prng draw)
    {
        double place = draw.NextDouble() * kinds.Sum(k => k.Weight);
        foreach (ActKind kind in kinds)
        {
            if ((place -= kind.Weight) < 0)
            {
                return kind;
            }
        }

        return kinds[^1];
    }

    // Half of the work comes in bursts, so that floods are in flight when something happens.
    private static void DrawWork(List<Act> acts, ActDraw draw)
    {
        long burst = 0;
        for (int i = 0; i < draw.Shape.Updates; i++)
        {
            if (draw.Random.Chance(0.3))
            {
                burst = (long)(draw.Random.NextDouble() * draw.Shape.SafetyTicks);
            }

            draw.At = draw.Random.Chance(0.5) ? burst + draw.Random.Next(1_000_000) : (long)(draw.Random.NextDouble() * draw.Shape.SafetyTicks);
            acts.Add((draw.Random.Chance(0.15) ? ActKinds.Work[1 + draw.Random.Next(ActKinds.Work.Length - 1)] : ActKinds.Work[0]).Draw(draw));
        }
    }
}

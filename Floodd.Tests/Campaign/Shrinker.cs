// Makes a failing script shorter while it fails with the same sentence: fewer acts, then fewer sites, then shorter. Draws nothing.
using System.Text.RegularExpressions;

namespace Floodd.Tests.Campaign;

/// <summary>Delta debugging (Zeller and Hildebrandt 2002) over the acts of a script.</summary>
internal sealed partial class Shrinker(Func<Script, string?> fails, string sentence)
{
    private readonly string _wanted = Kind(sentence);

    /// <summary>How many scripts were tried.</summary>
    public int Tried { get; private set; }

    /// <summary>The shortest script found that still fails so.</summary>
    public Script Shrink(Script script)
    {
        while (true)
        {
            int before = script.Acts.Count + script.Shape.Sites;
            script = WithoutActs(script, a => ActKinds.ByName[a.Kind].Rows.Length > 0);
            script = WithFewerSites(script);
            script = WithoutActs(script, a => ActKinds.ByName[a.Kind].Rows.Length == 0);
            script = Plainer(script);
            if (script.Acts.Count + script.Shape.Sites == before)
            {
                return script;
            }
        }
    }

    /// <summary>A sentence without what differs from run to run of the same fault: names, numbers.</summary>
    public static string Kind(string sentence) => Varying().Replace(sentence, "#");

    private Script WithoutActs(Script script, Predicate<Act> which)
    {
        List<Act> candidates = [.. script.Acts.Where(a => which(a))];
        for (int size = Math.Max(1, candidates.Count / 2); candidates.Count > 0; size /= 2)
        {
            for (int at = 0; at < candidates.Count;)
            {
                HashSet<Act> without = [.. candidates.Skip(at).Take(size)];
                Script shorter = script with { Acts = [.. script.Acts.Where(a => !without.Contains(a))] };
                if (Fails(shorter))
                {
                    script = shorter;
                    candidates.RemoveAll(without.Contains);
                }
                else
                {
                    at += size;
                }
            }

            if (size <= 1)
            {
                break;
            }
        }

        return script;
    }

    private Script WithFewerSites(Script script)
    {
        while (script.Shape.Sites > Math.Max(2, script.Shape.BlackHoles + 2))
        {
            int sites = script.Shape.Sites - 1;
            Script smaller = script with { Shape = script.Shape with { Sites = sites, Connectivity = Math.Min(script.Shape.Connectivity, sites - 1) } };
            if (!Fails(smaller))
            {
                return script;
            }

            script = smaller;
        }

        return script;
    }

    // What is odd about the world, one thing after the other, replaced by what is not.
    private Script Plainer(Script script)
    {
        Func<Shape, Shape>[] plainer =
        [
            s => s with { ChunkChance = 0 }, s => s with { Bandwidth = 0 }, s => s with { JitterMs = 0 }, s => s with { Drift = 0 }, s => s with { ReadMax = 64 << 10 },
            s => s with { KernelBytes = 256 << 10 }, s => s with { BundleMax = 4 << 20 }, s => s with { Store = 64 << 20 }, s => s with { StartSpreadMs = 0 },
            s => s with { SafetyTicks = Math.Max(script.Acts.Select(a => a.At + 1).DefaultIfEmpty().Max(), s.SafetyTicks / 2) },
        ];
        foreach (Func<Shape, Shape> change in plainer)
        {
            Script other = script with { Shape = change(script.Shape) };
            if (other.Shape != script.Shape && Fails(other))
            {
                script = other;
            }
        }

        return script;
    }

    private bool Fails(Script script)
    {
        Tried++;
        return fails(script) is { } found && Kind(found) == _wanted;
    }

    [GeneratedRegex(@"\bs\d\d\b|\d+(\.\d+)?|[0-9a-f]{6,}/\d+")]
    private static partial Regex Varying();
}

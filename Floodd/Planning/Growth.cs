// The first plan, from the center out: each site is linked to k that are there, so it is k-connected as it grows. Improves nothing afterwards.
namespace Floodd.Planning;

/// <summary>
/// Sites by increasing mean delay; the first k + 1 link to each other, each further one to the present site that serves it best
/// and to its k - 1 cheapest others. Sites that find too few with room are left to <see cref="Mending"/>.
/// </summary>
internal static class Growth
{
    /// <summary>Grows links into an empty graph.</summary>
    public static void Grow(PlanGraph graph, Yardstick yardstick, int k)
    {
        int n = graph.Count;
        var present = new List<int>(n);
        float[] delays = new float[n * n];
        double[] total = new double[n];
        float[] longest = new float[n];
        foreach (int v in FromTheCenter(yardstick))
        {
            int parent = Serve(v, graph, yardstick, present, total, longest);
            if (parent >= 0)
            {
                graph.Add(v, parent);
                Extend(v, parent, yardstick.Delay(v, parent), present, delays, total, longest);
            }

            foreach (int w in present.Where(w => w != parent && yardstick.IsUsable(v, w) && graph.HasRoom(w))
                .OrderBy(w => yardstick.Cost(v, w)).ThenBy(w => w).Take(k - 1).ToArray())
            {
                graph.Add(v, w);
            }

            present.Add(v);
        }
    }

    /// <summary>All sites, those first from which all others are near.</summary>
    public static int[] FromTheCenter(Yardstick yardstick)
    {
        int n = yardstick.Count;
        double[] means = new double[n];
        for (int v = 0; v < n; v++)
        {
            double sum = 0;
            int count = 0;
            for (int w = 0; w < n; w++)
            {
                if (yardstick.IsUsable(v, w))
                {
                    sum += yardstick.Delay(v, w);
                    count++;
                }
            }

            // Many pairs that cannot be linked make a site a poor center.
            means[v] = count == 0 ? double.PositiveInfinity : sum / count * n / count;
        }

        return [.. Enumerable.Range(0, n).OrderBy(v => means[v]).ThenBy(v => v)];
    }

    // By the share that the site's first link has in J.
    private static int Serve(int v, PlanGraph graph, Yardstick yardstick, List<int> present, double[] total, float[] longest)
    {
        int best = -1;
        double least = double.PositiveInfinity;
        int n = graph.Count;
        foreach (int p in present)
        {
            if (!yardstick.IsUsable(v, p) || !graph.HasRoom(p))
            {
                continue;
            }

            double delay = yardstick.Delay(v, p);
            double share = (yardstick.Cost(v, p) / yardstick.CostBound)
                + (0.5 * (((longest[p] + delay) / (n * yardstick.FloodBound)) + (2 * ((total[p] / present.Count) + delay) / (n * yardstick.DelayBound))));
            if (share < least)
            {
                least = share;
                best = p;
            }
        }

        return best;
    }

    // Delays over first links alone: they only steer.
    private static void Extend(int v, int parent, float delay, List<int> present, float[] delays, double[] total, float[] longest)
    {
        int n = total.Length;
        foreach (int w in present)
        {
            float through = delays[(parent * n) + w] + delay;
            delays[(v * n) + w] = delays[(w * n) + v] = through;
            total[v] += through;
            total[w] += through;
            longest[v] = Math.Max(longest[v], through);
            longest[w] = Math.Max(longest[w], through);
        }
    }
}

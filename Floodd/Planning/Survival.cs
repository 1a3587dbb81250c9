// What is left when many sites are lost at once and nothing is repaired: counted in seeded trials. Plans nothing.
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>The outcome of trials.</summary>
/// <param name="Connected">The share of trials in which the survivors stay connected, from 0 to 1.</param>
/// <param name="LargestPart">The mean share of survivors in the largest part, from 0 to 1.</param>
public readonly record struct Survival(double Connected, double LargestPart)
{
    /// <summary>Lets random sites die, as many each time.</summary>
    /// <param name="count">How many sites.</param>
    /// <param name="edges">Edges between them.</param>
    /// <param name="deadShare">The share of sites that die, rounded to whole sites; from 0 to 1.</param>
    /// <param name="trials">How often, from 1.</param>
    /// <param name="seed">Equal seeds give equal trials.</param>
    public static Survival Of(int count, IEnumerable<PlanEdge> edges, double deadShare, int trials, ulong seed)
    {
        var graph = PlanGraph.Of(count, edges);
        var chance = new Prng(seed);
        int dead = Math.Clamp((int)Math.Round(count * deadShare), 0, count);
        int alive = count - dead;
        int[] sites = [.. Enumerable.Range(0, count)];
        bool[] gone = new bool[count];
        int[] line = new int[count];
        int connected = 0;
        double shares = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            Array.Clear(gone);
            for (int i = 0; i < dead; i++)
            {
                int other = i + chance.Next(count - i);
                (sites[i], sites[other]) = (sites[other], sites[i]);
                gone[sites[i]] = true;
            }

            int largest = LargestLeft(graph, gone, line);
            connected += largest == alive ? 1 : 0;
            shares += alive == 0 ? 1 : (double)largest / alive;
        }

        return new((double)connected / trials, shares / trials);
    }

    private static int LargestLeft(PlanGraph graph, bool[] gone, int[] line)
    {
        int largest = 0;
        for (int start = 0; start < gone.Length; start++)
        {
            int head = 0, tail = 0;
            if (!gone[start])
            {
                gone[start] = true;
                line[tail++] = start;
            }

            while (head < tail)
            {
                foreach (int w in graph.NeighborsOf(line[head++]))
                {
                    if (!gone[w])
                    {
                        gone[w] = true;
                        line[tail++] = w;
                    }
                }
            }

            largest = Math.Max(largest, tail);
        }

        return largest;
    }
}

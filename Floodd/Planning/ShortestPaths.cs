// Shortest ways through a plan, from one source at a time, exactly. Dijkstra's algorithm; changes no graph.
namespace Floodd.Planning;

/// <summary>Ways from the source asked for last.</summary>
internal sealed class ShortestPaths(PlanGraph graph, Yardstick yardstick)
{
    private readonly PriorityQueue<int, (double, int)> _line = new();
    private readonly bool[] _done = new bool[graph.Count];

    /// <summary>Milliseconds from the source; infinite where no way leads.</summary>
    public double[] Delay { get; } = new double[graph.Count];

    /// <summary>The site before each one on the way to it; -1 for the source and what is not reached.</summary>
    public int[] Before { get; } = new int[graph.Count];

    /// <summary>The means over all sources and over all pairs that can be reached at all; infinite if the graph does not reach them.</summary>
    public static (double Flood, double Delay) Means(PlanGraph graph, Yardstick yardstick)
    {
        var paths = new ShortestPaths(graph, yardstick);
        double flood = 0, delay = 0;
        long pairs = 0;
        for (int source = 0; source < graph.Count; source++)
        {
            int reached = paths.From(source);
            double longest = 0;
            foreach (double value in paths.Delay)
            {
                if (double.IsFinite(value))
                {
                    longest = Math.Max(longest, value);
                    delay += value;
                }
            }

            flood += longest;
            pairs += reached - 1;
            if (reached < yardstick.Reach[source])
            {
                return (double.PositiveInfinity, double.PositiveInfinity);
            }
        }

        return (graph.Count == 0 ? 0 : flood / graph.Count, pairs == 0 ? 0 : delay / pairs);
    }

    /// <summary>Finds all ways from a source.</summary>
    /// <returns>How many sites are reached, the source included.</returns>
    public int From(int source)
    {
        Array.Fill(Delay, double.PositiveInfinity);
        Array.Fill(Before, -1);
        Array.Clear(_done);
        Delay[source] = 0;
        _line.Enqueue(source, (0, source));
        int reached = 0;
        while (_line.TryDequeue(out int v, out _))
        {
            if (_done[v])
            {
                continue;
            }

            _done[v] = true;
            reached++;
            foreach (int w in graph.NeighborsOf(v))
            {
                double through = Delay[v] + yardstick.Delay(v, w);
                if (through < Delay[w])
                {
                    Delay[w] = through;
                    Before[w] = v;
                    _line.Enqueue(w, (through, w));
                }
            }
        }

        return reached;
    }
}

// Simulated groups on measured networks, as the benchmarks of flood time begin with them. It measures nothing.
using Floodd.Tests.Latency;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Benchmarks;

internal static class MeasuredWorld
{
    /// <summary>A measured network, or so many of its sites.</summary>
    public static LatencyMatrix Load(string network, int sites)
    {
        LatencyMatrix matrix = LatencyMatrix.Load(network);
        return matrix.Count > sites ? matrix.Sample(sites, 1) : matrix;
    }

    /// <summary>A world whose sites are linked, and have measured and planned if <paramref name="plans"/>; a plan comes only when it is asked for.</summary>
    public static World Begin(LatencyMatrix matrix, int connectivity, bool plans)
    {
        var world = new World(1, matrix.Count, w =>
        {
            w.Matrix = matrix;
            w.Jitter = TimeSpan.FromMilliseconds(0.1);
            w.Export = Personalities.TakesAll(TimeSpan.FromTicks(1));
            w.PlansEnd = plans;
            w.PlanEffort = 1;
            w.Group = g => g with { Connectivity = connectivity, UpdatePeriod = TimeSpan.FromHours(1) };
        });
        world.Run(TimeSpan.FromSeconds(10));
        if (plans)
        {
            // Until every site had the time to measure its way to every other.
            world.Run(matrix.Count * world.GroupOf(0).PingPeriod);
            world.Connect(0).Ask("replan g");
            world.Run(TimeSpan.FromSeconds(5));
        }

        return world;
    }
}

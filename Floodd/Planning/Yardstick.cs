// What a problem's links cost and how slow they are, and what no plan can go below. Each is computed once for a problem.
namespace Floodd.Planning;

/// <summary>Costs and one-way delays of all pairs in milliseconds (infinite where no link can be), and the bounds that ratios are against: those when they are asked for, as repair in a hurry does without.</summary>
internal sealed class Yardstick
{
    // What a site takes to pass an update on; TOPOLOGY's 1 ms.
    private const float HopMilliseconds = 1;
    private const float CostedBytes = 64 * 1024;

    // Where links cost nothing the ratio still needs something to stand against.
    private const double LeastLinkCost = 0.01;

    private readonly int _target;
    private Closure? _closure;
    private double? _costBound;

    public Yardstick(PlanProblem problem)
    {
        int n = Count = problem.Count;
        _target = problem.Target;
        Costs = new float[n * n];
        Delays = new float[n * n];
        for (int a = 0; a < n; a++)
        {
            ReadOnlySpan<float> row = problem.RoundTrips.Row(a);
            for (int b = 0; b < n; b++)
            {
                bool usable = a != b && float.IsFinite(row[b]);
                float bandwidth = problem.Bandwidths?[a, b] ?? 0;
                float transfer = bandwidth > 0 ? CostedBytes / bandwidth * 1000 : 0;
                Costs[(a * n) + b] = usable ? row[b] + transfer : float.PositiveInfinity;
                Delays[(a * n) + b] = usable ? (row[b] / 2) + HopMilliseconds : float.PositiveInfinity;
            }
        }
    }

    public int Count { get; }

    public float[] Costs { get; }

    public float[] Delays { get; }

    /// <summary>No k-connected plan costs less.</summary>
    public double CostBound =>
        _costBound ??= Math.Max(Planning.CostBound.Of(Costs, Count, _target), LeastLinkCost * Count * _target / 2);

    /// <summary>The mean over sources of the time to the farthest site, with all pairs linked.</summary>
    public double FloodBound => All.MeanFlood;

    /// <summary>The mean over pairs of the time between them, with all pairs linked.</summary>
    public double DelayBound => All.MeanDelay;

    /// <summary>How many sites any plan can reach from each site, itself included.</summary>
    public int[] Reach => All.Reach;

    private Closure All => _closure ??= new Closure(Delays, Count);

    public float Cost(int a, int b) => Costs[(a * Count) + b];

    public float Delay(int a, int b) => Delays[(a * Count) + b];

    public bool IsUsable(int a, int b) => float.IsFinite(Costs[(a * Count) + b]);
}

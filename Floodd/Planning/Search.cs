// Simulated annealing over plans: proposes changes, measures them, keeps the better and some of the worse. Never leaves the k-connected plans within D.
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>One run from one start. (Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science 220, 1983.)</summary>
internal sealed class Search
{
    private const int Coolings = 512;

    // 400 to the power of -1 / 512: from the first temperature to a four hundredth of it.
    private const double Cooling = 0.988366;

    private readonly Yardstick _yardstick;
    private readonly PlanGraph _graph;
    private readonly DelayTable _table;
    private readonly DisjointPaths _paths;
    private readonly Prng _chance;
    private readonly Proposal _proposal;
    private readonly int _k;
    private readonly double _unit;
    private readonly int _heaviest;
    private readonly double _floodWeight;
    private readonly double _delayWeight;
    private readonly double _costWeight;
    private readonly bool[]? _old;
    private readonly double _changePrice;
    private double _time;

    /// <param name="problem">What is planned.</param>
    /// <param name="graph">A k-connected start without weights; emptied into the search.</param>
    /// <param name="sources">The sources whose delays count.</param>
    /// <param name="k">The connectivity to keep.</param>
    /// <param name="changePrice">The price in J of changing all links of <see cref="PlanProblem.Previous"/>.</param>
    /// <param name="chance">Where draws come from.</param>
    public Search(PlanProblem problem, IEnumerable<PlanEdge> start, int[] sources, int k, double changePrice, Prng chance)
    {
        _yardstick = problem.Yardstick;
        _k = k;
        _chance = chance;
        int n = problem.Count;
        // The mean flood time becomes 2^14 units, and no way can be longer than the table bears.
        _unit = (1 << 14) / Math.Max(_yardstick.FloodBound, 1e-6);
        _heaviest = (1 << 24) / n;
        _graph = Planner.NewGraph(problem, []);
        foreach (PlanEdge edge in start)
        {
            _graph.Add(edge.A, edge.B, Weight(edge.A, edge.B));
        }

        _table = new DelayTable(_graph, sources);
        _paths = new DisjointPaths(_graph);
        _floodWeight = 0.5 / (sources.Length * _yardstick.FloodBound * _unit);
        _delayWeight = 0.5 / ((double)sources.Length * (n - 1) * _yardstick.DelayBound * _unit);
        _costWeight = 1 / _yardstick.CostBound;
        _proposal = new Proposal(problem, _graph, k, chance);
        _table.Measure();
        _table.Keep();
        _time = Time();
        if (changePrice > 0 && !problem.Previous.IsEmpty)
        {
            _old = new bool[n * n];
            foreach (PlanEdge edge in problem.Previous)
            {
                _old[(edge.A * n) + edge.B] = _old[(edge.B * n) + edge.A] = true;
            }

            _changePrice = changePrice / problem.Previous.Length;
        }
    }

    public PlanGraph Graph => _graph;

    public long Proposals { get; private set; }

    private long Work => _table.Work + (_paths.Work / 2) + (Proposals * 20);

    /// <summary>Anneals.</summary>
    /// <param name="work">When to stop.</param>
    /// <param name="heat">The first temperature, as a share of J for each link.</param>
    /// <param name="cancelled">When to stop early.</param>
    public void Run(long work, double heat, Func<bool>? cancelled)
    {
        if (_graph.Count < 3)
        {
            return;
        }

        double temperature = heat * 2.5 / Math.Max(1, _graph.LinkCount);
        long begin = Work;
        for (int stage = 1; stage <= Coolings; stage++)
        {
            long end = begin + (long)((double)work * stage / Coolings);
            while (Work < end)
            {
                Proposals++;
                if (_proposal.Draw())
                {
                    Try(temperature * Chances.Draw(_chance));
                }

                if (Proposals % 1024 == 0 && cancelled?.Invoke() == true)
                {
                    return;
                }
            }

            temperature *= Cooling;
        }
    }

    private int Weight(int a, int b) => Math.Clamp((int)Math.Round(_yardstick.Delay(a, b) * _unit), 1, _heaviest);

    private double Time() => (_table.LongestSum * _floodWeight) + (_table.Sum * _delayWeight);

    private double Price(PlanEdge edge) =>
        (_yardstick.Cost(edge.A, edge.B) * _costWeight) + (_old is not null && !_old[(edge.A * _graph.Count) + edge.B] ? _changePrice : 0);

    // Links come first, so that the graph is never less than k-connected and half of what is bad is seen early.
    private bool Try(double allowed)
    {
        ReadOnlySpan<PlanEdge> adds = _proposal.Added, removes = _proposal.Removed;
        double slack = allowed;
        foreach (PlanEdge edge in adds)
        {
            slack -= Price(edge);
        }

        foreach (PlanEdge edge in removes)
        {
            slack += Price(edge);
        }

        foreach (PlanEdge edge in adds)
        {
            int weight = Weight(edge.A, edge.B);
            _graph.Add(edge.A, edge.B, weight);
            _table.Added(edge.A, edge.B, weight);
        }

        bool good = true;
        if (slack < 0 || removes.Length == 0)
        {
            _table.Measure();
            good = Time() - _time <= slack;
        }

        int removed = 0;
        while (good && removed < removes.Length)
        {
            PlanEdge edge = removes[removed++];
            _graph.Remove(edge.A, edge.B);
            _table.Removed(edge.A, edge.B, Weight(edge.A, edge.B));
        }

        if (good && removed > 0)
        {
            _table.Measure();
            good = Time() - _time <= slack && StaysConnected(removes);
        }

        if (good)
        {
            _table.Keep();
            _time = Time();
            return true;
        }

        while (removed > 0)
        {
            PlanEdge edge = removes[--removed];
            _graph.Add(edge.A, edge.B, Weight(edge.A, edge.B));
        }

        foreach (PlanEdge edge in adds)
        {
            _graph.Remove(edge.A, edge.B);
        }

        _table.TakeBack();
        return false;
    }

    // Where a graph was k-connected before one link went, only its two ends can have too few ways between them.
    private bool StaysConnected(ReadOnlySpan<PlanEdge> removes)
    {
        // With the others still in place, one after the other: the last is checked in the graph as it is.
        for (int i = removes.Length - 1; i > 0; i--)
        {
            _graph.Add(removes[i].A, removes[i].B, Weight(removes[i].A, removes[i].B));
        }

        bool good = true;
        for (int i = 0; i < removes.Length; i++)
        {
            if (i > 0)
            {
                _graph.Remove(removes[i].A, removes[i].B);
            }

            good = good && _paths.Between(removes[i].A, removes[i].B, _k) == _k;
        }

        return good;
    }
}

// From a problem to a proven plan: which searches run, and which of their plans is taken. Deterministic: no clock, no threads, no randomness but the seed's.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Planning;

/// <summary>Plans topologies: k-connected, within the degree bound, of least J = cost ratio + T.</summary>
public static class Planner
{
    // Above this many sites delays are taken from a sample of sources: for the same work that gives better plans.
    private const int MostWithAllSources = 150;
    private const int SampleCount = 128;

    // First temperatures, as shares of J for each link: to find a small plan, a large one with more time than usual or with the usual; to improve one, to keep one.
    private const double HotWhenSmall = 1.5;
    private const double HotWithTime = 0.3;
    private const double Hot = 0.1;
    private const double Warm = 0.01;
    private const double Lukewarm = 0.03;

    // What a search that keeps most links may cost of the budget.
    private const double KeepingShare = 0.35;

    // What changing all links costs in J, and the share of them that one edition may change: under drift this keeps most of the gain with few changes.
    // Where an all new plan gains more than this, it is taken.
    private const double ChangePrice = 1;
    private const double MostChanged = 0.02;
    private const double GainOfAllNew = 0.1;

    /// <summary>Plans.</summary>
    /// <param name="problem">The sites.</param>
    /// <param name="cancelled">Asked now and then; once it says so, what there is by then is proven and returned.</param>
    /// <exception cref="ArgumentException">The problem contradicts itself, as when k is above D.</exception>
    public static Plan Plan(PlanProblem problem, Func<bool>? cancelled = null)
    {
        problem.Checked();
        long proposals = 0;
        ImmutableArray<PlanEdge> edges = Parts.Edges(problem, part =>
        {
            (ImmutableArray<PlanEdge> ofPart, long tried) = Edges(part, cancelled);
            proposals += tried;
            return ofPart;
        });
        return new Plan(problem, edges, proposals);
    }

    /// <summary>An empty graph with room for D links at each site, and as many of these edges as it has room for.</summary>
    internal static PlanGraph NewGraph(PlanProblem problem, IEnumerable<PlanEdge> edges)
    {
        int[] room = new int[problem.Count];
        Array.Fill(room, Math.Min(problem.MaxDegree, Math.Max(0, problem.Count - 1)));
        var graph = new PlanGraph(room);
        foreach (PlanEdge edge in edges)
        {
            if (graph.HasRoom(edge.A) && graph.HasRoom(edge.B))
            {
                graph.Add(edge.A, edge.B);
            }
        }

        return graph;
    }

    /// <summary>The edges in force that can still be used, in order.</summary>
    internal static ImmutableArray<PlanEdge> StillUsable(PlanProblem problem) =>
        [.. problem.Previous.Where(e => problem.IsUsable(e.A, e.B)).Select(e => PlanEdge.Between(e.A, e.B)).Distinct().Order()];

    private static (ImmutableArray<PlanEdge> Edges, long Proposals) Edges(PlanProblem problem, Func<bool>? cancelled)
    {
        if (problem.Count <= problem.Connectivity + 1)
        {
            return ([.. AllUsable(problem)], 0);
        }

        PlanGraph start = Start.Of(problem);
        int k = VertexConnectivity.Of(start, problem.Target);
        var chance = new Prng(problem.Seed);
        long work = problem.Effort.Work > 0 ? problem.Effort.Work : Effort.For(problem.Count).Work;
        ImmutableArray<PlanEdge> previous = StillUsable(problem);
        PlanGraph kept = NewGraph(problem, previous);
        if (previous.IsEmpty || Mending.Mend(kept, problem.Yardstick, k) < k)
        {
            return AllNew(problem, start.Edges(), k, work, chance, cancelled);
        }

        int mended = kept.Edges().Except(previous).Count();
        int mostNew = mended + Math.Max(0, (int)Math.Ceiling(MostChanged * previous.Length) - 1);
        var keeping = new Search(problem, kept.Edges(), Sample(problem, chance), k, ChangePrice, chance, mostNew);
        keeping.Run((long)(work * KeepingShare), Lukewarm, cancelled);
        ImmutableArray<PlanEdge> old = Proven(problem, keeping.Graph, k);
        (ImmutableArray<PlanEdge> fresh, long tried) = AllNew(problem, start.Edges(), k, work - (long)(work * KeepingShare), chance, cancelled);
        bool change = PlanScore.Of(problem, fresh).J < PlanScore.Of(problem, old).J * (1 - GainOfAllNew);
        return (change ? fresh : old, keeping.Proposals + tried);
    }

    // Small problems are searched from several seeds, as single searches get stuck; large ones once more with other sources, as samples mislead.
    private static (ImmutableArray<PlanEdge> Edges, long Proposals) AllNew(
        PlanProblem problem, ImmutableArray<PlanEdge> start, int k, long work, Prng chance, Func<bool>? cancelled)
    {
        long proposals = 0;
        bool small = problem.Count <= MostWithAllSources;
        int runs = small ? 3 : 1;
        double heat = small ? HotWhenSmall : work > 2 * Effort.For(problem.Count).Work ? HotWithTime : Hot;
        ImmutableArray<PlanEdge> best = start;
        double least = double.PositiveInfinity;
        for (int run = 0; run < runs; run++)
        {
            var search = new Search(problem, start, Sample(problem, chance), k, 0, chance.Split());
            search.Run((long)(work * 0.85 / runs), heat, cancelled);
            proposals += search.Proposals;
            ImmutableArray<PlanEdge> edges = Proven(problem, search.Graph, k);
            double j = PlanScore.Of(problem, edges).J;
            if (j < least)
            {
                least = j;
                best = edges;
            }
        }

        var last = new Search(problem, best, Sample(problem, chance), k, 0, chance.Split());
        last.Run((long)(work * 0.15), Warm, cancelled);
        ImmutableArray<PlanEdge> improved = Proven(problem, last.Graph, k);
        return (PlanScore.Of(problem, improved).J < least ? improved : best, proposals + last.Proposals);
    }

    // Searches keep plans k-connected step by step; should one ever fail, the plan is mended here and not handed out as it is.
    private static ImmutableArray<PlanEdge> Proven(PlanProblem problem, PlanGraph graph, int k)
    {
        if (VertexConnectivity.Of(graph, k) < k)
        {
            Mending.Mend(graph, problem.Yardstick, k);
        }

        return graph.Edges();
    }

    private static IEnumerable<PlanEdge> AllUsable(PlanProblem problem) =>
        from a in Enumerable.Range(0, problem.Count)
        from b in Enumerable.Range(a + 1, problem.Count - a - 1)
        where problem.IsUsable(a, b)
        select new PlanEdge(a, b);

    private static int[] Sample(PlanProblem problem, Prng chance)
    {
        int n = problem.Count;
        int[] all = [.. Enumerable.Range(0, n)];
        int count = n <= MostWithAllSources ? n : SampleCount;
        for (int i = 0; i < count && count < n; i++)
        {
            int other = i + chance.Next(n - i);
            (all[i], all[other]) = (all[other], all[i]);
        }

        // Each next to the nearest that is left: what changes for one source changes for its neighbors in the table, too.
        for (int i = 1; i < count; i++)
        {
            int best = i;
            for (int j = i + 1; j < count; j++)
            {
                if (problem.Yardstick.Cost(all[i - 1], all[j]) < problem.Yardstick.Cost(all[i - 1], all[best]))
                {
                    best = j;
                }
            }

            (all[i], all[best]) = (all[best], all[i]);
        }

        return all[..count];
    }
}

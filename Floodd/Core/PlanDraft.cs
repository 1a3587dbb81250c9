// What a plan is to be made from: members, what was believed of their ways, the edges in force. A copy, so that it can be worked on
// elsewhere while the site goes on. Plans nothing.
using System.Collections.Immutable;
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Planning;

namespace Floodd.Core;

/// <summary>A plan's beginning.</summary>
/// <param name="Group">The group.</param>
/// <param name="Members">Who is to be linked, in name order.</param>
/// <param name="Connectivity">k.</param>
/// <param name="MaxDegree">D, at least k.</param>
/// <param name="Matrix">What was believed of the ways; nobody else changes it any more.</param>
/// <param name="At">When.</param>
/// <param name="Previous">The topology in force; null if there is none.</param>
/// <param name="Unusable">Pairs that could not be linked.</param>
public sealed record PlanDraft(
    GroupName Group, ImmutableArray<SiteName> Members, int Connectivity, int MaxDegree, EstimateMatrix Matrix, Instant At, Topology? Previous, ImmutableHashSet<Edge> Unusable)
{
    /// <summary>What is added to the round trip of a pair that could not link: enough that a plan has it only if nothing else connects as it must.</summary>
    private const float UnusablePenaltyMilliseconds = 10_000;

    /// <summary>The round trips of all pairs, guessed where nobody measured them. Takes its time in a large group.</summary>
    public CompletedMatrix Complete() => Completion.Of(Members, Matrix, At);

    /// <summary>The edges in force between members, by their places in the list.</summary>
    public ImmutableArray<PlanEdge> EdgesInForce => Previous is null ? [] : Numbers(Previous.Edges);

    /// <summary>Those of them that can be linked.</summary>
    public ImmutableArray<PlanEdge> PreviousEdges => Previous is null ? [] : Numbers(Previous.Edges.Where(e => !Unusable.Contains(e)));

    /// <summary>The problem. Takes its time in a large group.</summary>
    /// <param name="effort">How much to search, times the default.</param>
    /// <param name="avoidsUnusable">Whether pairs that could not be linked are made to look far apart, so that a plan leaves them out.</param>
    public PlanProblem ToProblem(double effort = 1, bool avoidsUnusable = true)
    {
        CompletedMatrix completed = Complete();
        var trips = new PairTable(Members.Length);
        var bandwidths = new PairTable(Members.Length);
        float[] best = BestBandwidths(completed);
        bool any = false;
        for (int i = 0; i < Members.Length; i++)
        {
            for (int j = i + 1; j < Members.Length; j++)
            {
                trips[i, j] = completed.Rtt(i, j);

                // Not measured: what the narrower of both ends has shown elsewhere, so that nobody gains by not being measured.
                float bandwidth = completed.Bandwidth(i, j) is > 0 and float known ? known : Math.Min(best[i], best[j]);
                bandwidths[i, j] = bandwidth;
                any |= bandwidth > 0;
            }
        }

        foreach (PlanEdge pair in avoidsUnusable ? Numbers(Unusable) : [])
        {
            trips[pair.A, pair.B] += UnusablePenaltyMilliseconds;
        }

        return new PlanProblem
        {
            Count = Members.Length,
            Connectivity = Connectivity,
            MaxDegree = MaxDegree,
            RoundTrips = trips,
            Bandwidths = any ? bandwidths : null,
            Previous = PreviousEdges,
            Effort = Effort.For(Members.Length, effort),
        };
    }

    /// <summary>Edges by name.</summary>
    public ImmutableArray<Edge> Names(IEnumerable<PlanEdge> edges) => [.. edges.Select(e => Edge.Between(Members[e.A], Members[e.B])).Order()];

    private ImmutableArray<PlanEdge> Numbers(IEnumerable<Edge> edges) => [.. edges.Select(Number).OfType<PlanEdge>()];

    private PlanEdge? Number(Edge edge)
    {
        int a = Members.BinarySearch(edge.A), b = Members.BinarySearch(edge.B);
        return a < 0 || b < 0 ? null : PlanEdge.Between(a, b);
    }

    private float[] BestBandwidths(CompletedMatrix completed)
    {
        float[] best = new float[Members.Length];
        for (int i = 0; i < best.Length; i++)
        {
            for (int j = 0; j < best.Length; j++)
            {
                best[i] = Math.Max(best[i], i == j ? 0 : completed.Bandwidth(i, j));
            }
        }

        return best;
    }
}

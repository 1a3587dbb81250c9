// What `floodd plan` prints: the links for programs, a short table for a person. Computes no plan.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Planning;

namespace Floodd.Commands;

internal sealed class PlanReport(LinksFile links, PlanProblem problem, Planning.Plan plan)
{
    private const int Trials = 1000;

    // What is in force stays in force for less than a gain of 3 %: what is printed is what a master would publish.
    private readonly ImmutableArray<PlanEdge> _edges = plan.IsWorthwhile ? plan.Edges : problem.Previous;

    /// <summary>A line 'a b' for each link, or a Graphviz graph.</summary>
    public void WriteLinks(TextWriter output, bool dot)
    {
        if (!dot)
        {
            foreach (PlanEdge edge in _edges)
            {
                output.Write($"{links.Names[edge.A]} {links.Names[edge.B]}\n");
            }

            return;
        }

        output.Write("graph floodd {\n");
        foreach (string name in links.Names)
        {
            output.Write($"  {Quoted(name)};\n");
        }

        foreach (PlanEdge edge in _edges)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"  {Quoted(links.Names[edge.A])} -- {Quoted(links.Names[edge.B])} [label=\"{links.RoundTrips[edge.A, edge.B]:0.###} ms\"];\n"));
        }

        output.Write("}\n");
    }

    /// <summary>How good the plan is, and what it took.</summary>
    public void WriteTable(TextWriter error, TimeSpan taken)
    {
        PlanScore score = plan.IsWorthwhile ? plan.Score : plan.PreviousScore!;
        int[] degrees = new int[problem.Count];
        foreach (PlanEdge edge in _edges)
        {
            degrees[edge.A]++;
            degrees[edge.B]++;
        }

        int wanted = Math.Min(problem.Connectivity, problem.Count - 1);
        Line("sites", $"{problem.Count}, {_edges.Length} links");
        Line("cost", $"{score.Cost:0.0} ms, {score.CostRatio:0.000} of the bound for k = {wanted}");
        Line("flood time", $"{score.FloodMilliseconds:0.0} ms, {score.FloodRatio:0.000} of the bound");
        Line("delay", $"{score.DelayMilliseconds:0.0} ms, {score.DelayRatio:0.000} of the bound");
        Line("J", $"{score.J:0.0000}");
        Line("degrees", $"{degrees.Min()} to {degrees.Max()}, mean {degrees.Average():0.00}");
        Line("connectivity", plan.ProvenConnectivity == wanted
            ? $"{plan.ProvenConnectivity}, proven"
            : (FormattableString)$"{plan.ProvenConnectivity}, proven; {wanted} cannot be had from these pairs with {problem.MaxDegree} links at a site");
        Line("time taken", $"{taken.TotalSeconds:0.00} s, {plan.Proposals} changes tried, seed {problem.Seed}");
        if (plan.PreviousScore is { } before)
        {
            Line("previous", $"J {before.J:0.0000}; {plan.Added.Length} links added, {plan.Removed.Length} removed, {100.0 * plan.Added.Length / Math.Max(1, plan.Edges.Length):0.0} % changed, J {plan.Score.J:0.0000}");
            Line("links changed", plan.IsWorthwhile ? $"{plan.Added.Length + plan.Removed.Length}" : (FormattableString)$"0: the gain is below 3 %, the previous links stay");
        }

        foreach (double dead in (double[])[0.10, 0.33])
        {
            Survival survival = Survival.Of(problem.Count, _edges, dead, Trials, problem.Seed);
            Line("survival", $"{100 * dead:0} % dead: connected in {100 * survival.Connected:0.0} % of {Trials} trials, {100 * survival.LargestPart:0.0} % of the survivors in the largest part");
        }

        void Line(string name, FormattableString text) => error.WriteLine($"{name,-14}{text.ToString(CultureInfo.InvariantCulture)}");
    }

    private static string Quoted(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

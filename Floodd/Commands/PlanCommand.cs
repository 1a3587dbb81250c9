// The command `floodd plan`: a topology from a file of measurements. Links and nothing else go to standard output; talks to no daemon.
using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Floodd.Planning;

namespace Floodd.Commands;

internal static class PlanCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Measurements: from,to,rtt_ms,bandwidth_mbps with such a header; - is standard input. Pairs that it does not list are not linked." };
        var connectivity = new Option<int>("--connectivity", "-k")
        {
            Description = "Fewer than N sites lost must not part the rest.",
            HelpName = "N",
            DefaultValueFactory = _ => 3,
        };
        var maxDegree = new Option<int>("--max-degree") { Description = "The most links of one site.", HelpName = "D", DefaultValueFactory = _ => 8 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds give equal plans.", HelpName = "S", DefaultValueFactory = _ => 0 };
        var dot = new Option<bool>("--dot") { Description = "Write a Graphviz graph instead of lines." };
        var previous = new Option<string?>("--previous") { Description = "The links in force, a line 'a b' for each: few are changed, and none for a gain below 3 %.", HelpName = "EDGES" };
        var effort = new Option<double>("--effort") { Description = "How many times the default work to spend.", HelpName = "X", DefaultValueFactory = _ => 1 };
        var sites = new Option<string?>("--sites") { Description = "A file with a column 'name': the sites, also those that nothing was measured of.", HelpName = "FILE" };
        var plan = new Command("plan", "Computes a topology from measurements, as a master does.") { file, connectivity, maxDegree, seed, dot, previous, effort, sites };
        plan.SetAction((result, cancellation) => Task.FromResult(Run(
            new PlanRequest(
                result.GetValue(file)!,
                result.GetValue(sites),
                result.GetValue(previous),
                result.GetValue(connectivity),
                result.GetValue(maxDegree),
                result.GetValue(seed),
                result.GetValue(effort),
                result.GetValue(dot)),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellation)));
        return plan;
    }

    private static int Run(PlanRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        try
        {
            request.Check();
            LinksFile links = LinksFile.Read(request.File, request.Sites);
            ImmutableArray<PlanEdge> previous = request.Previous is { } edges ? links.ReadEdges(edges) : [];
            var problem = new PlanProblem
            {
                Count = links.Names.Length,
                Connectivity = request.Connectivity,
                MaxDegree = request.MaxDegree,
                RoundTrips = links.RoundTrips,
                Bandwidths = links.Bandwidths,
                Previous = previous,
                Seed = request.Seed,
                Effort = Effort.For(links.Names.Length, request.Effort),
            };
            long begun = Stopwatch.GetTimestamp();
            Planning.Plan plan = Planner.Plan(problem, () => cancellation.IsCancellationRequested);
            TimeSpan taken = Stopwatch.GetElapsedTime(begun);
            if (cancellation.IsCancellationRequested)
            {
                return Fail(error, "interrupted", ExitCode.TryAgain);
            }

            var report = new PlanReport(links, problem, plan);
            report.WriteLinks(output, request.Dot);
            report.WriteTable(error, taken);
            return ExitCode.Done;
        }
        catch (FormatException e)
        {
            return Fail(error, e.Message, ExitCode.Usage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(error, e.Message, ExitCode.InputOutput);
        }
    }

    private static int Fail(TextWriter error, string text, int code)
    {
        error.WriteLine($"floodd: {text.ReplaceLineEndings(" ")}");
        return code;
    }
}

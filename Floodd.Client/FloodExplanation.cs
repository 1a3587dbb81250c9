// Why a topology links two members, or does not, as `why` lists it. A value.
using System.Collections.Immutable;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>What the link between two members does for the topology in force, or would do.</summary>
/// <param name="A">One member.</param>
/// <param name="B">The other.</param>
/// <param name="Group">The group.</param>
/// <param name="Edition">The topology's number.</param>
/// <param name="IsPlanned">Whether the topology links them.</param>
/// <param name="IsUsable">Whether a link between them may be planned: it could be made when it was last tried.</param>
/// <param name="Estimate">What is believed of the way between them.</param>
/// <param name="DirectMilliseconds">How long an update takes over the link itself; infinite if never.</param>
/// <param name="WayRound">The fastest way without the link, both ends included; empty if there is none.</param>
/// <param name="WayRoundMilliseconds">How long an update takes there; infinite if never.</param>
/// <param name="With">The topology with the link; null if it cannot have it.</param>
/// <param name="Without">The topology without it.</param>
/// <param name="ConnectivityWithout">How many sites must fail to part the others without it.</param>
/// <param name="Warning">What the group would lose without it; null if nothing that it asks for.</param>
public sealed record FloodExplanation(
    string A,
    string B,
    string Group,
    long Edition,
    bool IsPlanned,
    bool IsUsable,
    FloodEstimate? Estimate,
    double DirectMilliseconds,
    ImmutableArray<string> WayRound,
    double WayRoundMilliseconds,
    FloodPlanScore? With,
    FloodPlanScore? Without,
    int ConnectivityWithout,
    string? Warning)
{
    internal static FloodExplanation From(List<ListingLine> lines)
    {
        ListingLine head = Find("why") is { Words.Count: >= 2 } found ? found : throw FlooddException.Misunderstood("why");
        ListingLine? around = Find("way-round");
        ListingLine? without = Find("without");
        return new FloodExplanation(
            head.Words[0],
            head.Words[1],
            head["group-name"] ?? "",
            (long)(head.Number("edition") ?? 0),
            head.Says("planned"),
            head.Says("usable"),
            Find("estimate") is { Words.Count: >= 2 } estimate ? FloodEstimate.Of(estimate) : null,
            Find("direct")?.Number("delay-ms") ?? double.PositiveInfinity,
            [.. around?.Words ?? []],
            around?.Number("delay-ms") ?? double.PositiveInfinity,
            FloodPlanScore.From(Find("with")),
            FloodPlanScore.From(without),
            without?.Whole("connectivity") ?? 0,
            Find("without-it") is { } lost ? string.Join(' ', lost.Words) : null);

        ListingLine? Find(string name) => lines.Find(line => line.Name == name);
    }
}

/// <summary>How good a topology is; times are infinite where something never arrives.</summary>
/// <param name="LinkCount">How many links it has.</param>
/// <param name="CostMilliseconds">The round trips of all links, and what 64 KiB take over each where the bandwidth is known.</param>
/// <param name="FloodMilliseconds">The time until an update is everywhere, the mean over sources.</param>
/// <param name="DelayMilliseconds">The time from one member to another, the mean over pairs.</param>
/// <param name="Score">What the planner minimizes; no unit.</param>
public sealed record FloodPlanScore(int LinkCount, double CostMilliseconds, double FloodMilliseconds, double DelayMilliseconds, double Score)
{
    // (:with (:links 12) (:cost-ms 310.200) (:flood-ms 40.100) (:delay-ms 22.400) (:score 2.114))
    internal static FloodPlanScore? From(ListingLine? line) => line is null
        ? null
        : new FloodPlanScore(line.Whole("links"), OrNever(line, "cost-ms"), OrNever(line, "flood-ms"), OrNever(line, "delay-ms"), OrNever(line, "score"));

    private static double OrNever(ListingLine line, string field) => line.Number(field) ?? double.PositiveInfinity;
}

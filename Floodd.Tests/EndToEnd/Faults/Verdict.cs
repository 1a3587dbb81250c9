// What a fault campaign finds: which floods were due where, and which exports were too few, too many or wrong. A function of what was noted; waits for nothing.
namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>
/// The contract, counted. A flood is due at all judged sites if it got a receipt in a life that was not killed,
/// or if anybody exported it in a life that outlived its origin's. What died with its origin, or with all that had it at once, is counted apart.
/// </summary>
/// <param name="Receipts">Floods with a receipt.</param>
/// <param name="Deliveries">Pairs of flood and judged site that were due and exported.</param>
/// <param name="Lost">Pairs that were due and not exported.</param>
/// <param name="Repeated">Exports too many: in the same life, or after a life that was not killed.</param>
/// <param name="RepeatedAfterKill">Exports in the life after one that was killed, which had perhaps not reported them.</param>
/// <param name="Died">Floods with a receipt of a killed life that nobody else has.</param>
/// <param name="Wrong">Exports of what was refused, under another id than the receipt's, or of bytes that nobody flooded.</param>
internal sealed record Verdict(
    int Receipts, long Deliveries, IReadOnlyList<string> Lost, IReadOnlyList<string> Repeated, int RepeatedAfterKill, int Died, IReadOnlyList<string> Wrong)
{
    /// <summary>Whether nothing is lost, repeated or wrong.</summary>
    public bool IsClean => Lost.Count == 0 && Repeated.Count == 0 && Wrong.Count == 0;

    /// <summary>Judges.</summary>
    /// <param name="floods">What was flooded.</param>
    /// <param name="exports">What was exported, where and in which life; those of other floods are left out.</param>
    /// <param name="judged">The sites that must have everything.</param>
    /// <param name="killed">The lives that ended by SIGKILL, with a number that is greater the later that was, and equal for those killed at once.</param>
    /// <param name="wrong">What was found wrong with the bytes.</param>
    public static Verdict Of(
        IReadOnlyList<Flood> floods, IReadOnlyList<Exported> exports, IReadOnlyList<int> judged, IReadOnlyDictionary<(int Site, int Life), int> killed, IReadOnlyList<string> wrong)
    {
        ILookup<int, Exported> byFlood = exports.ToLookup(export => export.Number);
        var lost = new List<string>();
        var repeated = new List<string>();
        var misfits = new List<string>(wrong);
        long deliveries = 0;
        int afterKill = 0;
        int died = 0;
        foreach (Flood flood in floods)
        {
            Exported[] its = [.. byFlood[flood.Number]];
            misfits.AddRange(its.Where(export => !Fits(flood, export)).Select(export => $"{Name(flood)} as {export.Id} at {export.Site + 1}"));
            foreach (IGrouping<int, Exported> atSite in its.GroupBy(export => export.Site))
            {
                int excused = atSite.Select(export => export.Life).Distinct().Count(life => killed.ContainsKey((atSite.Key, life)) && atSite.Any(later => later.Life > life));
                afterKill += excused;
                if (atSite.Count() > 1 + excused)
                {
                    repeated.Add($"{Name(flood)} at {atSite.Key + 1}, lives {string.Join(' ', atSite.Select(export => export.Life))}");
                }
            }

            if (!IsDue(flood, its.Select(export => (export.Site, export.Life)), killed))
            {
                died += flood.Fate == FloodFate.Accepted ? 1 : 0;
                continue;
            }

            foreach (int site in judged)
            {
                if (its.Any(export => export.Site == site))
                {
                    deliveries++;
                }
                else
                {
                    lost.Add($"{Name(flood)} at {site + 1}");
                }
            }
        }

        return new Verdict(floods.Count(flood => flood.Fate == FloodFate.Accepted), deliveries, lost, repeated, afterKill, died, misfits);
    }

    /// <summary>Whether every judged site must export a flood, after these have.</summary>
    public static bool IsDue(Flood flood, IEnumerable<(int Site, int Life)> exportedBy, IReadOnlyDictionary<(int Site, int Life), int> killed) =>
        killed.TryGetValue((flood.Origin, flood.Life), out int end)
            ? exportedBy.Any(life => !killed.TryGetValue(life, out int later) || later > end)
            : flood.Fate == FloodFate.Accepted || exportedBy.Any();

    /// <summary>What is wrong, at most five of each.</summary>
    public override string ToString() =>
        IsClean ? "clean" : $"lost: {Some(Lost)}; repeated: {Some(Repeated)}; wrong: {Some(Wrong)}";

    private static string Some(IReadOnlyList<string> found) => found.Count == 0 ? "none" : $"{found.Count}, such as {string.Join(", ", found.Take(5))}";

    private static bool Fits(Flood flood, Exported export) =>
        flood.Fate != FloodFate.Refused && (flood.Id is not { } id || id == export.Id);

    private static string Name(Flood flood) => $"{flood.Number} ({flood.Id ?? "no receipt"}, flooded at {flood.Origin + 1} in life {flood.Life})";
}

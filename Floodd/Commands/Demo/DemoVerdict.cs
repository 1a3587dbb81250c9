// Compares what was flooded with what a site exported. Forgives nothing: what is missing, altered, repeated, unheard of or out of order is told.
using System.Collections.Immutable;
using Floodd.Client;

namespace Floodd.Commands.Demo;

/// <summary>Whether the demo came true.</summary>
internal static class DemoVerdict
{
    /// <summary>What is wrong at one site; nothing if it exported every update once, byte for byte, and each origin's in the order in which that accepted them.</summary>
    /// <param name="site">Its name.</param>
    /// <param name="flooded">All that was flooded at all sites.</param>
    /// <param name="exported">What the site exported, in its order.</param>
    /// <param name="alone">Whether nobody else floods.</param>
    public static ImmutableArray<string> Of(string site, IReadOnlyCollection<ExportedUpdate> flooded, IReadOnlyList<ExportedUpdate> exported, bool alone)
    {
        var wrong = ImmutableArray.CreateBuilder<string>();
        Dictionary<FloodId, ExportedUpdate> known = flooded.ToDictionary(u => u.Id);
        HashSet<FloodId> seen = [];
        List<FloodId> repeated = [];
        List<FloodId> late = [];
        Dictionary<(string Origin, ulong Incarnation), long> last = [];
        foreach (ExportedUpdate update in exported)
        {
            if (!seen.Add(update.Id))
            {
                repeated.Add(update.Id);
                continue;
            }

            if (last.TryGetValue((update.Id.Origin, update.Id.Incarnation), out long before) && update.Id.Sequence < before)
            {
                late.Add(update.Id);
            }

            last[(update.Id.Origin, update.Id.Incarnation)] = Math.Max(before, update.Id.Sequence);
        }

        Tell("did not export", flooded.Select(u => u.Id).Where(id => !seen.Contains(id)));
        Tell("altered", exported.Where(u => known.TryGetValue(u.Id, out ExportedUpdate sent) && sent != u).Select(u => u.Id));
        Tell("exported again", repeated);
        Tell("exported out of order", late);
        if (alone)
        {
            Tell("exported, though nobody flooded,", seen.Where(id => !known.ContainsKey(id)));
        }

        return wrong.ToImmutable();

        void Tell(string what, IEnumerable<FloodId> ids)
        {
            FloodId[] all = [.. ids];
            if (all.Length > 0)
            {
                string first = string.Join(", ", all.Order(Comparer<FloodId>.Create(Compare)).Take(3));
                wrong.Add($"{site} {what} {all.Length} of {flooded.Count} updates: {first}{(all.Length > 3 ? ", ..." : "")}");
            }
        }
    }

    private static int Compare(FloodId a, FloodId b) =>
        string.CompareOrdinal(a.Origin, b.Origin) is not 0 and int byOrigin ? byOrigin
        : (a.Incarnation, a.Sequence).CompareTo((b.Incarnation, b.Sequence));
}

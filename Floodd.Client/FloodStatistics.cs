// A site's counters and gauges as `stats` lists them. Values; which there are is for the daemon to say.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>What a site counts. Names and meanings stand in the document of the client port, under "Statistics".</summary>
/// <param name="Values">Counters and gauges by name, for example <c>updates-accepted</c>, in the order of the reply.</param>
/// <param name="SetAside">The last of the updates that the export command refused and that are kept, oldest first; <see cref="FlooddClient.GetExportsAsync"/> tells all.</param>
public sealed record FloodStatistics(IReadOnlyDictionary<string, long> Values, ImmutableArray<FloodSetAside> SetAside)
{
    /// <summary>A counter or gauge; 0 if the daemon does not know it.</summary>
    /// <param name="name">For example <c>store-bytes</c>.</param>
    public long this[string name] => Values.GetValueOrDefault(name);

    // (:name value) | (:set-aside (:group-name g) (:first ID) (:last ID) (:count n) (:reason "text"))
    internal static FloodStatistics From(List<ListingLine> lines)
    {
        var values = new OrderedDictionary<string, long>(StringComparer.Ordinal);
        foreach (ListingLine line in lines)
        {
            if (line.Words.Count == 1 && long.TryParse(line.Words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                values[line.Name] = value;
            }
        }

        return new FloodStatistics(
            values,
            [.. lines.Where(line => line.Name == "set-aside").Select(FloodSetAside.From).OfType<FloodSetAside>()]);
    }
}

/// <summary>Updates that the export command of a site refused for good.</summary>
/// <param name="Group">Their group.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Reason">How the command ended.</param>
public sealed record FloodSetAside(string Group, FloodId First, FloodId Last, long Count, string Reason)
{
    internal static FloodSetAside? From(ListingLine line) =>
        FloodId.TryParse(line["first"], out FloodId first) && FloodId.TryParse(line["last"], out FloodId last)
            ? new FloodSetAside(line["group-name"] ?? "", first, last, (long)(line.Number("count") ?? 0), line["reason"] ?? "")
            : null;
}

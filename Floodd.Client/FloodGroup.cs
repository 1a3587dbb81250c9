// A group as `groups` lists it. A value.
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <summary>A group that the site is a member of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MasterSite">The site that plans its topology, if known.</param>
/// <param name="SiteCount">How many members it has.</param>
/// <param name="Edition">The number of the topology in force; 0 for none.</param>
public sealed record FloodGroup(string Name, string? MasterSite, int SiteCount, long Edition)
{
    internal static FloodGroup From(ListingLine line) =>
        new(line["group-name"] ?? "", line["master-site"], line.Whole("sites"), (long)(line.Number("edition") ?? 0));
}

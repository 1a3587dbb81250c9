// A whole, checked configuration, as the daemon uses it.
using System.Collections.Immutable;
using Floodd.Model;

namespace Floodd.Config;

/// <summary>Everything that the configuration files say, checked, for the site that reads it.</summary>
/// <param name="Self">The site that this daemon is.</param>
/// <param name="Sites">All sites defined, <paramref name="Self"/> included, in name order.</param>
/// <param name="Groups">All groups defined, in name order: those that list <paramref name="Self"/> and those that it asks to be let into. The master is among a group's sites.</param>
/// <param name="Local">What holds for this site alone.</param>
public sealed record Configuration(
    SiteName Self,
    ImmutableSortedDictionary<SiteName, SiteDefinition> Sites,
    ImmutableSortedDictionary<GroupName, GroupDefinition> Groups,
    LocalDefinition Local)
{
    /// <summary>This site's own definition.</summary>
    public SiteDefinition SelfDefinition => Sites[Self];
}

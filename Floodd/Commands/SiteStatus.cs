// What a daemon said of itself when it was asked for its status. Values; says nothing about how they are shown.
using System.Collections.Immutable;
using Floodd.Client;

namespace Floodd.Commands;

/// <summary>A group and its members.</summary>
internal sealed record GroupStatus(FloodGroup Group, ImmutableArray<FloodMember> Members);

/// <summary>A site's status.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="Groups">Its groups.</param>
/// <param name="Statistics">Its counters.</param>
internal sealed record SiteStatus(FlooddEndpoint Endpoint, ImmutableArray<GroupStatus> Groups, FloodStatistics Statistics)
{
    /// <summary>The site's name; null while it has no group.</summary>
    public string? Site => Groups.SelectMany(g => g.Members).FirstOrDefault(m => m.State == FloodMemberState.Self)?.SiteName;
}

// All that only asks, and what steers a daemon: each request of the client port as a method.
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <content>Asking.</content>
public sealed partial class FlooddClient
{
    /// <summary>The groups that the site is a member of.</summary>
    public async Task<ImmutableArray<FloodGroup>> GetGroupsAsync(CancellationToken cancellation = default) =>
        [.. (await ListAsync("groups", cancellation).ConfigureAwait(false)).Where(line => line.Name == "group").Select(FloodGroup.From)];

    /// <summary>The members of a group.</summary>
    public async Task<ImmutableArray<FloodMember>> GetMembersAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("members" + Word(group), cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodMember.From)];

    /// <summary>The topology in force.</summary>
    public async Task<FloodTopology> GetTopologyAsync(string? group, CancellationToken cancellation = default) =>
        FloodTopology.From(group, await ListAsync("topology" + Word(group), cancellation).ConfigureAwait(false));

    /// <summary>What is believed of the ways between members.</summary>
    public async Task<ImmutableArray<FloodEstimate>> GetEstimatesAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("estimates" + Word(group), cancellation).ConfigureAwait(false))
            .Where(line => line is { Name: "estimate", Words.Count: >= 2 }).Select(FloodEstimate.Of)];

    /// <summary>The site's counters and gauges by name, in the order of the reply.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetStatisticsAsync(CancellationToken cancellation = default)
    {
        var all = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (ListingLine line in await ListAsync("stats", cancellation).ConfigureAwait(false))
        {
            all[line.Name] = string.Join(' ', line.Words);
        }

        return all;
    }

    /// <summary>How far an update has come, member by member.</summary>
    public async Task<ImmutableArray<FloodDelivery>> WhereAsync(FloodId id, CancellationToken cancellation = default) =>
        [.. (await ListAsync($"where {id}", cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodDelivery.From)];

    /// <summary>Waits until members have exported an update, over a connection of its own, so that it holds up no other request.</summary>
    /// <param name="id">The update.</param>
    /// <param name="count">How many members, or null for all.</param>
    /// <param name="timeout">How long, up to one hour; null leaves it to the daemon (60 s).</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How far it came.</returns>
    public async Task<FloodDeliveryProgress> WaitForDeliveryAsync(
        FloodId id, int? count = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count ?? 0, nameof(count));
        double seconds = timeout?.TotalSeconds ?? RequestLine.WaitSecondsDefault;
        ArgumentOutOfRangeException.ThrowIfNotEqual(seconds is >= 0 and <= RequestLine.WaitSecondsMax, true, nameof(timeout));
        using Connection connection = await Connection.OpenAsync(options, 0, cancellation).ConfigureAwait(false);
        string many = count is { } n ? n.ToString(CultureInfo.InvariantCulture) : "all";
        string line = string.Create(CultureInfo.InvariantCulture, $"wait {id} {many} {seconds:0.###}");
        return FloodDeliveryProgress.From(await connection.AskAsync(line, cancellation).ConfigureAwait(false));
    }

    /// <summary>The member that answers this client soonest: candidates by the site's estimates, then pinged at once. Remembered for a while.</summary>
    public async Task<FloodNearest> NearestAsync(string? group, CancellationToken cancellation = default)
    {
        string line = "nearest" + Word(group);
        return nearest.Known(group) ?? await nearest.FindAsync(
            group,
            (await ListAsync(line, cancellation).ConfigureAwait(false)).Where(l => l.Name == "member").Select(FloodMember.From),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks for a sign of life.</summary>
    /// <returns>How long it took to come.</returns>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellation = default)
    {
        long asked = Stopwatch.GetTimestamp();
        await AskAsync("ping", default, repeatable: true, cancellation).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(asked);
    }

    /// <summary>Has the group's master compute a topology now.</summary>
    public Task ReplanAsync(string? group, CancellationToken cancellation = default) =>
        AskAsync("replan" + Word(group), default, repeatable: true, cancellation);

    /// <summary>The text of a configuration that a new site can start from.</summary>
    public async Task<string> GetConfigurationAsync(string? group, CancellationToken cancellation = default)
    {
        Reply reply = await AskAsync("configuration" + Word(group), default, repeatable: true, cancellation).ConfigureAwait(false);
        return string.Concat(reply.Lines.Select(line => line + "\n"));
    }

    /// <summary>Ends the daemon, if it allows that from here.</summary>
    public Task ShutdownAsync(CancellationToken cancellation = default) => AskAsync("shutdown", default, repeatable: false, cancellation);

    private async Task<List<ListingLine>> ListAsync(string line, CancellationToken cancellation) =>
        (await AskAsync(line, default, repeatable: true, cancellation).ConfigureAwait(false)).Listing();
}

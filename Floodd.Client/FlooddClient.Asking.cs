// All that only asks, and what steers a daemon: each request of the client port as a method.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Client.Connections;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <content>Asking.</content>
public sealed partial class FlooddClient
{
    /// <summary>The groups that the site is a member of.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Them; empty if there are none.</returns>
    public async Task<ImmutableArray<FloodGroup>> GetGroupsAsync(CancellationToken cancellation = default) =>
        [.. (await ListAsync("groups", cancellation).ConfigureAwait(false)).Where(line => line.Name == "group").Select(FloodGroup.From)];

    /// <summary>The members of a group.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>All that the site knows of, in whatever state, itself too.</returns>
    public async Task<ImmutableArray<FloodMember>> GetMembersAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("members" + Word(group), cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodMember.From)];

    /// <summary>The topology in force.</summary>
    /// <param name="group">The group; null for the daemon's only one. One called <c>dot</c> can be asked for by null alone.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Before the first topology: edition 0, and the links that are up.</returns>
    public async Task<FloodTopology> GetTopologyAsync(string? group, CancellationToken cancellation = default) =>
        FloodTopology.From(group, await ListAsync("topology" + Word(group), cancellation).ConfigureAwait(false));

    /// <summary>The topology in force as a Graphviz graph.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Its text; each line ends in LF.</returns>
    public async Task<string> GetTopologyGraphAsync(string? group, CancellationToken cancellation = default) =>
        TextOf(await AskAsync($"topology{Word(group)} dot", default, repeatable: true, cancellation).ConfigureAwait(false));

    /// <summary>What is believed of the ways between members.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What members have measured; in a group of at most 100 also a guess for each pair of which nobody has measured anything.</returns>
    public async Task<ImmutableArray<FloodEstimate>> GetEstimatesAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("estimates" + Word(group), cancellation).ConfigureAwait(false))
            .Where(line => line is { Name: "estimate", Words.Count: >= 2 }).Select(FloodEstimate.Of)];

    /// <summary>Why the topology in force links two members, or does not.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="a">One member.</param>
    /// <param name="b">Another.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The reasons.</returns>
    /// <exception cref="FlooddException">550: there is no topology yet, it does not have both, or they are one.</exception>
    public async Task<FloodExplanation> ExplainAsync(string? group, string a, string b, CancellationToken cancellation = default) =>
        FloodExplanation.From(await ListAsync($"why{Word(group)} {Name(a, nameof(a))} {Name(b, nameof(b))}", cancellation).ConfigureAwait(false));

    /// <summary>The site's counters and gauges.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Their values now; counters begin at 0 with the daemon.</returns>
    public async Task<FloodStatistics> GetStatisticsAsync(CancellationToken cancellation = default) =>
        FloodStatistics.From(await ListAsync("stats", cancellation).ConfigureAwait(false));

    /// <summary>How far an update has come, member by member.</summary>
    /// <param name="id">The update.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>All members of its group, as far as the site has heard.</returns>
    /// <exception cref="FlooddException">550: the site knows no such update.</exception>
    public async Task<ImmutableArray<FloodDelivery>> WhereAsync(FloodId id, CancellationToken cancellation = default) =>
        [.. (await ListAsync($"where {Word(id)}", cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodDelivery.From)];

    /// <summary>
    /// Waits until members have exported an update, over a connection of its own, so that it holds up no other request. It leads to the daemon that the client
    /// talks to; when it is lost, the rest of the time is waited elsewhere. A site that does not know the update is asked again for as long as
    /// <see cref="FlooddClientOptions.ConnectTimeout"/>, as the update may still be on its way there, unless it is the site that gave the receipt.
    /// </summary>
    /// <param name="id">The update.</param>
    /// <param name="count">How many members, 0 to 999,999,999; null for all that the group has when it is asked. More than there are never export it.</param>
    /// <param name="timeout">How long, 0 to 1 h; null for 60 s.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How far it came, in time or not.</returns>
    /// <exception cref="FlooddException">
    /// 550: no such update. 0 or 421: nobody could be asked, or answered, by the end of the time; <see cref="FlooddClientOptions.ReconnectTimeout"/> does not
    /// count here.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="id"/> has an origin that is no name of a site or a number below 1, or <paramref name="count"/> or <paramref name="timeout"/> is out of
    /// its range.
    /// </exception>
    public async Task<FloodDeliveryProgress> WaitForDeliveryAsync(
        FloodId id, int? count = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count ?? 0, nameof(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count ?? 0, RequestLine.CountMax, nameof(count));
        _ = Word(id); // Goes into a line to the daemon.
        double seconds = timeout?.TotalSeconds ?? RequestLine.WaitSecondsDefault;
        ArgumentOutOfRangeException.ThrowIfNotEqual(seconds is >= 0 and <= RequestLine.WaitSecondsMax, true, nameof(timeout));
        ObjectDisposedException.ThrowIf(_ended.IsCancellationRequested, this);
        string many = count is { } n ? n.ToString(CultureInfo.InvariantCulture) : "all";
        return await new DeliveryWait(_options, _ring, id, many, TimeSpan.FromSeconds(seconds), _log).RunAsync(_ended.Token, cancellation).ConfigureAwait(false);
    }

    /// <summary>The members by their estimated distance from this client, nearest first: a hint, made without asking them.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Those that are up and of which the site knows where they are, itself too; last those of whose way nothing is known.</returns>
    public async Task<ImmutableArray<FloodCandidate>> GetCandidatesAsync(string? group, CancellationToken cancellation = default) =>
        [.. (await ListAsync("nearest" + Word(group), cancellation).ConfigureAwait(false)).Where(line => line.Name == "member").Select(FloodCandidate.From)];

    /// <summary>
    /// The member that answers this client soonest: the first <see cref="FlooddClientOptions.NearestCandidates"/> of <see cref="GetCandidatesAsync"/> are pinged
    /// at once. Remembered for <see cref="FlooddClientOptions.NearestLifetime"/>; nobody is asked then.
    /// </summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The first to answer.</returns>
    /// <exception cref="FlooddException">
    /// 0: none of them answers; each has <see cref="FlooddClientOptions.ConnectTimeout"/> for its greeting and as long for the ping.
    /// </exception>
    public async Task<FloodNearest> NearestAsync(string? group, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_ended.IsCancellationRequested, this);
        cancellation.ThrowIfCancellationRequested();
        return _nearest.Known(group) ?? await _nearest.FindAsync(
            group,
            (await GetCandidatesAsync(group, cancellation).ConfigureAwait(false)).Select(candidate => candidate.Member),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks for a sign of life.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long it took to come: the wait for a connection and for the replies to earlier requests counts, too.</returns>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellation = default)
    {
        long asked = _options.TimeProvider.GetTimestamp();
        await AskAsync("ping", default, repeatable: true, cancellation).ConfigureAwait(false);
        return _options.TimeProvider.GetElapsedTime(asked);
    }

    /// <summary>Has the group's master compute a topology now; returns before it has.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">502: not allowed from this client's address.</exception>
    public Task ReplanAsync(string? group, CancellationToken cancellation = default) =>
        AskAsync("replan" + Word(group), default, repeatable: true, cancellation);

    /// <summary>The text of a configuration that a new site can start from.</summary>
    /// <param name="group">The group; null for the daemon's only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The text; each line ends in LF.</returns>
    public async Task<string> GetConfigurationAsync(string? group, CancellationToken cancellation = default) =>
        TextOf(await AskAsync("configuration" + Word(group), default, repeatable: true, cancellation).ConfigureAwait(false));

    /// <summary>The daemon's own words on its commands, or on one of them: the form, then what it does.</summary>
    /// <param name="command">For example <c>flood</c>; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The text, a line for each command; each ends in LF.</returns>
    /// <exception cref="FlooddException">500: there is no such command.</exception>
    public async Task<string> GetHelpAsync(string? command = null, CancellationToken cancellation = default) =>
        TextOf(await AskAsync(command is null ? "help" : $"help {Name(command, nameof(command))}", default, repeatable: true, cancellation).ConfigureAwait(false));

    /// <summary>Ends the daemon, if it allows that from here. The client lives on, and connects to whoever greets.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FlooddException">502: not allowed from this client's address.</exception>
    public Task ShutdownAsync(CancellationToken cancellation = default) => AskAsync("shutdown", default, repeatable: false, cancellation);

    private static string TextOf(Reply reply) => string.Concat(reply.Lines.Select(line => line + "\n"));

    /// <summary>What a question of somebody's is answered that must not wait for what others have asked: on a connection of its own.</summary>
    internal async Task<T> AskApartAsync<T>(Func<Connection, Task<T>> ask, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_ended.IsCancellationRequested, this);
        using Connection connection = await Connection.OpenAsync(_options, _ring.CurrentIndex, cancellation).ConfigureAwait(false);
        return await ask(connection).ConfigureAwait(false);
    }

    private async Task<List<ListingLine>> ListAsync(string line, CancellationToken cancellation) =>
        (await AskAsync(line, default, repeatable: true, cancellation).ConfigureAwait(false)).Listing();
}

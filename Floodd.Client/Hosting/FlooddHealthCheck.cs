// Says whether the daemon answers and the group is as many as it should be. Changes nothing, remembers nothing.
using System.Collections.Immutable;
using Floodd.Client.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Floodd.Client.Hosting;

/// <summary>What a <see cref="FlooddHealthCheck"/> looks at.</summary>
public sealed record FlooddHealthCheckOptions
{
    /// <summary>The group whose members are counted; null, the default, for the daemon's only one.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// How many members must be up, the daemon's own site included, those that are behind not; null, the default, to leave the group alone. Any are enough for
    /// 0 and below.
    /// </summary>
    public int? MembersUpMin { get; init; }

    /// <summary>
    /// How long the daemon may take to greet and answer: 0, which is too short for any, to 4,294,967,294 ms (49.7 days), in whole milliseconds, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>; <see cref="FlooddClientOptions.ConnectTimeout"/> limits the greeting all the same. With another
    /// value every check throws an <see cref="ArgumentOutOfRangeException"/>. Default: 2 s.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>
/// A health check: <c>services.AddHealthChecks().AddCheck&lt;FlooddHealthCheck&gt;("floodd")</c>. Healthy if the daemon answers a ping in time and enough members
/// are up; degraded if too few are: what is flooded waits for them; else what the registration says, unhealthy if it says nothing.
/// Data: <c>endpoint</c>, <c>state</c>, <c>site</c> (empty before the first greeting); if the daemon answered <c>round-trip-ms</c>, and if asked for
/// <c>members</c> and <c>members-up</c>.
/// </summary>
/// <param name="client">The client whose daemon is looked at.</param>
/// <param name="options">What to look at; the defaults if there is none in the container.</param>
public sealed class FlooddHealthCheck(FlooddClient client, FlooddHealthCheckOptions? options = null) : IHealthCheck
{
    private readonly FlooddHealthCheckOptions _options = options ?? new FlooddHealthCheckOptions();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// <see cref="FlooddHealthCheckOptions.Timeout"/> is out of its range, or <see cref="FlooddHealthCheckOptions.Group"/> is no name.
    /// </exception>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>();
        using var late = new CancellationTokenSource(_options.Timeout, client.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await client.AskApartAsync(connection => LookAsync(connection, data, limit.Token), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(context, $"no answer within {_options.Timeout.TotalSeconds:0.###} s", e, data);
        }
        catch (Exception e) when (e is FlooddException or ObjectDisposedException)
        {
            return Failed(context, e.Message, e, data);
        }
    }

    // Not where updates go: while the daemon holds a publisher back, what is asked behind it waits, and nothing is wrong.
    private async Task<HealthCheckResult> LookAsync(Connection connection, Dictionary<string, object> data, CancellationToken cancellation)
    {
        // Of the daemon that is asked: the client's own connection may not be there yet.
        (data["endpoint"], data["site"]) = (connection.Endpoint.ToString(), connection.SiteName);
        double roundTrip = (await connection.PingAsync(client.TimeProvider, cancellation).ConfigureAwait(false)).TotalMilliseconds;
        data["round-trip-ms"] = roundTrip;
        if (_options.MembersUpMin is not { } min)
        {
            return HealthCheckResult.Healthy($"answers in {roundTrip:0.###} ms", Standing(data));
        }

        Reply members = await connection.AskAsync("members" + FlooddClient.Word(_options.Group), cancellation).ConfigureAwait(false);
        return Counted([.. members.Listing().Where(line => line.Name == "member").Select(FloodMember.From)], min, data);
    }

    private HealthCheckResult Counted(ImmutableArray<FloodMember> members, int min, Dictionary<string, object> data)
    {
        int up = members.Count(member => member.State is FloodMemberState.Self or FloodMemberState.Up);
        data["members"] = members.Length;
        data["members-up"] = up;
        string text = $"{up} of {members.Length} members are up";
        return up >= min ? HealthCheckResult.Healthy(text, Standing(data)) : HealthCheckResult.Degraded($"{text}, {min} are asked for", data: Standing(data));
    }

    // A check that is called by hand has no registration.
    private HealthCheckResult Failed(HealthCheckContext? context, string text, Exception e, Dictionary<string, object> data) =>
        new(context?.Registration?.FailureStatus ?? HealthStatus.Unhealthy, text, e, Standing(data));

    private Dictionary<string, object> Standing(Dictionary<string, object> data)
    {
        data.TryAdd("endpoint", client.Endpoint.ToString());
        data.TryAdd("site", client.SiteName ?? "");
        data["state"] = client.State.ToString();
        return data;
    }
}

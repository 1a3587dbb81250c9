// Finds the member that answers first: by trying, not by believing. Never keeps a connection.
using System.Collections.Concurrent;

namespace Floodd.Client.Connections;

/// <summary>Finds the nearest member and remembers it for a while.</summary>
internal sealed class NearestFinder(FlooddClientOptions options)
{
    private readonly ConcurrentDictionary<string, (FloodNearest Nearest, long FoundAt)> _known = new(StringComparer.Ordinal);

    /// <summary>What was found before, if it is still good.</summary>
    public FloodNearest? Known(string? group) =>
        _known.TryGetValue(group ?? "", out (FloodNearest Nearest, long FoundAt) entry) && options.TimeProvider.GetElapsedTime(entry.FoundAt) < options.NearestLifetime
            ? entry.Nearest
            : null;

    /// <summary>Pings several candidates at once; the first to answer is the nearest, whatever the estimates say.</summary>
    /// <exception cref="FlooddException">None of them answers.</exception>
    public async Task<FloodNearest> FindAsync(string? group, IEnumerable<FloodMember> candidates, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        List<Task<FloodNearest>> tries =
            [.. candidates.Where(m => m.Endpoint is not null).Take(options.NearestCandidates).Select(m => TryAsync(m, end.Token))];
        FlooddException? last = null;
        try
        {
            await foreach (Task<FloodNearest> done in Task.WhenEach(tries).WithCancellation(cancellation).ConfigureAwait(false))
            {
                try
                {
                    FloodNearest nearest = await done.ConfigureAwait(false);
                    _known[group ?? ""] = (nearest, options.TimeProvider.GetTimestamp());
                    return nearest;
                }
                catch (FlooddException e)
                {
                    last = e;
                }
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(tries)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        throw FlooddException.Lost($"none of {tries.Count} candidates answers", last);
    }

    private async Task<FloodNearest> TryAsync(FloodMember member, CancellationToken cancellation)
    {
        FlooddEndpoint endpoint = member.Endpoint!.Value;
        using Connection connection = await Connection.OpenAsync(endpoint, options, cancellation).ConfigureAwait(false);
        using var late = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return new FloodNearest(member, endpoint, await connection.PingAsync(options.TimeProvider, limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw FlooddException.Lost($"{endpoint}: no answer within {options.ConnectTimeout.TotalSeconds:0.###} s", e);
        }
    }
}

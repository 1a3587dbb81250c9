// Clients of the library for tests in which connections break: quick to come back, patient otherwise. Starts nothing.
using System.Collections.Immutable;
using Floodd.Client;

namespace Floodd.Tests.EndToEnd;

/// <summary>Makes clients.</summary>
internal static class FaultyClient
{
    /// <summary>Waits of milliseconds, and limits that nobody meets.</summary>
    public static FlooddClientOptions Options(params ImmutableArray<FlooddEndpoint> endpoints) => new()
    {
        Endpoints = endpoints,
        ConnectTimeout = Eventually.Patience,
        ReconnectTimeout = Eventually.Patience,
        BackOffFirst = TimeSpan.FromMilliseconds(1),
        BackOffMax = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>A client of endpoints in order of preference.</summary>
    public static Task<FlooddClient> ConnectAsync(params ImmutableArray<FlooddEndpoint> endpoints) => FlooddClient.ConnectAsync(Options(endpoints));

    /// <summary>A client without anything in between.</summary>
    public static Task<FlooddClient> ConnectAsync(TestSite site) => ConnectAsync([new FlooddEndpoint("127.0.0.1", site.ClientPort)]);

    /// <summary>The first so many updates of a subscription; fails if they do not come.</summary>
    public static async Task<List<FloodUpdate>> ReadAsync(FlooddClient client, string group, int count)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var updates = new List<FloodUpdate>();
        await foreach (FloodUpdate update in client.SubscribeAsync(group, FloodPosition.Start, gap => throw new InvalidOperationException($"{gap}"), limit.Token))
        {
            updates.Add(update);
            if (updates.Count == count)
            {
                break;
            }
        }

        return updates;
    }
}

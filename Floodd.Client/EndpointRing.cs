// Whom to try next. Never connects.
using System.Collections.Immutable;

namespace Floodd.Client;

/// <summary>The endpoints of a client in a ring: after one was lost the next is first and it itself last.</summary>
internal sealed class EndpointRing
{
    private readonly FlooddEndpoint[] endpoints;
    private int start;

    /// <summary>Begins with the first; the order is shuffled first if <paramref name="randomize"/>.</summary>
    public EndpointRing(ImmutableArray<FlooddEndpoint> endpoints, bool randomize)
    {
        this.endpoints = [.. endpoints];
        if (randomize)
        {
            Random.Shared.Shuffle(this.endpoints);
        }

        Current = this.endpoints[0];
    }

    /// <summary>The one that was taken last.</summary>
    public FlooddEndpoint Current { get; private set; }

    /// <summary>One round, each once.</summary>
    public FlooddEndpoint[] Round() => [.. endpoints[start..], .. endpoints[..start]];

    /// <summary>The connection stands with this one: the next round begins behind it.</summary>
    public void Take(FlooddEndpoint endpoint)
    {
        start = (Array.IndexOf(endpoints, endpoint) + 1) % endpoints.Length;
        Current = endpoint;
    }
}

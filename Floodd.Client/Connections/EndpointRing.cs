// Whom to try next. Never connects.
using System.Collections.Immutable;

namespace Floodd.Client.Connections;

/// <summary>The endpoints of a client in a ring: after one was lost the next is first and it itself last.</summary>
internal sealed class EndpointRing
{
    private readonly FlooddEndpoint[] _endpoints;
    private volatile int _current;
    private int _start;

    /// <summary>Begins with the first, each once; the order is shuffled first if <paramref name="randomize"/>.</summary>
    public EndpointRing(ImmutableArray<FlooddEndpoint> endpoints, bool randomize)
    {
        _endpoints = [.. endpoints.Distinct()];
        if (randomize)
        {
            Random.Shared.Shuffle(_endpoints);
        }
    }

    /// <summary>The one that was taken last; in the beginning the first. May be read by other threads.</summary>
    public FlooddEndpoint Current => _endpoints[_current];

    /// <summary>Its place in the order, which is that of <see cref="FlooddClientOptions.Endpoints"/> once the client has begun.</summary>
    public int CurrentIndex => _current;

    /// <summary>One round, each once.</summary>
    public FlooddEndpoint[] Round() => [.. _endpoints[_start..], .. _endpoints[.._start]];

    /// <summary>The connection stands with this one: the next round begins behind it.</summary>
    public void Take(FlooddEndpoint endpoint)
    {
        _current = Array.IndexOf(_endpoints, endpoint);
        _start = (_current + 1) % _endpoints.Length;
    }
}

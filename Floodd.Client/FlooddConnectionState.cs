// How a client's connection stands, and what happens to it. Values only.
namespace Floodd.Client;

/// <summary>How a client's connection stands.</summary>
public enum FlooddConnectionState
{
    /// <summary>There is none yet, or none any more, and it is being made. Requests wait.</summary>
    Connecting,

    /// <summary>A daemon has greeted.</summary>
    Connected,

    /// <summary>What is at the other end is no floodd, or it cannot read us: nothing is tried any more. Every request fails with the reason.</summary>
    Failed,

    /// <summary>The client was disposed of.</summary>
    Closed,
}

/// <summary>A daemon has greeted.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="SiteName">The name of its site.</param>
/// <param name="Version">Its version.</param>
public sealed record FlooddConnectionOpened(FlooddEndpoint Endpoint, string SiteName, string Version);

/// <summary>A connection is gone.</summary>
/// <param name="Endpoint">Where it led.</param>
/// <param name="Reason">Why. If it is not transient, the client has failed.</param>
public sealed record FlooddConnectionLost(FlooddEndpoint Endpoint, FlooddException Reason);

/// <summary>An attempt to connect to one endpoint has failed.</summary>
/// <param name="Endpoint">Which.</param>
/// <param name="Reason">Why.</param>
public sealed record FlooddAttemptFailed(FlooddEndpoint Endpoint, FlooddException Reason);

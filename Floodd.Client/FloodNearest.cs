// The member that answered first. A value.
namespace Floodd.Client;

/// <summary>The member nearest to this client.</summary>
/// <param name="Member">The member.</param>
/// <param name="Endpoint">Its client port, as it was reached.</param>
/// <param name="RoundTrip">How long it took to answer a ping.</param>
public sealed record FloodNearest(FloodMember Member, FlooddEndpoint Endpoint, TimeSpan RoundTrip);

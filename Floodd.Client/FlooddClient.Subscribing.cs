// Updates taken from the daemon. Each subscription has a connection of its own.

namespace Floodd.Client;

/// <content>Subscribing.</content>
public sealed partial class FlooddClient
{
    /// <summary>
    /// The updates of a group as they arrive, over a connection of its own. When it is lost, it is made again, over any endpoint, and goes on behind
    /// the last update yielded: nothing is lost or repeated while the group still holds it. What it no longer holds is a gap: logged, and told.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="from">From where on; null is <see cref="FloodPosition.Now"/>.</param>
    /// <param name="onGap">Told of updates that can no longer be had.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <exception cref="FlooddException">The subscription is refused, or nobody can be reached to begin with.</exception>
    public IAsyncEnumerable<FloodUpdate> SubscribeAsync(
        string? group, FloodPosition? from = null, Action<FloodGap>? onGap = null, CancellationToken cancellation = default)
    {
        Word(group);
        return new Subscription(options, group, from ?? FloodPosition.Now, onGap, log).ReadAsync(cancellation);
    }
}

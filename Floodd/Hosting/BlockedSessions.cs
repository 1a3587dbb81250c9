// Sessions that took no more for a moment: what waits for them stays where it is, by reference, but not for long.
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>
/// Whoever is only busy takes the rest soon, and copying it would be for nothing. For whoever reads slowly it is copied: a piece of an update
/// may stand in a much larger array, which would be kept alive. Belongs to the loop's thread.
/// </summary>
internal sealed class BlockedSessions
{
    // Each of many that read nothing may hold another array until then: the faster updates come, the more.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    // In the order of their times, since all have the same patience.
    private readonly Queue<(Instant At, Connection Connection)> _waiting = new();

    /// <summary>When <see cref="Expire"/> has something to do.</summary>
    public Instant NextDeadline => _waiting.TryPeek(out (Instant At, Connection) first) ? first.At : Instant.Never;

    /// <summary>A connection was written.</summary>
    public void Look(Instant now, Connection c)
    {
        if (c.IsBlocked && !c.IsLink && !c.IsCopiedSoon)
        {
            c.IsCopiedSoon = true;
            _waiting.Enqueue((now + Patience, c));
        }
    }

    /// <summary>Copies what still waits.</summary>
    public void Expire(Instant now)
    {
        while (_waiting.TryPeek(out (Instant At, Connection Connection) first) && first.At <= now)
        {
            _waiting.Dequeue();
            first.Connection.IsCopiedSoon = false;
            if (first.Connection.IsBlocked)
            {
                first.Connection.Outbox.Own();
            }
        }
    }
}

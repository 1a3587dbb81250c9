// One thing to be done later, again and again, at times that may still change.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>
/// A deadline that can be moved and taken back: then nobody is woken for it in vain. Taken back and set to the same time again, it may keep
/// its place among what is due at that time.
/// </summary>
/// <param name="all">Whose clock it goes by.</param>
/// <param name="action">What is to be done.</param>
internal sealed class Deadline(Deadlines all, Action action)
{
    /// <summary>When it is due; <see cref="Instant.Never"/> if it is not set.</summary>
    public Instant Due { get; private set; } = Instant.Never;

    /// <summary>It is due then, and not when it was before.</summary>
    public void Move(Instant due)
    {
        if (due != Due)
        {
            Due = due;
            all.Put(this);
        }
    }

    /// <summary>It is due then at the latest.</summary>
    public void MoveUp(Instant due)
    {
        if (due < Due)
        {
            Move(due);
        }
    }

    /// <summary>It is not due any more.</summary>
    public void Clear() => Due = Instant.Never;

    /// <summary>It has passed: does what was to be done.</summary>
    public void Pass()
    {
        Clear();
        action();
    }
}

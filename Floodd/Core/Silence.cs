// That the other end of a link has asked to be sent nothing of a stream, as it comes to it from elsewhere: whether that holds, and for how long still.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>
/// One stream's silence on one link. It stands for some seconds after each word; but as soon as something is owed, only as long as the next
/// word, or progress, comes in time. And it is broken if the other end gets what it says that it gets, but far too late.
/// </summary>
internal sealed class Silence
{
    /// <summary>How long something owed waits without a word.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a word holds while nothing is owed.</summary>
    private static readonly TimeSpan Standing = TimeSpan.FromSeconds(15);

    /// <summary>So long what we have may take to come to the other end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private Instant _standsUntil, _askedAt, _goalSince;
    private long _goal, _waitsFor;

    /// <summary>Until when what is owed waits without another word.</summary>
    public Instant WaitsUntil { get; private set; }

    /// <summary>Whether somebody looks at it again then.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The other end said that it has all up to a segment, and gets the rest.</summary>
    /// <param name="now">The time.</param>
    /// <param name="through">That segment.</param>
    /// <param name="ours">How far we are ourselves.</param>
    public void Asked(Instant now, long through, long ours)
    {
        if (through >= _goal || now - _askedAt > Standing)
        {
            (_goal, _goalSince) = (ours, now);
        }

        _askedAt = now;
        if (now - _goalSince > Patience)
        {
            Break(now);
            return;
        }

        _standsUntil = now + Standing;
        WaitsUntil = now + Lease;
    }

    /// <summary>It holds no more.</summary>
    public void Break(Instant now) => _standsUntil = now;

    /// <summary>Whether it was asked for, and not long ago.</summary>
    public bool Stands(Instant now) => _standsUntil > now;

    /// <summary>Whether something that is owed, from a segment on, is to wait, while it stands.</summary>
    public bool Holds(Instant now, long owed)
    {
        if (owed > _waitsFor)
        {
            // The first since it was quiet, or others have brought what waited.
            _waitsFor = owed;
            Instant until = now + Lease;
            WaitsUntil = until > WaitsUntil ? until : WaitsUntil;
        }

        if (WaitsUntil <= now)
        {
            Break(now);
            return false;
        }

        return true;
    }
}

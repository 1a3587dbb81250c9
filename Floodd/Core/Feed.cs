// What comes in of one stream over one link, of late: first there, or a repeat of what another link brought before. Counts only; Sparing decides.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>One of the ways on which a stream comes in.</summary>
internal sealed class Feed
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    /// <summary>What was on its way when the other end was asked for silence has come after so long.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromMilliseconds(500);

    /// <summary>So many bytes in a window say something, costs counted: below that it is not worth a word.</summary>
    private const long Worthwhile = 16 * 1024;

    // A frame costs its reader so much more than its bytes: what is worth sparing of a stream of small updates is their number.
    private const int FrameCost = 512;

    private Instant _since, _sparedSince, _lastFresh = Instant.Never;
    private long _fresh, _repeated;

    /// <summary>The number that the other end uses for the stream; 0 before anything came.</summary>
    public uint Alias { get; private set; }

    /// <summary>Whether the other end is asked, again and again, to send nothing of the stream.</summary>
    public bool IsSpared { get; private set; }

    /// <summary>When it is to have another chance to be the first.</summary>
    public Instant ContestAt { get; private set; }

    /// <summary>A frame came, with so many bytes that were new here and so many that were not.</summary>
    public void Add(Instant now, uint alias, long fresh, long repeated)
    {
        Alias = alias;
        if (now - _since > Window)
        {
            (_since, _fresh, _repeated) = (now, 0, 0);
        }

        _fresh += fresh + (fresh > 0 ? FrameCost : 0);
        _repeated += repeated + (fresh > 0 ? 0 : FrameCost);
        _lastFresh = fresh > 0 ? now : _lastFresh;
    }

    /// <summary>Whether it is mostly later than another: worth being spared.</summary>
    public bool IsLater => !IsSpared && _repeated >= Worthwhile && _repeated >= _fresh;

    /// <summary>Whether it is spared, and first all the same.</summary>
    public bool IsFirstAfterAll(Instant now) => IsSpared && _fresh >= Worthwhile && _fresh > _repeated && now - _sparedSince > OnTheWay;

    /// <summary>It is spared from here on.</summary>
    public void Spare(Instant now, Instant contestAt) => (IsSpared, _sparedSince, ContestAt) = (true, now, contestAt);

    /// <summary>It is spared no more, and what comes is counted anew.</summary>
    public void Count() => (IsSpared, _fresh, _repeated) = (false, 0, 0);

    /// <summary>Whether something new came this way a moment ago.</summary>
    public bool Feeds(Instant now) => _lastFresh <= now && now - _lastFresh <= Window;
}

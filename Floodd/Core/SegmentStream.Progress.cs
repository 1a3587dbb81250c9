// How far a stream has come here and elsewhere, and whether that is all the way. Decides nothing about what is missing.
using Floodd.Model;

namespace Floodd.Core;

internal sealed partial class SegmentStream
{
    private long _deliverableLately, _durable = long.MaxValue, _toldMost;
    private bool _isUnsettled;

    /// <summary>Our own segments up to this one last over a power cut, and nobody may hear of those behind it; no bound without a spool, and for streams of others.</summary>
    public long Durable
    {
        get => _durable;
        set
        {
            _durable = value;
            Unsettle();
        }
    }

    /// <summary>All whole updates up to this segment can be handed out.</summary>
    public long Deliverable => Math.Min(_whole, Durable);

    /// <summary>How far it was deliverable when <see cref="LookBack"/> was asked for the time before the last.</summary>
    public long DeliverableBefore { get; private set; }

    /// <summary>The highest segment that any neighbor's digest ever said it had.</summary>
    public long ToldMost
    {
        get => _toldMost;
        set
        {
            _toldMost = value;
            Unsettle();
        }
    }

    /// <summary>The highest segment that was refused or given up here: there was one, though nothing else may say so.</summary>
    public long RefusedMost { get; private set; }

    /// <summary>Segments up to this one were refused or given up: they are missing, and somebody may have them.</summary>
    public void Refused(long last)
    {
        RefusedMost = Math.Max(RefusedMost, last);
        Unsettle();
    }

    /// <summary>Whether it is wanted in order only: what lay behind a gap found no room, or had to make some, and would only come to be refused again.</summary>
    public bool InOrder { get; private set; }

    /// <summary>When that was last so.</summary>
    public Instant HeldBackAt { get; private set; }

    /// <summary>What lies behind a gap has found no room.</summary>
    public void HoldBack(Instant now)
    {
        (InOrder, HeldBackAt) = (true, now);
        Unsettle();
    }

    /// <summary>It is wanted in any order again.</summary>
    public void LetGo() => InOrder = false;

    /// <summary>Some time has passed: notes how far it is deliverable now.</summary>
    public void LookBack() => (DeliverableBefore, _deliverableLately) = (_deliverableLately, Deliverable);

    /// <summary>Something has happened to it: who looks each second for what is missing here, or anywhere else, is to look at it.</summary>
    public void Unsettle()
    {
        if (!_isUnsettled)
        {
            _isUnsettled = true;
            Group.Unsettled.Add(this);
        }
    }

    /// <summary>Nothing is missing here; if nowhere else either, nobody need look at it until something happens to it.</summary>
    /// <returns>Whether that is so.</returns>
    public bool Settle()
    {
        _isUnsettled = Marks.AllReleasedFloor < Deliverable;
        return !_isUnsettled;
    }
}

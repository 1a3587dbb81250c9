// Holds the requests of a session up until enough members have exported an update, or the time is over.
using Floodd.Client.Protocol;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>A <c>wait</c> in progress.</summary>
internal sealed record PendingWait(Session Session, Group Group, SegmentStream Stream, UpdateId Id, int Count)
{
    /// <summary>When its time is over.</summary>
    public Instant Until { get; init; }

    /// <summary>At how many members the update is exported.</summary>
    public int Reached => Group.Members.Values.Count(m => Stream.Marks.ExportedAt(m) >= Id.Sequence);
}

internal sealed class Waits
{
    private readonly SiteCore _core;
    private readonly List<PendingWait> _all = [];
    private readonly Deadline _look;
    private bool _marksChanged;

    public Waits(SiteCore core)
    {
        _core = core;
        _look = new Deadline(core.State.Deadlines, Look);
    }

    /// <summary>Somebody's exports have advanced.</summary>
    public void MarksChanged() => _marksChanged = true;

    public void Begin(PendingWait wait, TimeSpan limit)
    {
        wait = wait with { Until = _core.State.Now + limit };
        wait.Session.Wait = wait;
        wait.Session.Pause = SessionPause.Waiting;
        _all.Add(wait);
        _marksChanged = true;
        _look.MoveUp(wait.Until);
    }

    /// <summary>The session is gone.</summary>
    public void End(Session session)
    {
        if (session.Wait is { } wait)
        {
            _all.Remove(wait);
        }
    }

    /// <summary>At the end of a turn: answers those that are over.</summary>
    public void Flush()
    {
        if (!_marksChanged || _all.Count == 0)
        {
            return;
        }

        _marksChanged = false;
        foreach (PendingWait wait in _all.Where(w => w.Reached >= w.Count).ToList())
        {
            Answer(wait, ReplyCode.Done);
        }
    }

    private void Look()
    {
        foreach (PendingWait wait in _all.Where(w => w.Until <= _core.State.Now).ToList())
        {
            Answer(wait, ReplyCode.NotYet);
        }

        foreach (PendingWait wait in _all)
        {
            _look.MoveUp(wait.Until);
        }
    }

    private void Answer(PendingWait wait, int code)
    {
        if (_all.Remove(wait))
        {
            wait.Session.Wait = null;
            _core.Desk.Reply(wait.Session, code, $"{wait.Id} exported at {wait.Reached} of {wait.Group.Members.Count} sites");
            _core.Desk.Continue(wait.Session);
        }
    }
}

// Holds the requests of a session up until enough members have exported an update, or the time is over.
using Floodd.Client.Protocol;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>A <c>wait</c> in progress.</summary>
internal sealed record PendingWait(Session Session, Group Group, SegmentStream Stream, UpdateId Id, int Count)
{
    /// <summary>At how many members the update is exported.</summary>
    public int Reached => Group.Members.Keys.Count(name => Stream.Marks.ExportedAt(name) >= Id.Sequence);
}

internal sealed class Waits(SiteCore core)
{
    private readonly List<PendingWait> _all = [];
    private bool _marksChanged;

    /// <summary>Somebody's exports have advanced.</summary>
    public void MarksChanged() => _marksChanged = true;

    public void Begin(PendingWait wait, TimeSpan limit)
    {
        wait.Session.Wait = wait;
        wait.Session.Pause = SessionPause.Waiting;
        _all.Add(wait);
        _marksChanged = true;
        core.State.After(limit, () => Answer(wait, ReplyCode.NotYet));
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
        if (!_marksChanged)
        {
            return;
        }

        _marksChanged = false;
        foreach (PendingWait wait in _all.Where(w => w.Reached >= w.Count).ToList())
        {
            Answer(wait, ReplyCode.Done);
        }
    }

    private void Answer(PendingWait wait, int code)
    {
        if (_all.Remove(wait))
        {
            wait.Session.Wait = null;
            core.Desk.Reply(wait.Session, code, $"{wait.Id} exported at {wait.Reached} of {wait.Group.Members.Count} sites");
            core.Desk.Continue(wait.Session);
        }
    }
}

// When publishers wait, and for how long: while members that keep up, or the disk, have to catch up. Refuses nobody.
using Floodd.Model;

namespace Floodd.Core;

internal sealed partial class Uploads
{
    private readonly List<Session> _pressed = [];
    private long _owed, _owedOwn;
    private Instant _owedAt = Instant.Never;

    /// <summary>Lets publishers go on whose group has caught up.</summary>
    public void EndPressure()
    {
        if (_pressed.Exists(s => s.Upload?.Key is not null))
        {
            // A repeat takes no room: it waits for nobody, whoever stands before it.
            _pressed.FindAll(s => s.Upload is { } upload && IsRepeat(upload)).ForEach(EndPressure);
        }

        while (_pressed.Count > 0 && !IsPressed(Math.Max(_pressed[0].Upload?.Size ?? 0, 0)))
        {
            EndPressure(_pressed[0]);
        }
    }

    /// <summary>
    /// Whether a client's update is to wait: more than half of the store is owed to sites that are up and make progress, or it would be
    /// with this update of our own. The other half is always left to what comes in, so that full stores cannot wait for each other.
    /// </summary>
    private bool IsPressed(long size)
    {
        if (core.Spooling is { IsBehind: true })
        {
            return true;
        }

        long half = _state.Store.Max / 2;
        if (_state.Store.Charged + ChargeOf(size) <= half)
        {
            return false;
        }

        if (_owedAt != _state.Now)
        {
            _owedAt = _state.Now;
            _owed = _state.AllStreams.Sum(s => s.ChargeAbove(s.Marks.ReleasedFloor));
            _owedOwn = _state.Groups.Values.Sum(g => g.Own is { } s ? s.ChargeAbove(s.Marks.ReleasedFloor) : 0);
        }

        return _owed > half || (_owedOwn > 0 && _owedOwn + ChargeOf(size) > half);
    }

    private void EndPressure(Session session)
    {
        _pressed.Remove(session);
        if (session.Upload is { } upload)
        {
            upload.Begun = _state.Now;
        }

        core.Desk.Continue(session);
    }
}

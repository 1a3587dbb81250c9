// Sessions that the daemon ends by itself: idle ones, those in the way of others, all of them. Answers nothing.
using Floodd.Client.Protocol;

namespace Floodd.Core;

internal sealed partial class Desk
{
    private static readonly TimeSpan StressIdle = TimeSpan.FromSeconds(10);

    /// <summary>Ends sessions that say nothing for too long; sooner when most places are taken.</summary>
    public void EndIdle()
    {
        core.Uploads.CheckPace(_sessions.Values);
        bool stress = _sessions.Count > Access.SessionMax * 3 / 4;
        foreach (Session session in _sessions.Values.Where(s => s.Subscriptions.Count == 0 && s.Wait is null && s.Pause == SessionPause.None).ToList())
        {
            TimeSpan limit = session.Commands == 0 ? Access.SessionFirstTimeout : Access.SessionIdleTimeout;
            limit = stress && limit > StressIdle ? StressIdle : limit;
            if (_state.Now - session.LastHeard > limit)
            {
                Dismiss(session, ReplyCode.Busy, "idle for too long");
            }
        }
    }

    /// <summary>Tells all clients that the daemon ends.</summary>
    public void EndAll()
    {
        foreach (Session session in _sessions.Values.ToList())
        {
            Dismiss(session, ReplyCode.Busy, "the daemon ends");
        }
    }

    /// <summary>
    /// Ends all sessions, as nothing can be made to last any more. Whoever waits for a receipt hears nothing: whether the update is on
    /// the disk nobody knows, and a refusal would say that it is not.
    /// </summary>
    public void FailAll(string text)
    {
        foreach (Session session in _sessions.Values.ToList())
        {
            if (session.Held is not null && core.Spooling!.FreeThrough(session) is var through and < long.MaxValue)
            {
                session.Out.CutAt(through);
                (session.Held, session.HeldFor) = (null, 0);
                session.Closing = true;
                HasOutput(session);
            }
            else
            {
                Dismiss(session, ReplyCode.Busy, text);
            }
        }

        Flush();
    }

    // The port is full: whoever has been here longest without a single command makes room.
    private bool ShedOne()
    {
        Session? idle = _sessions.Values.FirstOrDefault(s => s.Commands == 0 && !s.Closing);
        if (idle is null)
        {
            return false;
        }

        Dismiss(idle, ReplyCode.Busy, "too many sessions, and you have said nothing");
        return true;
    }
}

// All sessions at once, when the daemon ends. Answers nothing.
using Floodd.Client.Protocol;

namespace Floodd.Core;

internal sealed partial class Desk
{
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
}

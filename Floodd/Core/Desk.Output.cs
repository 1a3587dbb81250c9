// What clients are told: gathered during a turn, handed to the shell at its end, subscribers' updates too. What is said is for others.
namespace Floodd.Core;

internal sealed partial class Desk
{
    /// <summary>What subscribers are given in one turn, in bytes that are copied; the others come first in the next one.</summary>
    private const int CopiedPerTurn = 1024 * 1024;

    /// <summary>What one of them is given of that, if it has taken all that it was given before.</summary>
    private const int CopiedForOne = 256 * 1024;

    private readonly List<Session> _withOutput = [];
    private readonly List<Session> _sent = [];

    /// <summary>Takes back the buffers lent in the step before.</summary>
    public void BeginStep()
    {
        foreach (Session session in _sent)
        {
            session.Out.Clear();
        }

        _sent.Clear();
    }

    /// <summary>The session has something to send at the end of this turn.</summary>
    public void HasOutput(Session session)
    {
        if (!session.InOutputList)
        {
            session.InOutputList = true;
            _withOutput.Add(session);
        }
    }

    /// <summary>Sends bytes of the store behind what was written before, without copying them.</summary>
    public void SendByReference(Session session, ReadOnlyMemory<byte> bytes)
    {
        SendOut(session);
        Sending(session, bytes.Length);
        _state.Do(new Effect.Send(session.Id, bytes, Lasting: true));
    }

    /// <summary>At the end of a turn: what has become possible, then what is to be sent.</summary>
    public void Flush()
    {
        core.Waits.Flush();
        core.Uploads.EndPressure();
        int done = 0;
        for (int copied = 0; done < _withOutput.Count && copied < CopiedPerTurn; done++)
        {
            Session session = _withOutput[done];
            session.InOutputList = false;
            if (!_sessions.ContainsKey(session.Id.Value))
            {
                // Its connection has ended in this turn.
                continue;
            }

            if (session.Held is not { Count: > 0 } || core.Spooling!.FreeThrough(session) == long.MaxValue)
            {
                copied += Supply(session);
            }

            SendOut(session);
            if (session.Closing && session.Out.Count == 0)
            {
                _state.Do(new Effect.Close(session.Id));
                Forget(session);
            }
        }

        _withOutput.RemoveRange(0, done);
        if (_withOutput.Count > 0)
        {
            _state.AskForTurn();
        }
    }

    // Who reads slowly gets little at once, as all of it is copied; so does everybody while clients have left much unread.
    private int Supply(Session session)
    {
        int most = session.InFlight == 0 && core.Limits.Window == Session.SubscriberWindow ? CopiedForOne : 0;
        core.Subscribers.Write(session);
        int copied = session.Out.Count;
        for (int last = copied; last > 0 && copied < most && Subscribers.IsOwed(session); copied += last = session.Out.Count)
        {
            SendOut(session);
            session.Out.GoOnElsewhere();
            core.Subscribers.Write(session);
        }

        return copied;
    }

    private void SendOut(Session session)
    {
        if (session.Out.Count > 0
            && (session.Held is { Count: > 0 } ? session.Out.Take(core.Spooling!.FreeThrough(session)) : session.Out.Take()) is { Length: > 0 } bytes)
        {
            Sending(session, bytes.Length);
            _state.Do(new Effect.Send(session.Id, bytes, Lasting: false));
            _sent.Add(session);
        }
    }

    private void Sending(Session session, int count)
    {
        session.LastWritten = session.InFlight == 0 ? _state.Now : session.LastWritten;
        session.InFlight += count;
        core.Limits.Unread += count;
    }
}

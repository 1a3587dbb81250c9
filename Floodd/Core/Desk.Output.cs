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

    /// <summary>Sends bytes of the store behind what was written before, without copying them; what is beyond the window waits here, so that a large update leaves the other sessions their part.</summary>
    public void SendByReference(Session session, ReadOnlyMemory<byte> bytes)
    {
        if (session.Rest is null && session.InFlight < Session.SubscriberWindow)
        {
            SendOut(session);
            SendLasting(session, bytes);
            return;
        }

        if (session.Out.Count > 0)
        {
            Wait(session, session.Out.Take().ToArray());
            _sent.Add(session);
        }

        Wait(session, bytes);
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
            if (session is { Closing: true, Out.Count: 0, Rest: null })
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
        for (int last = copied; last > 0 && copied < most && session.Rest is null && Subscribers.IsOwed(session); copied += last = session.Out.Count)
        {
            SendOut(session);
            session.Out.GoOnElsewhere();
            core.Subscribers.Write(session);
        }

        return copied;
    }

    private void SendOut(Session session)
    {
        if (session is { Rest: null, Out.Count: > 0 }
            && (session.Held is { Count: > 0 } ? session.Out.Take(core.Spooling!.FreeThrough(session)) : session.Out.Take()) is { Length: > 0 } bytes)
        {
            Sending(session, bytes.Length);
            _state.Do(new Effect.Send(session.Id, bytes, Lasting: false));
            _sent.Add(session);
        }
    }

    // As much of a large update as has become possible; a piece at least, as nobody else asks when nothing is under way.
    private void SendRest(Session session)
    {
        while (session.Rest is { IsEmpty: false } rest && (session.InFlight == 0 || session.InFlight < core.Limits.Window))
        {
            ReadOnlyMemory<byte> piece = rest.Take();
            core.Limits.Waiting -= piece.Length;
            SendLasting(session, piece);
        }

        if (session.Rest is { IsEmpty: true })
        {
            session.Rest = null;
            HasOutput(session);
            _state.AskForTurn();
        }
    }

    private void Wait(Session session, ReadOnlyMemory<byte> piece)
    {
        (session.Rest ??= new UpdateRest()).Add(piece);
        core.Limits.Waiting += piece.Length;
    }

    private void SendLasting(Session session, ReadOnlyMemory<byte> bytes)
    {
        Sending(session, bytes.Length);
        _state.Do(new Effect.Send(session.Id, bytes, Lasting: true));
    }

    private void Sending(Session session, int count)
    {
        session.LastWritten = session.InFlight == 0 ? _state.Now : session.LastWritten;
        session.InFlight += count;
        core.Limits.Unread += count;
    }
}

// The client port: sessions, their requests in order, and their replies. What a request means is answered by Answers and Uploads.
using Floodd.Client.Protocol;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Core;

internal sealed partial class Desk(SiteCore core)
{
    /// <summary>Replies are handed to the shell as soon as so many bytes of them wait, and not only at the end of the turn: then few sessions hold much.</summary>
    private const int SendFrom = 8 * 1024;

    private readonly SiteState _state = core.State;
    private readonly SpareRoom _spare = new();
    private readonly OrderedTable<long, Session> _sessions = [];

    /// <summary>What each may cost the others.</summary>
    public SessionLimits Limits { get; } = new(core);

    /// <summary>All sessions.</summary>
    public IReadOnlyCollection<Session> Sessions => _sessions.Values;

    private AccessDefinition Access => _state.Local.Access;

    public Session? Find(ConnectionId id) => _sessions.GetValueOrDefault(id.Value);

    public void Opened(Event.SessionOpened e)
    {
        var session = new Session(e.Id, e.Remote, e.FromThisHost, e.RoundTrip, Access.LineMax, _spare, _state.Now);
        _state.Counters.SessionsOpened++;
        if (!core.Limits.MayEnter(e))
        {
            _state.Counters.SessionsRefused++;
            _state.Note(NoteKind.SessionRefused, $"{e.Remote}: too many sessions");
            _sessions.Add(e.Id.Value, session);
            Dismiss(session, ReplyCode.Busy, "too many sessions, try again later");
            return;
        }

        core.Limits.Entered(session);
        _sessions.Add(e.Id.Value, session);
        Reply(session, ReplyCode.Ready, $"floodd {SiteCore.Version} site {_state.Self} ready");
    }

    public void Received(Session session, ReadOnlySpan<byte> bytes)
    {
        session.LastHeard = _state.Now;
        if (session.Closing)
        {
            return;
        }

        if (session.Pause != SessionPause.None)
        {
            session.Carried.Add(bytes);
            StopReading(session);
            return;
        }

        Process(session, session.Carried.With(bytes));
    }

    public void Written(Session session, int count)
    {
        session.InFlight -= count;
        Invariant.Check(session.InFlight >= 0);
        core.Limits.Unread -= count;
        session.LastWritten = _state.Now;
        SendRest(session);
        if (session.Pause == SessionPause.Unread && core.Limits.HasRead(session))
        {
            Continue(session);
            _state.AskForTurn();
        }

        if (Subscribers.IsOwed(session))
        {
            HasOutput(session);
            _state.AskForTurn();
        }
    }

    public void Closed(Session session, string reason)
    {
        if (session.Upload is not null)
        {
            _state.Counters.UpdatesVanished++;
            _state.Note(NoteKind.Session, $"{session.Remote} vanished in the middle of an update: {reason}");
        }

        Forget(session);
    }

    public void Reply(Session session, int code, string text)
    {
        session.Out.Line(code, text);
        HasOutput(session);
    }

    /// <summary>Refuses a request; too many that make no sense end the session.</summary>
    public void Refuse(Session session, int code, string text)
    {
        _state.Counters.CommandErrors++;
        Reply(session, code, text);
        if (code is ReplyCode.UnknownCommand or ReplyCode.WrongArguments && ++session.Errors >= core.Limits.ErrorsMax)
        {
            Dismiss(session, ReplyCode.Busy, "too many errors");
        }
    }

    /// <summary>A last reply, then the end.</summary>
    public void Dismiss(Session session, int code, string text)
    {
        if (!session.Closing)
        {
            Reply(session, code, text);
            session.Closing = true;
        }
    }

    /// <summary>Ends a session without a word; what it has not read is thrown away.</summary>
    public void Drop(Session session)
    {
        _state.Do(new Effect.Close(session.Id, AtOnce: true));
        Forget(session);
    }

    /// <summary>Goes on with requests that waited.</summary>
    public void Continue(Session session)
    {
        session.Pause = SessionPause.None;
        Process(session, session.Carried.Span);
        if (session.ReadingPaused && session.Pause == SessionPause.None && !session.Closing)
        {
            session.ReadingPaused = false;
            _state.Do(new Effect.ResumeReading(session.Id));
        }
    }

    private void Process(Session session, ReadOnlySpan<byte> input)
    {
        while (session.Pause == SessionPause.None && !session.Closing)
        {
            RequestToken token = session.Reader.Read(input, out int consumed, out ReadOnlySpan<byte> data);
            input = input[consumed..];
            if (token == RequestToken.NeedMore)
            {
                break;
            }

            switch (token)
            {
                case RequestToken.Command when session.FloodPrefix.Match(data, _state.Configuration, out int size) is { } group
                    && size <= input.Length && core.Uploads.TakeWhole(session, group, input[..size]):
                    input = input[size..];
                    break;
                case RequestToken.Command:
                    core.Answers.Answer(session, data);
                    break;
                case RequestToken.Body:
                    core.Uploads.Add(session, data);
                    break;
                case RequestToken.End:
                    core.Uploads.End(session);
                    break;
                default:
                    _state.Note(NoteKind.SessionRefused, $"{session.Remote}: a line of more than {Access.LineMax} bytes");
                    Dismiss(session, ReplyCode.Unreadable, $"a line may have {Access.LineMax} bytes at most");
                    break;
            }

            if (session.Pause == SessionPause.None)
            {
                session.Pause = core.Limits.PauseOf(session);
            }
        }

        session.Carried.Keep(session.Closing ? default : input);
        core.Limits.Carried(session);
        if (session.Pause != SessionPause.None)
        {
            StopReading(session);
        }

        if (session.Out.Count >= SendFrom)
        {
            SendOut(session);
        }
    }

    private void StopReading(Session session)
    {
        if (!session.ReadingPaused)
        {
            session.ReadingPaused = true;
            _state.Do(new Effect.PauseReading(session.Id));
        }
    }

    private void Forget(Session session)
    {
        session.Closing = true;
        if (_sessions.Remove(session.Id.Value))
        {
            core.Limits.Left(session);
        }

        core.Uploads.Drop(session);
        core.Subscribers.End(session);
        core.Waits.End(session);
    }
}

// What one client may cost the others: how many come, how fast they ask, how long they say or read nothing. It answers no request.
using Floodd.Client.Protocol;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class SessionLimits(SiteCore core)
{
    /// <summary>While all sessions together leave too much unread, none is given more before it has read all but this, in bytes.</summary>
    private const int UnreadUnderPressure = 16 * 1024;

    /// <summary>All sessions may leave so much unread in any store, in bytes.</summary>
    private const int OutputLeast = 1024 * 1024;

    /// <summary>The replies that one session gets in one turn, in bytes, so that it holds up nobody; the rest comes with the next turn.</summary>
    private const int TurnMax = 40 * 1024;

    /// <summary>A command that makes much text or work costs as much as so many others.</summary>
    private const int Expensive = 10;

    /// <summary>The most streams named in positions and not known here that all subscriptions together keep, about 100 bytes each.</summary>
    private const int NamedMax = 65_536;

    /// <summary>Of lines that are longer than <c>line-max</c> and have not ended, all sessions together may hold so much, in bytes.</summary>
    private const int LongLinesMax = 2 * 1024 * 1024;

    /// <summary>A position of fewer bytes names next to nothing.</summary>
    private const int PositionFree = 256;

    /// <summary>Sessions that take nothing for so long are ended, the longest first, while all together leave too much unread.</summary>
    private static readonly TimeSpan PatienceUnderPressure = TimeSpan.FromSeconds(3);

    /// <summary>After so long without a byte from it a session's buffers are given back.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly SiteState _state = core.State;
    private readonly Newcomers _newcomers = new();
    private readonly UploadPace _pace = new(core);
    private long _longLines;

    /// <summary>Bytes of all sessions handed to the shell and not yet written.</summary>
    public long Unread { get; set; }

    /// <summary>Bytes of large updates that wait until what was handed to the shell before is written.</summary>
    public long Waiting { get; set; }

    /// <summary>Whether most places are taken: then patience is short.</summary>
    public bool IsStress => core.Desk.Sessions.Count > Access.SessionMax * 3 / 4;

    /// <summary>How many refused commands end a session now.</summary>
    public int ErrorsMax => IsStress ? 1 : Access.SessionErrorsMax;

    /// <summary>Bytes of updates that a subscriber may have under way now.</summary>
    public int Window => Unread > 2 * OutputMax ? 0 : Unread > OutputMax ? 1 : Unread > OutputMax / 2 ? UnreadUnderPressure * 4 : Session.SubscriberWindow;

    // A small store says that memory is scarce.
    private long OutputMax => Math.Min(Access.OutputMax, Math.Max(OutputLeast, _state.Local.DataStorageMax / 16));

    private AccessDefinition Access => _state.Local.Access;

    /// <summary>Whether a client may come in. From this very host as many may as there is room.</summary>
    public bool MayEnter(Event.SessionOpened e)
    {
        bool tooMany = !e.FromThisHost
            && (_newcomers.Come(e.Remote, _state.Now) > Access.SessionsPerSecondMax || _newcomers.Open(e.Remote) >= Access.SessionsPerAddressMax);
        return !_state.Stopping && !tooMany && (core.Desk.Sessions.Count < Access.SessionMax || ShedOne());
    }

    public void Entered(Session session)
    {
        session.Entered = true;
        _newcomers.Enter(session.Remote);
    }

    public void Left(Session session)
    {
        Unread -= session.InFlight;
        Waiting -= session.Rest?.Bytes ?? 0;
        HoldsLine(session, 0);
        if (session.Entered)
        {
            session.Entered = false;
            _newcomers.Leave(session.Remote);
        }
    }

    /// <summary>Whether there may be one more: each session may have some, and all together may name so many streams.</summary>
    public bool MaySubscribe(Session session, ReadOnlySpan<byte> position) =>
        session.Subscriptions.Count < Access.SubscriptionsPerSessionMax
        && (position.Length < PositionFree || core.Subscribers.NamedCount + position.Count((byte)',') < NamedMax);

    /// <summary>A session holds bytes that cannot be gone through yet: ends it if they are a long line that has not ended, and there is too much of such.</summary>
    public void Carried(Session session)
    {
        int count = session.Pause == SessionPause.None ? session.Carried.Count : 0;
        HoldsLine(session, count > Access.LineMax ? count : 0);
        if (session.LongLine > 0 && _longLines > LongLinesMax)
        {
            session.Carried.Keep(default);
            HoldsLine(session, 0);
            core.Desk.Dismiss(session, ReplyCode.Busy, "too many long lines have begun and not ended, try again later");
        }
    }

    /// <summary>Counts a command. Floods are free: what slows them is how full the store is.</summary>
    public void Count(Session session, Verb verb)
    {
        session.Commands++;
        _state.Counters.Commands++;
        if (!session.FromThisHost && verb != Verb.Flood)
        {
            int cost = verb is Verb.Topology or Verb.Estimates or Verb.Why or Verb.Replan or Verb.Nearest or Verb.Configuration or Verb.Subscribe ? Expensive : 1;
            session.Debt = session.Commanding.Spend(_state.Now, cost, Access.CommandRateMax, Access.CommandBurstMax);
        }
    }

    /// <summary>Whether a session has to wait before its next request: it asks too fast, or does not read what it asked for.</summary>
    public SessionPause PauseOf(Session session)
    {
        if (session.Debt > TimeSpan.Zero)
        {
            TimeSpan debt = session.Debt;
            session.Debt = TimeSpan.Zero;
            _state.Counters.SessionsSlowed++;
            _state.After(debt, () =>
            {
                if (session.Pause == SessionPause.Rate && !session.Closing)
                {
                    core.Desk.Continue(session);
                }
            });
            return SessionPause.Rate;
        }

        return session.Out.Count > TurnMax || session.InFlight + session.Out.Count > UnreadMaxOf(session) ? SessionPause.Unread : SessionPause.None;
    }

    /// <summary>Whether a session that did not read its replies has read enough of them.</summary>
    public bool HasRead(Session session) => session.Rest is null && session.InFlight <= Math.Min(UnreadMaxOf(session), Access.UnreadMax) / 2;

    /// <summary>Each second: ends sessions that say nothing, take nothing or send an update too slowly, and gives unused memory back.</summary>
    public void Look()
    {
        _pace.Check(core.Desk.Sessions);
        foreach (Session session in core.Desk.Sessions.ToList())
        {
            LookAt(session);
        }

        while (Unread + Waiting > OutputMax && SlowestReader() is { } slowest)
        {
            EndSlow(slowest);
        }
    }

    private void LookAt(Session session)
    {
        TimeSpan silent = _state.Now - session.LastHeard;
        if (session is { Subscriptions.Count: 0, Wait: null, Pause: SessionPause.None })
        {
            TimeSpan limit = session.Commands == 0 ? Access.SessionFirstTimeout : Access.SessionIdleTimeout;
            limit = IsStress && limit > Access.SessionStressTimeout ? Access.SessionStressTimeout : limit;
            if (silent > limit)
            {
                core.Desk.Dismiss(session, ReplyCode.Busy, "idle for too long");
                return;
            }
        }

        bool takesNothing = session.InFlight > 0 && _state.Now - session.LastWritten > Access.UnreadTimeout;
        if (takesNothing && (session.Subscriptions.Count == 0 || session.Closing) && session.InFlight > UnreadUnderPressure)
        {
            EndSlow(session);
        }
        else if (silent > Quiet)
        {
            session.Carried.Trim();
            session.Out.Trim();
        }
    }

    private void HoldsLine(Session session, int bytes)
    {
        _longLines += bytes - session.LongLine;
        session.LongLine = bytes;
    }

    // The one that has taken nothing for the longest, and for some seconds.
    private Session? SlowestReader() => core.Desk.Sessions
        .Where(s => !s.Closing && s.InFlight > 0 && _state.Now - s.LastWritten > PatienceUnderPressure).MinBy(s => s.LastWritten.Ticks);

    // Nothing is said: it would only stand behind all that is not read.
    private void EndSlow(Session session)
    {
        _state.Counters.SessionsSlow++;
        _state.Note(NoteKind.SessionRefused, $"{session.Remote} does not read: {session.InFlight} bytes wait");
        core.Desk.Drop(session);
    }

    private long UnreadMaxOf(Session session) =>
        Unread > 2 * OutputMax ? 0 : Unread > OutputMax ? UnreadUnderPressure : Access.UnreadMax + (session.Subscriptions.Count > 0 ? Session.SubscriberWindow : 0);

    // The port is full: whoever has been here longest without a single command makes room.
    private bool ShedOne()
    {
        Session? idle = core.Desk.Sessions.FirstOrDefault(s => s.Commands == 0 && !s.Closing);
        if (idle is null)
        {
            return false;
        }

        _state.Counters.SessionsRefused++;
        core.Desk.Dismiss(idle, ReplyCode.Busy, "too many sessions, and you have said nothing");
        return true;
    }
}

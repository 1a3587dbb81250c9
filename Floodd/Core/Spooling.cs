// What goes to the disk, and what waits until it is there: one ticket for each turn. Knows nothing of files; without a spool there is none of it.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

internal sealed partial class Spooling(SiteCore core, SpooledState spooled)
{
    /// <summary>Bytes handed over and not yet reported, from which on nothing but our own updates is handed over, and clients wait.</summary>
    public const long Window = 8 << 20;

    private readonly SiteState _state = core.State;
    private readonly List<SpoolLine> _line = [];
    private readonly List<SpoolEntry> _facts = [];
    private readonly Queue<(long Ticket, long Bytes)> _bytes = new();
    private readonly Queue<(long Ticket, SegmentStream Stream, long Last)> _own = new();
    private readonly Queue<(long Ticket, Session Session)> _held = new();
    private readonly Queue<(long Ticket, Action Action)> _then = new();
    private long _ticket, _done, _wanted, _under;

    /// <summary>Whether the disk is short of room: no new updates of clients are taken.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Why nothing can be believed to last any more; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>How many bytes the spool takes on the disk.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many times it was reported that all lasts.</summary>
    public long Syncs { get; private set; }

    /// <summary>How many damaged places were found at the start.</summary>
    public int Damaged { get; } = spooled.Damage.Length;

    /// <summary>Whether something was handed over that does not last yet.</summary>
    public bool IsWaiting => _ticket > _done || _wanted > _ticket || _facts.Count > 0 || _line.Exists(l => l.Facts.Count > 0);

    /// <summary>Whether the disk is so far behind that clients are to wait.</summary>
    public bool IsBehind => _under > Window;

    /// <summary>The stream has something to tell.</summary>
    public void PutInLine(SpoolLine line)
    {
        if (!line.InLine)
        {
            line.InLine = true;
            _line.Add(line);
        }
    }

    /// <summary>Something happened beside the streams.</summary>
    public void Say(SpoolEntry fact) => _facts.Add(fact);

    /// <summary>Does something when all that has happened up to now lasts.</summary>
    public void Then(Action action)
    {
        _wanted = _ticket + 1;
        _then.Enqueue((_wanted, action));
    }

    /// <summary>What is written to a session from here on waits until all that has happened up to now lasts.</summary>
    public void Hold(Session session)
    {
        _wanted = _ticket + 1;
        if (session.HeldFor != _wanted)
        {
            session.HeldFor = _wanted;
            (session.Held ??= new()).Enqueue((session.Out.Position, _wanted));
            _held.Enqueue((_wanted, session));
        }
    }

    /// <summary>The same, if an update that another one repeats does not last yet.</summary>
    /// <returns>False if it cannot last before there is room on the disk.</returns>
    public bool Hold(Session session, SegmentStream first, long number)
    {
        SpoolLine line = first.Spool!;
        bool handed = first.IsHanded(number, first.LastOf(number));
        if (!handed && IsShort)
        {
            return false;
        }

        if (!handed || line.Ticket > _done)
        {
            line.IsUrgent |= !handed;
            Hold(session);
        }

        return true;
    }

    /// <summary>Up to where what was written to a session may be sent.</summary>
    public long FreeThrough(Session session)
    {
        while (session.Held!.TryPeek(out (long Offset, long Ticket) hold))
        {
            if (hold.Ticket > _done)
            {
                return hold.Offset;
            }

            session.Held.Dequeue();
        }

        return long.MaxValue;
    }

    /// <summary>At the end of a turn: hands over what has happened in it.</summary>
    public void Flush()
    {
        if (Failure is not null || (_line.Count == 0 && _facts.Count == 0 && _wanted <= _ticket))
        {
            return;
        }

        long ticket = _ticket + 1;
        List<SpoolEntry> entries = [.. _facts];
        _facts.Clear();
        long own = long.MaxValue, others = Window - _under, urgent = long.MaxValue;
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (SpoolLine line in _line)
            {
                bool isOwn = line.Stream == line.Stream.Group.Own;
                if (isOwn != (pass == 0))
                {
                    continue;
                }

                entries.AddRange(line.Facts);
                line.Facts.Clear();
                if (!line.HasSegments || (IsShort && !isOwn && !line.IsUrgent))
                {
                    continue;
                }

                int before = entries.Count;
                line.HasSegments = !line.Stream.HandOver(entries, ref isOwn ? ref own : ref line.IsUrgent ? ref urgent : ref others, _state.Now);
                line.IsUrgent = false;
                line.Ticket = entries.Count > before ? ticket : line.Ticket;
                if (isOwn && entries.Count > before)
                {
                    _own.Enqueue((ticket, line.Stream, line.Stream.Received.Highest));
                }
            }
        }

        _line.RemoveAll(l => !(l.InLine = l.HasSegments));
        if (entries.Count == 0 && _wanted <= _ticket)
        {
            return;
        }

        long bytes = long.MaxValue - own + (long.MaxValue - urgent) + (Window - _under - others);
        _ticket = ticket;
        _under += bytes;
        _bytes.Enqueue((ticket, bytes));
        _state.Do(new Effect.Spool(ticket, entries));
    }

    /// <summary>What the writer says.</summary>
    public void Take(Event e)
    {
        if (e is Event.SpoolFailed failed)
        {
            Failed(failed.Reason);
        }
        else if (e is Event.Spooled spooled)
        {
            Spooled(spooled);
        }
    }

    /// <summary>Each second: while the disk is short of room, it is asked again.</summary>
    public void Tick()
    {
        if (IsShort && _ticket == _done)
        {
            _wanted = _ticket + 1;
        }
    }

    // All up to a ticket lasts; or nothing new does, but whether there is room has changed.
    private void Spooled(Event.Spooled e)
    {
        Invariant.Check(e.Ticket <= _ticket, "only what was handed over is reported");
        Bytes = e.Bytes;
        if (e.IsShort != IsShort)
        {
            IsShort = e.IsShort;
            _state.Note(NoteKind.SpoolShort, IsShort
                ? "the disk of the spool is short of room: no updates are taken from clients until there is more"
                : "the disk of the spool has room again");
        }

        if (e.Ticket <= _done || Failure is not null)
        {
            return;
        }

        _done = e.Ticket;
        Syncs++;
        while (_bytes.TryPeek(out (long Ticket, long Bytes) under) && under.Ticket <= _done)
        {
            _under -= _bytes.Dequeue().Bytes;
        }

        while (_own.TryPeek(out (long Ticket, SegmentStream Stream, long Last) own) && own.Ticket <= _done)
        {
            _own.Dequeue();
            own.Stream.Durable = Math.Max(own.Stream.Durable, own.Last);
            core.Flooding.Grown(own.Stream);
        }

        while (_then.TryPeek(out (long Ticket, Action Action) then) && then.Ticket <= _done)
        {
            _then.Dequeue().Action();
        }

        while (_held.TryPeek(out (long Ticket, Session Session) held) && held.Ticket <= _done)
        {
            core.Desk.HasOutput(_held.Dequeue().Session);
        }
    }

    // Nothing may be believed to last any more: no receipt goes out from here on, and the daemon ends.
    private void Failed(string reason)
    {
        if (Failure is null)
        {
            Failure = reason;
            _state.Note(NoteKind.SpoolFailed, $"the spool failed, and what it holds cannot be trusted to last: {reason}. The daemon ends; look after the disk, then start it again");
            core.Desk.FailAll("the daemon's disk has failed");
            core.Stopping.EndNow();
        }
    }
}

// All links and sessions of a daemon: reads them, writes them, ends them. It never looks into a byte.
using System.Net.Sockets;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>The connections by number. Belongs to the loop's thread.</summary>
/// <param name="table">Where they are.</param>
/// <param name="tell">Given each event at once; may lead to calls back in here.</param>
/// <param name="isHeld">Whether what was said on a connection waits for something, so that it does not end yet.</param>
internal sealed class Connections(ConnectionTable table, Action<Event> tell, Func<ConnectionId, bool> isHeld)
{
    /// <summary>The most that one read takes, in bytes.</summary>
    public const int ReadBytes = 256 << 10;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReadBytes, pinned: true);
    private readonly Closing _closing = new(table);
    private readonly BlockedSessions _blocked = new();
    private List<Connection> _dirty = [];
    private List<Connection> _spareDirty = [];
    private List<Connection> _reports = [];
    private List<Connection> _spareReports = [];

    /// <summary>Whether <see cref="Report"/> has something to tell or <see cref="Flush"/> something to write, so that a turn must follow at once.</summary>
    public bool HasWork => _reports.Count > 0 || _dirty.Count > 0;

    /// <summary>When <see cref="Expire"/> has something to do.</summary>
    public Instant NextDeadline => _closing.NextDeadline < _blocked.NextDeadline ? _closing.NextDeadline : _blocked.NextDeadline;

    /// <summary>Puts bytes behind those that wait; nothing is written before <see cref="Flush"/>.</summary>
    public void Send(Effect.Send send)
    {
        // What is sent to a connection whose end the core has not heard of yet is lost with it.
        if (!table.TryGet(send.Id.Value, out Connection? c) || c.Stage > Stage.Ending || c.Cause is not null)
        {
            return;
        }

        c.Outbox.Append(send.Bytes, send.Lasting && (c.IsLink || !c.IsBlocked || c.IsCopiedSoon));
        c.WasSentTo = true;
        if (!c.IsDirty && !c.IsBlocked)
        {
            c.IsDirty = true;
            _dirty.Add(c);
        }
    }

    /// <summary>Stops or resumes reading.</summary>
    public void SetPaused(ConnectionId id, bool isPaused)
    {
        if (table.TryGet(id.Value, out Connection? c))
        {
            c.IsPaused = isPaused;
            table.Input.Resumed(c);
            table.Watch(c);
        }
    }

    /// <summary>Begins to close: the core hears of it no more.</summary>
    public void Close(Instant now, Effect.Close close)
    {
        if (table.TryGet(close.Id.Value, out Connection? c) && close.AtOnce)
        {
            table.Drop(c);
        }
        else if (c is not null)
        {
            BeginClose(now, c);
        }
    }

    /// <summary>Begins to close all.</summary>
    public void CloseAll(Instant now)
    {
        foreach (Connection c in table.All)
        {
            BeginClose(now, c);
        }
    }

    /// <summary>Closes all sockets now.</summary>
    public void Abandon()
    {
        foreach (Connection c in table.All)
        {
            table.Drop(c);
        }
    }

    /// <summary>Goes on with a socket that can.</summary>
    /// <returns>How many bytes were read; -1 if the key is none of ours.</returns>
    public int Go(Instant now, Ready ready)
    {
        if (!table.TryGet(ready.Key, out Connection? c))
        {
            return -1;
        }

        if (ready.CanWrite && c.IsBlocked)
        {
            c.IsBlocked = false;
            Write(now, c);
            TellWritten(c);
        }

        if (c.Stage != Stage.Gone && c.Watched.Read && (ready.CanRead || ready.IsBroken))
        {
            return Read(c);
        }

        if (ready.IsBroken && c.Stage != Stage.Gone)
        {
            Fail(c, c.Cause ?? "the connection broke");
        }

        return 0;
    }

    /// <summary>Writes what was sent during the turn: one system call for each connection, if it takes all.</summary>
    public void Flush(Instant now)
    {
        (List<Connection> all, _dirty, _spareDirty) = (_dirty, _spareDirty, _dirty);
        foreach (Connection c in all)
        {
            c.IsDirty = false;
            if (c.Stage < Stage.Draining && !c.IsBlocked)
            {
                Write(now, c);
            }
        }

        all.Clear();
    }

    /// <summary>Tells the core what was written in this turn. It says itself if that makes it want another one.</summary>
    public void Credit()
    {
        _reports.ForEach(TellWritten);
        _reports.RemoveAll(c => !(c.IsReported = c.Stage != Stage.Open || c.Cause is not null));
    }

    /// <summary>Tells the core of connections that are over.</summary>
    public void Report()
    {
        (List<Connection> all, _reports, _spareReports) = (_reports, _spareReports, _reports);
        foreach (Connection c in all)
        {
            c.IsReported = false;
            LookAtEnd(c);
        }

        all.Clear();
    }

    /// <summary>Gives up what took too long to close, and copies what waits too long.</summary>
    public void Expire(Instant now)
    {
        _closing.Expire(now);
        _blocked.Expire(now);
    }

    private int Read(Connection c)
    {
        int count = c.Socket.Receive(_buffer.AsSpan(0, c.IsLink ? ReadBytes : table.Input.ReadMax), SocketFlags.None, out SocketError error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
        {
            return 0;
        }

        if (error != SocketError.Success)
        {
            Fail(c, c.Cause ?? Words.Of(error));
        }
        else if (count == 0)
        {
            EndOfInput(c);
        }
        else if (c.Stage == Stage.Open)
        {
            tell(new Event.Received(c.Id, new ReadOnlyMemory<byte>(_buffer, 0, count)));
            table.Input.Told(c, count);
        }

        return count;
    }

    private void EndOfInput(Connection c)
    {
        const string Why = "closed by the other end";
        if (c.Stage == Stage.Draining || c.IsLink || c.Cause is not null)
        {
            Fail(c, c.Cause ?? Why);
            return;
        }

        // A client may say all that it wants, shut its end and wait for the replies, as `printf ... | nc -N` does.
        c.Stage = Stage.Ending;
        c.WasSentTo |= c.Outbox.Count > 0;
        table.Watch(c);
        AddReport(c);
    }

    // Over once everything is written and the core, told so, had nothing to add for a whole turn, and keeps nothing back until it lasts.
    private void LookAtEnd(Connection c)
    {
        if (c.Stage == Stage.Ending && !c.IsBlocked && !isHeld(c.Id))
        {
            if (c.WasSentTo)
            {
                c.WasSentTo = false;
                AddReport(c);
                return;
            }

            Fail(c, c.Cause ?? "closed by the other end");
        }
        else if (c.Stage == Stage.Open && c.Cause is not null && (c.IsPaused || !c.CanRead))
        {
            Fail(c, c.Cause);
        }
    }

    private void Write(Instant now, Connection c)
    {
        c.Written += c.Outbox.WriteTo(c.Socket, out SocketError error);
        c.IsBlocked = error == SocketError.WouldBlock;
        _blocked.Look(now, c);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            // What the other end said before it went can still be read: only the end of that is the end.
            c.Cause = Words.Of(error);
            c.CanRead = error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown;
            c.Outbox.Clear();
        }

        if (c.Stage == Stage.Flushing)
        {
            if (!c.IsBlocked)
            {
                _closing.Shut(now, c);
            }
        }
        else if (c.Written > 0 || c.Cause is not null)
        {
            AddReport(c);
        }

        table.Watch(c);
    }

    private void BeginClose(Instant now, Connection c)
    {
        if (c.Stage > Stage.Ending)
        {
            return;
        }

        _closing.Begin(now, c);
        if (!c.IsBlocked && !c.IsDirty)
        {
            c.IsDirty = true;
            _dirty.Add(c);
        }

        table.Watch(c);
    }

    private void TellWritten(Connection c)
    {
        if (c.Written > 0 && c.Stage <= Stage.Ending)
        {
            int count = c.Written;
            c.Written = 0;
            tell(new Event.Written(c.Id, count));
        }
    }

    private void Fail(Connection c, string cause)
    {
        bool isToldOf = c.Stage <= Stage.Ending;
        table.Drop(c);
        if (isToldOf)
        {
            tell(new Event.Closed(c.Id, cause));
        }
    }

    private void AddReport(Connection c)
    {
        if (!c.IsReported)
        {
            c.IsReported = true;
            _reports.Add(c);
        }
    }
}

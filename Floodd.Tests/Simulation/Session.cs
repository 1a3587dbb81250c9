// A simulated client: speaks the client port's language over a loopback connection, as a program on the site's host would.
using System.Globalization;
using System.Net;
using System.Text;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>One session. Requests are pipelined; replies are matched in order.</summary>
internal sealed class Session
{
    private readonly World _world;
    private readonly SimulatedSite _site;
    private readonly End _end;
    private readonly Queue<Reply> _waiting = new();
    private readonly List<ExportedUpdate> _updates = [];
    private byte[] _buffer = new byte[1024];
    private int _begin;
    private int _filled;
    private Reply? _following;
    private bool _greeted;
    private bool _reading;

    /// <summary>Connects to a site that is up.</summary>
    public Session(World world, SimulatedSite site)
    {
        (_world, _site) = (world, site);
        Route loopback = world.Network.Between(site.Index, site.Index);
        _end = new End { Client = this };
        var far = new End { Site = site, Id = site.NextConnectionId() };
        world.Wires.Join(_end, far, loopback, loopback);
        site.Connections.Add(far.Id, far);
        site.Enqueue(new Event.SessionOpened(far.Id, IPAddress.Loopback, true));
    }

    /// <summary>Whether neither side has closed it.</summary>
    public bool IsOpen => _end.Open;

    /// <summary>The greeting; empty before it came.</summary>
    public string Greeting { get; private set; } = "";

    /// <summary>Whether the client reads nothing for now.</summary>
    public bool IsSlow
    {
        get => _end.ReadingPaused;
        set
        {
            _end.ReadingPaused = value;
            Read();
        }
    }

    /// <summary>The updates that a subscription has brought, each checked against the ledger.</summary>
    public IReadOnlyList<ExportedUpdate> Updates => _updates;

    /// <summary>The gaps that a subscription was told.</summary>
    public List<(UpdateId First, long Last)> Gaps { get; } = [];

    /// <summary>Sends a request line.</summary>
    public Reply Ask(string line)
    {
        var reply = new Reply(line, null);
        Send(Encoding.UTF8.GetBytes(line + "\n"), reply);
        return reply;
    }

    /// <summary>Floods an update, in the form with a size.</summary>
    public Reply Flood(string group, Flooded flooded, ReadOnlyMemory<byte> bytes)
    {
        var reply = new Reply($"flood {group} {flooded.Length}{(flooded.ClientKey is { } key ? $" key {key}" : "")}", flooded);
        Send(Encoding.UTF8.GetBytes(reply.Request + "\n"), reply);
        _world.Wires.Send(_end, bytes, true);
        return reply;
    }

    /// <summary>The client is gone, without a word.</summary>
    public void Vanish()
    {
        _world.Wires.Die(_end, false);
        Lose();
    }

    /// <summary>Reads what is there; called by the wires.</summary>
    public void Read()
    {
        if (_reading || !_end.Open)
        {
            return;
        }

        _reading = true;
        while (_end.Broken is null && !_end.ReadingPaused && _end.In.Read < _end.In.Arrived)
        {
            Reserve((int)Math.Min(_end.In.Arrived - _end.In.Read, 64 << 10));
            _filled += _world.Wires.Read(_end, _buffer.AsSpan(_filled));
            Parse();
        }

        _reading = false;
        if (_end.Broken is not null || (_end.In.EndArrived && _end.In.Read == _end.In.Arrived && !_end.ReadingPaused))
        {
            _end.Open = false;
            Lose();
        }
    }

    private void Send(byte[] line, Reply reply)
    {
        if (!_end.Open)
        {
            Finish(reply, -1);
            return;
        }

        _waiting.Enqueue(reply);
        _world.Wires.Send(_end, line, true);
    }

    private void Lose()
    {
        while (_waiting.TryDequeue(out Reply? reply))
        {
            Finish(reply, -1);
        }
    }

    private static void Finish(Reply reply, int code)
    {
        reply.Code = code;
        reply.IsDone = true;
        if (reply.Flooded is { IsAnswered: false } flooded)
        {
            flooded.RefusedWith = code;
        }
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _filled >= count)
        {
            return;
        }

        byte[] to = _filled - _begin + count > _buffer.Length ? new byte[Math.Max(_buffer.Length * 2, _filled - _begin + count)] : _buffer;
        _buffer.AsSpan(_begin, _filled - _begin).CopyTo(to);
        (_buffer, _filled, _begin) = (to, _filled - _begin, 0);
    }

    private void Parse()
    {
        while (true)
        {
            Span<byte> rest = _buffer.AsSpan(_begin, _filled - _begin);
            int end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                return;
            }

            Span<byte> line = rest[..end].TrimEnd((byte)'\r');
            int used = end + 1;
            if (_following is null && line.StartsWith("update "u8))
            {
                if (!_world.TryReadUpdateLine(line, out _, out int size) || rest.Length <= used + size)
                {
                    return;
                }

                _updates.Add(_world.Exports.Identify($"subscriber at {_site.Name}", line, rest[used..]));
                used += size + 1;
            }
            else
            {
                Take(Encoding.UTF8.GetString(line));
            }

            _begin += used;
        }
    }

    private void Take(string line)
    {
        if (_following is { } following)
        {
            if (line == ".")
            {
                _following = null;
                following.IsDone = true;
            }
            else
            {
                following.Lines.Add(line.StartsWith('.') ? line[1..] : line);
            }

            return;
        }

        if (line.Split(' ') is ["gap", _, var first, var last] && UpdateId.TryParse(first, out UpdateId from))
        {
            Gaps.Add((from, long.Parse(last, CultureInfo.InvariantCulture)));
            return;
        }

        if (line.Length < 4 || !int.TryParse(line.AsSpan(0, 3), out int code) || line[3] != ' ')
        {
            throw new ViolationException($"{_site.Name} answered '{line}', which is no reply");
        }

        if (!_greeted)
        {
            (_greeted, Greeting) = (true, line);
        }
        else if (code / 100 != 3)
        {
            Answer(code, line[4..]);
        }
    }

    private void Answer(int code, string text)
    {
        if (!_waiting.TryDequeue(out Reply? reply))
        {
            // 421 and 554 may come unasked, before the connection closes.
            if (code is not (421 or 554))
            {
                throw new ViolationException($"{_site.Name} answered '{code} {text}' to nothing");
            }

            return;
        }

        reply.Text = text;
        if (text.EndsWith(" follows", StringComparison.Ordinal))
        {
            reply.Code = code;
            _following = reply;
            return;
        }

        if (reply.Flooded is { } flooded && code == 250)
        {
            KeyChecker.Answered(_world, _site, flooded, text);
        }

        Finish(reply, code);
    }
}

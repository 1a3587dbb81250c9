// Reads one connection's replies, updates and gaps as whole values. Never holds more than the one it is reading and what one read brought.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Floodd.Client.Protocol;

namespace Floodd.Client.Connections;

/// <summary>What a daemon says, one thing after another. One reader at a time.</summary>
/// <param name="stream">The connection.</param>
/// <param name="updateSizeMax">The largest update taken, in bytes.</param>
/// <param name="time">The clock by which it is noted when something was heard; null for the system's.</param>
internal sealed class ReplyStream(Stream stream, int updateSizeMax, TimeProvider? time = null)
{
    private const int BufferSize = 64 << 10;
    private const int LineMax = 1 << 20;

    // The size on the update's line is only believed so far before bytes back it up.
    private const int FirstBodyMax = 1 << 20;

    // What a listing may take in memory, about: many times what a group of thousands of sites needs.
    private const long ListingMax = 64 << 20;
    private const int ListingLineCost = 64;

    private readonly ReplyReader _reader = new(LineMax);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly NameTable _groups = new();
    private readonly NameTable _origins = new();
    private readonly List<string> _lines = [];
    private byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private (int Code, string Text) _head;
    private long _listed;
    private (string Group, FloodId Id, int Size) _update;
    private byte[] _body = [];
    private int _bodyLength;
    private long _readCount;
    private long _heardAt = (time ?? TimeProvider.System).GetTimestamp();

    /// <summary>When the last byte was heard, by the clock's timestamps; in the beginning when this was made. May be read by other threads.</summary>
    public long HeardAt => Volatile.Read(ref _heardAt);

    /// <summary>How many times something was heard. May be read by other threads.</summary>
    public long ReadCount => Volatile.Read(ref _readCount);

    /// <summary>The next thing that the daemon says.</summary>
    /// <exception cref="FlooddException">The connection has ended, or says what no daemon says.</exception>
    public ValueTask<Incoming> NextAsync(CancellationToken cancellation) =>
        TryTake(out Incoming incoming) ? ValueTask.FromResult(incoming) : ReadAsync(cancellation);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Incoming> ReadAsync(CancellationToken cancellation)
    {
        Incoming incoming;
        do
        {
            int count;
            try
            {
                count = await FillAsync(cancellation).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw FlooddException.Lost("the connection was lost", e);
            }

            if (count == 0)
            {
                throw FlooddException.Lost("the daemon closed the connection");
            }

            Volatile.Write(ref _readCount, _readCount + 1);
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
        }
        while (!TryTake(out incoming));
        return incoming;
    }

    /// <summary>One read: to where an update's bytes belong if they would fill the buffer, else to the buffer, behind the piece of a line that is there.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        int count;
        if (_reader.BodyRemaining >= BufferSize)
        {
            Reserve(1);
            count = await stream.ReadAsync(_body.AsMemory(_bodyLength), cancellation).ConfigureAwait(false);
            _bodyLength += count;
            _reader.Passed(count);
            return count;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
        _end += count;
        return count;
    }

    private bool TryTake(out Incoming incoming)
    {
        incoming = default;
        while (true)
        {
            ReadOnlySpan<byte> unread = _buffer.AsSpan(_start, _end - _start);
            ReplyToken token = _reader.Read(unread, out int consumed, out ReadOnlySpan<byte> data);
            _start += consumed;
            switch (token)
            {
                case ReplyToken.NeedMore:
                    return false;
                case ReplyToken.Reply:
                    _head = (int.Parse(data[..3], NumberStyles.None, CultureInfo.InvariantCulture), Encoding.UTF8.GetString(data.Length > 4 ? data[4..] : default));
                    if (!_head.Text.EndsWith(" follows", StringComparison.Ordinal))
                    {
                        incoming = new Incoming(new Reply(_head.Code, _head.Text, []), null, null);
                        return true;
                    }

                    break;
                case ReplyToken.ListingLine:
                    _listed += data.Length + ListingLineCost;
                    if (_listed > ListingMax)
                    {
                        throw FlooddException.Misunderstood("a listing without an end");
                    }

                    _lines.Add(Encoding.UTF8.GetString(data));
                    break;
                case ReplyToken.ListingEnd:
                    incoming = new Incoming(new Reply(_head.Code, _head.Text, [.. _lines]), null, null);
                    _lines.Clear();
                    _listed = 0;
                    return true;
                case ReplyToken.Update:
                    BeginUpdate(data);
                    break;
                case ReplyToken.UpdateBody:
                    Reserve(data.Length);
                    data.CopyTo(_body.AsSpan(_bodyLength));
                    _bodyLength += data.Length;
                    break;
                case ReplyToken.UpdateEnd:
                    incoming = new Incoming(null, new FloodUpdate(_update.Group, _update.Id, _body.AsMemory(0, _bodyLength)), null);
                    _body = [];
                    return true;
                case ReplyToken.Gap:
                    incoming = new Incoming(null, null, ReadGap(data));
                    return true;
                default:
                    throw FlooddException.Misunderstood(Encoding.UTF8.GetString(data.IsEmpty ? unread[..Math.Min(unread.Length, 80)] : data));
            }
        }
    }

    // update = "update " GROUP " " ID " " SIZE LF SIZE*any byte LF
    private void BeginUpdate(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line["update ".Length..];
        int first = rest.IndexOf((byte)' ');
        int last = rest.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first || !TryReadId(rest[(first + 1)..last], out FloodId id)
            || !long.TryParse(rest[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long size))
        {
            throw FlooddException.Misunderstood(Encoding.UTF8.GetString(line));
        }

        if (size > updateSizeMax)
        {
            throw new FlooddException(ReplyCode.TooLarge, $"update {id} of {size} bytes is larger than UpdateSizeMax ({updateSizeMax})");
        }

        _update = (_groups.Get(rest[..first]), id, (int)size);
        _body = size == 0 ? [] : GC.AllocateUninitializedArray<byte>((int)Math.Min(size, FirstBodyMax));
        _bodyLength = 0;
    }

    /// <summary>Makes room for some more of the update's bytes.</summary>
    private void Reserve(int count)
    {
        if (_body.Length < _bodyLength + count)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(_update.Size, Math.Max((long)_body.Length * 2, (long)_bodyLength + count)));
            _body.AsSpan(0, _bodyLength).CopyTo(larger);
            _body = larger;
        }
    }

    // gap = "gap " GROUP " " ORIGIN "/" INCARNATION "/" FIRST " " LAST LF
    private FloodGap ReadGap(ReadOnlySpan<byte> line)
    {
        string[] words = Encoding.UTF8.GetString(line).Split(' ');
        return words.Length >= 4 && FloodId.TryParse(words[2], out FloodId first)
            && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last >= first.Sequence
            ? new FloodGap(words[1], first, last)
            : throw FlooddException.Misunderstood(Encoding.UTF8.GetString(line));
    }

    private bool TryReadId(ReadOnlySpan<byte> text, out FloodId id)
    {
        bool read = UpdateIdText.TryRead(text, out ReadOnlySpan<byte> origin, out ulong incarnation, out long sequence) && sequence > 0;
        id = read ? new FloodId(_origins.Get(origin), incarnation, sequence) : default;
        return read;
    }
}

// Replies on their way to one client: grows, is handed out in slices, and begins anew with the next step. Slices stay valid when it grows; large room is shared.
using System.Buffers;
using System.Globalization;
using System.Text;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>The replies of one session.</summary>
/// <param name="spare">Where all sessions have their large arrays from; null for none to share with.</param>
internal sealed class ReplyBuffer(SpareRoom? spare = null) : IBufferWriter<byte>
{
    private const int Least = 512;
    private const int Own = 4096;

    // What it has by itself; _bytes is another array while that is too small.
    private byte[] _own = new byte[Least];
    private byte[] _bytes = [];
    private readonly List<byte[]> _lent = [];
    private int _written, _taken;
    private long _cleared;

    /// <summary>Bytes written and not yet taken.</summary>
    public int Count => _written - _taken;

    /// <summary>Where the next byte goes, counted from the first that was ever written.</summary>
    public long Position => _cleared + _written;

    /// <summary>Takes what was written since the last time, up to a position. Lent until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Take(long through)
    {
        int end = (int)Math.Clamp(through - _cleared, _taken, _written);
        ReadOnlyMemory<byte> slice = _bytes.AsMemory(_taken, end - _taken);
        _taken = end;
        return slice;
    }

    /// <summary>Unwrites what was written from a position on, and not taken.</summary>
    public void CutAt(long position) => _written = (int)Math.Clamp(position - _cleared, _taken, _written);

    /// <summary>Takes what was written since the last time. Lent until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte> slice = _bytes.AsMemory(_taken, _written - _taken);
        _taken = _written;
        return slice;
    }

    /// <summary>Begins anew; what was not taken moves to the front.</summary>
    public void Clear()
    {
        foreach (byte[] one in _lent)
        {
            spare!.Give(one);
        }

        _lent.Clear();
        int rest = Count;
        if (rest > 0)
        {
            _bytes.AsSpan(_taken, rest).CopyTo(_bytes);
        }
        else
        {
            GiveBack();
        }

        _cleared += _taken;
        (_taken, _written) = (0, rest);
    }

    /// <summary>Goes on in other room, all that was written having been taken: that stays lent until <see cref="Clear"/>.</summary>
    public void GoOnElsewhere()
    {
        Invariant.Check(Count == 0 && spare is not null);
        if (_bytes != _own)
        {
            _lent.Add(_bytes);
        }

        _bytes = spare!.Take();
        _cleared += _taken;
        (_taken, _written) = (0, 0);
    }

    /// <summary>Gives the room back that is not used now.</summary>
    public void Trim()
    {
        if (_written == 0)
        {
            GiveBack();
            _own = _own.Length > Least ? new byte[Least] : _own;
            _bytes = _own;
        }
    }

    /// <summary>A whole line, its LF added. A text that would announce a listing, as a group called "follows" at its end does, gets a full stop.</summary>
    public void Line(int code, string text)
    {
        Number(code);
        Put(" "u8);
        Text(text);
        if (text.EndsWith(" follows", StringComparison.Ordinal))
        {
            Put("."u8);
        }

        Put("\n"u8);
    }

    /// <summary>Text as UTF-8.</summary>
    public void Text(string text)
    {
        Span<byte> room = GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _written += Encoding.UTF8.GetBytes(text, room);
    }

    /// <summary>Bytes as they are.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _written += bytes.Length;
    }

    /// <summary>A number in decimal digits.</summary>
    public void Number(long value)
    {
        value.TryFormat(GetSpan(20), out int count, default, CultureInfo.InvariantCulture);
        _written += count;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _written += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Room(sizeHint);
        return _bytes.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Room(sizeHint);
        return _bytes.AsSpan(_written);
    }

    private void Room(int count)
    {
        int needed = _written + Math.Max(count, 64);
        if (needed <= _bytes.Length)
        {
            return;
        }

        // Slices of the old array may be lent, so it is not given to another session.
        byte[] larger = needed <= _own.Length ? _own
            : needed <= Own ? _own = new byte[Own]
            : needed <= SpareRoom.ArrayBytes && spare is not null ? spare.Take()
            : new byte[Math.Max(needed, _bytes.Length * 2)];
        _bytes.AsSpan(0, _written).CopyTo(larger);
        _bytes = larger;
    }

    // Nothing is lent and nothing waits: a session that has little to say holds little.
    private void GiveBack()
    {
        if (_bytes != _own)
        {
            spare?.Give(_bytes);
            _bytes = _own;
        }
    }
}

// Bytes on their way, first in, first out, in the pieces they came in; never copies what it is given.
namespace Floodd.Tests.Simulation;

/// <summary>A queue of pieces that can be taken from at any byte.</summary>
internal sealed class ByteQueue
{
    private ReadOnlyMemory<byte>[] _pieces = new ReadOnlyMemory<byte>[4];
    private int _head;
    private int _count;
    private int _offset;

    /// <summary>Adds a piece that must not change until it is taken.</summary>
    public void Append(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        if (_count == _pieces.Length)
        {
            var grown = new ReadOnlyMemory<byte>[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                grown[i] = _pieces[(_head + i) & (_pieces.Length - 1)];
            }

            (_pieces, _head) = (grown, 0);
        }

        _pieces[(_head + _count++) & (_pieces.Length - 1)] = piece;
    }

    /// <summary>Takes as many bytes as the destination holds; there must be that many.</summary>
    public void Take(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> first = _pieces[_head].Span[_offset..];
            int count = Math.Min(first.Length, destination.Length);
            first[..count].CopyTo(destination);
            destination = destination[count..];
            Advance(count, first.Length);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_pieces);
        (_head, _count, _offset) = (0, 0, 0);
    }

    private void Advance(int count, int rest)
    {
        if (count < rest)
        {
            _offset += count;
            return;
        }

        _pieces[_head] = default;
        _head = (_head + 1) & (_pieces.Length - 1);
        _count--;
        _offset = 0;
    }
}

// The bytes that one connection still has to write, in order. It owns copies of all that was only lent to it.
using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Floodd.Hosting;

/// <summary>Gathers what is sent during a turn, so that it leaves with one system call.</summary>
internal sealed class Outbox
{
    /// <summary>Lasting memory from this size on is kept by reference: below it, copying costs less than one more piece of a gathering write.</summary>
    public const int KeepFromBytes = 32 << 10;

    private const int ChunkLeast = 4 << 10;
    private const int ChunkMiddle = 16 << 10;
    private const int ChunkBytes = 64 << 10;
    private const int PiecesAtOnce = 64;

    // Few are kept: when many clients do not read, what they gave back at last would stay with the runtime's own pool for minutes.
    private static readonly ArrayPool<byte> Chunks = ArrayPool<byte>.Create(ChunkBytes, 16);

    private readonly Queue<Piece> _pieces = new();
    private readonly List<ArraySegment<byte>> _gathered = [];
    private Piece? _tail;

    /// <summary>How many bytes wait.</summary>
    public long Count { get; private set; }

    /// <summary>Adds bytes behind all others.</summary>
    /// <param name="bytes">What.</param>
    /// <param name="lasting">Whether they never change; else they are copied here.</param>
    public void Append(ReadOnlyMemory<byte> bytes, bool lasting)
    {
        Count += bytes.Length;
        if (lasting && bytes.Length >= KeepFromBytes && MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> kept))
        {
            _pieces.Enqueue(new Piece(kept.Array!, kept.Offset, kept.Offset + kept.Count, isOwned: false));
            _tail = null;
            return;
        }

        Copy(bytes.Span);
    }

    /// <summary>Writes until nothing is left or the system takes no more.</summary>
    /// <param name="socket">Where to.</param>
    /// <param name="error">What the system said.</param>
    /// <returns>How many bytes were taken.</returns>
    public int WriteTo(Socket socket, out SocketError error)
    {
        error = SocketError.Success;
        int total = 0;
        while (Count > 0 && error == SocketError.Success)
        {
            int count = Send(socket, out int offered, out error);
            Advance(count);
            total += count;
            if (error == SocketError.Success && count < offered)
            {
                error = SocketError.WouldBlock;
            }
        }

        return total;
    }

    /// <summary>Copies what is kept by reference: the rest of what it stands in can go.</summary>
    public void Own()
    {
        int count = _pieces.Count;
        _tail = null;
        for (; count > 0; count--)
        {
            Piece piece = _pieces.Dequeue();
            if (piece.IsOwned)
            {
                _pieces.Enqueue(piece);
                _tail = piece;
            }
            else
            {
                Copy(piece.Bytes.AsSpan(piece.Start, piece.Length));
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Advance(Count);

    // A connection on which little waits holds little: there may be a thousand of them.
    private static int ChunkFor(long count) => count <= 4 * ChunkLeast ? ChunkLeast : count <= 8 * ChunkMiddle ? ChunkMiddle : ChunkBytes;

    private void Copy(ReadOnlySpan<byte> rest)
    {
        while (rest.Length > 0)
        {
            if (_tail is null || _tail.End == _tail.Bytes.Length)
            {
                _tail = new Piece(Chunks.Rent(ChunkFor(_pieces.Count == 0 ? rest.Length : Count)), 0, 0, isOwned: true);
                _pieces.Enqueue(_tail);
            }

            int count = Math.Min(rest.Length, _tail.Bytes.Length - _tail.End);
            rest[..count].CopyTo(_tail.Bytes.AsSpan(_tail.End));
            _tail.End += count;
            rest = rest[count..];
        }
    }

    private int Send(Socket socket, out int offered, out SocketError error)
    {
        int count;
        if (_pieces.Count == 1)
        {
            Piece only = _pieces.Peek();
            offered = only.Length;
            count = socket.Send(only.Bytes.AsSpan(only.Start, offered), SocketFlags.None, out error);
        }
        else
        {
            offered = 0;
            foreach (Piece piece in _pieces)
            {
                _gathered.Add(new ArraySegment<byte>(piece.Bytes, piece.Start, piece.Length));
                offered += piece.Length;
                if (_gathered.Count == PiecesAtOnce)
                {
                    break;
                }
            }

            count = socket.Send(_gathered, SocketFlags.None, out error);
            _gathered.Clear();
        }

        return error == SocketError.Success ? count : 0;
    }

    private void Advance(long count)
    {
        Count -= count;
        while (_pieces.TryPeek(out Piece? first))
        {
            if (count < first.Length)
            {
                first.Start += (int)count;
                return;
            }

            count -= first.Length;
            _pieces.Dequeue();
            if (first.IsOwned)
            {
                Chunks.Return(first.Bytes);
            }
        }

        _tail = null;
    }

    private sealed class Piece(byte[] bytes, int start, int end, bool isOwned)
    {
        public byte[] Bytes { get; } = bytes;

        public int Start { get; set; } = start;

        public int End { get; set; } = end;

        public int Length => End - Start;

        public bool IsOwned { get; } = isOwned;
    }
}

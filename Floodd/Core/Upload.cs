// An update on its way in from one client. Kept apart from the streams until it is whole, so that nothing of a half one is ever flooded.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>An update on its way in from a client. Nothing of it is flooded before it is whole.</summary>
internal sealed class Upload(Group? group, long size, FloodKey? key, int refusal, string refusalText, Instant begun)
{
    private const int PieceSize = 64 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _lastUsed = PieceSize;

    /// <summary>Where it is to be flooded; null when it is only skipped.</summary>
    public Group? Group { get; } = group;

    /// <summary>What the client said, in bytes; -1 when a dot will end it.</summary>
    public long Size { get; } = size;

    /// <summary>What the client calls it; null if nothing.</summary>
    public FloodKey? Key { get; } = key;

    /// <summary>The update that came first under its key, whose receipt is the reply when all has been skipped; null while none is known.</summary>
    public UpdateId? First { get; private set; }

    /// <summary>The length of that update, in bytes.</summary>
    public long FirstSize { get; private set; }

    /// <summary>Whether it has been flooded already, so that its end needs no more.</summary>
    public bool Flooded { get; set; }

    /// <summary>The reply code when it is skipped; 0 while it is taken.</summary>
    public int Refusal { get; private set; } = refusal;

    public string RefusalText { get; private set; } = refusalText;

    /// <summary>When its command was read, or its bytes after a pause that was ours.</summary>
    public Instant Begun { get; set; } = begun;

    /// <summary>Bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>What the store is charged for it, in bytes.</summary>
    public long Charged { get; set; }

    /// <summary>Room that the next <paramref name="count"/> bytes need beyond what is charged, in bytes: each piece costs, not each line.</summary>
    public long ChargeFor(int count) => count + (Slab.ChargePerSegment * (PiecesOf(Received + count) - PiecesOf(Received)));

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Received += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_lastUsed == PieceSize)
            {
                _pieces.Add(new byte[Size >= 0 ? (int)Math.Min(PieceSize, Math.Max(bytes.Length, 4096)) : Math.Min(PieceSize, Math.Max(bytes.Length, 512))]);
                _lastUsed = 0;
            }

            byte[] last = _pieces[^1];
            if (_lastUsed == last.Length)
            {
                Array.Resize(ref last, Math.Min(PieceSize, last.Length * 2));
                _pieces[^1] = last;
            }

            int count = Math.Min(bytes.Length, last.Length - _lastUsed);
            bytes[..count].CopyTo(last.AsSpan(_lastUsed));
            _lastUsed += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Counts bytes that are not kept.</summary>
    public void Skip(int count) => Received += count;

    /// <summary>From here on it is skipped, and this is the reply when it is over.</summary>
    public void Refuse(int code, string text)
    {
        (Refusal, RefusalText) = (code, text);
        _pieces.Clear();
    }

    /// <summary>From here on it is skipped, because it repeats another update's key.</summary>
    public void Repeat(UpdateId first, long size)
    {
        (First, FirstSize) = (first, size);
        _pieces.Clear();
    }

    /// <summary>The bytes of a segment's worth each; one empty piece for an empty update.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        if (_pieces.Count == 0)
        {
            yield return ReadOnlyMemory<byte>.Empty;
        }

        for (int i = 0; i < _pieces.Count; i++)
        {
            yield return i < _pieces.Count - 1 ? _pieces[i] : _pieces[i].AsMemory(0, _lastUsed);
        }
    }

    private static long PiecesOf(long bytes) => (bytes + PieceSize - 1) / PieceSize;
}

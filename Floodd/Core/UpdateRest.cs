// What one subscriber is still to get of a large update, when it has not yet taken what came before. Keeps references, copies nothing.
namespace Floodd.Core;

/// <summary>Pieces that lie in the store, in order. The store may give them up meanwhile: they stay until they are sent.</summary>
internal sealed class UpdateRest
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new();

    /// <summary>How many bytes wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether nothing waits any more.</summary>
    public bool IsEmpty => _pieces.Count == 0;

    /// <summary>Adds a piece behind all others; its bytes never change.</summary>
    public void Add(ReadOnlyMemory<byte> piece)
    {
        _pieces.Enqueue(piece);
        Bytes += piece.Length;
    }

    /// <summary>Takes the first piece.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte> piece = _pieces.Dequeue();
        Bytes -= piece.Length;
        return piece;
    }
}

// A stream that gives its bytes in the pieces that a test chose, and then ends. Completes every read at once.
namespace Floodd.Tests.Client;

/// <summary>What a daemon says, cut.</summary>
/// <param name="pieces">The bytes of one read after another.</param>
internal sealed class SplitStream(IEnumerable<ReadOnlyMemory<byte>> pieces) : Stream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> _pieces = pieces.GetEnumerator();
    private ReadOnlyMemory<byte> _rest;

    /// <summary>How many bytes were read.</summary>
    public long ReadBytes { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Cuts bytes at random: into pieces of 1 to so many.</summary>
    public static IEnumerable<byte[]> Split(byte[] bytes, Random random, int pieceMax)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int size = Math.Min(bytes.Length - at, 1 + random.Next(pieceMax));
            yield return bytes[at..(at + size)];
            at += size;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (_rest.IsEmpty)
        {
            if (!_pieces.MoveNext())
            {
                return 0;
            }

            _rest = _pieces.Current;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        ReadBytes += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

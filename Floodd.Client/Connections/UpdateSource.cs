// The stream that an update comes from: how much it has, and its bytes from where it stood. Never reads past the end of the update but to see that it is the end.
namespace Floodd.Client.Connections;

/// <summary>A caller's stream.</summary>
internal sealed class UpdateSource
{
    private readonly Stream _stream;
    private readonly long _start;
    private bool _read;

    /// <summary>The rest of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="said">Its size as the caller said, or null.</param>
    public UpdateSource(Stream stream, long? said)
    {
        _stream = stream;
        _start = stream.CanSeek ? stream.Position : 0;
        Size = said ?? (stream.CanSeek ? Math.Max(0, stream.Length - _start) : null);
    }

    /// <summary>How many bytes it has; null if nobody knows.</summary>
    public long? Size { get; }

    /// <summary>Whether it can be read from its beginning, again if need be.</summary>
    public bool IsAtStart => !_read || _stream.CanSeek;

    /// <summary>Its bytes, if they are in memory anyhow.</summary>
    public bool TryGetMemory(out ReadOnlyMemory<byte> whole)
    {
        whole = default;
        if (_stream is not MemoryStream memory || !memory.TryGetBuffer(out ArraySegment<byte> buffer) || buffer.Count - _start != Size)
        {
            return false;
        }

        whole = buffer.AsMemory((int)_start);
        memory.Position = memory.Length;
        return true;
    }

    /// <summary>Reads it whole.</summary>
    /// <exception cref="IOException">It is shorter or longer than its size.</exception>
    /// <exception cref="FlooddException">Its size is not known and exceeds <paramref name="max"/>.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadWholeAsync(int max, CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        int count;
        while ((count = await ReadAsync(piece, cancellation, cancellation).ConfigureAwait(false)) > 0)
        {
            whole.Write(piece, 0, count);
            if (Size is { } size && whole.Length > size)
            {
                throw Longer();
            }

            if (whole.Length > max && Size is null)
            {
                throw new FlooddException(FlooddReplyCode.TooLarge, $"the update is larger than UpdateSizeMax ({max} bytes)");
            }
        }

        return whole.Length < Size ? throw Shorter(whole.Length) : whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    /// <summary>Goes back to where it began.</summary>
    public void Restart()
    {
        if (_read)
        {
            _stream.Position = _start;
        }
    }

    /// <summary>The next bytes of it.</summary>
    /// <param name="to">Where to; not the caller's memory.</param>
    /// <param name="giveUp">The caller gives up, and does not wait for a stream that takes no notice.</param>
    /// <param name="cancellation">That, or the bytes are not needed any more: the stream is waited for, as it may be read again.</param>
    public async ValueTask<int> ReadAsync(Memory<byte> to, CancellationToken giveUp, CancellationToken cancellation)
    {
        _read = true;
        ValueTask<int> coming = _stream.ReadAsync(to, cancellation);
        if (coming.IsCompleted)
        {
            return await coming.ConfigureAwait(false);
        }

        Task<int> reading = coming.AsTask();
        try
        {
            return await reading.WaitAsync(giveUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!reading.IsCompleted)
        {
            // What a stream fails with that nobody waits for any more is nobody's.
            reading.Leave();
            throw;
        }
    }

    /// <summary>It is longer than its size.</summary>
    public IOException Longer() => new($"the stream has more than {Size} bytes; nothing of it is flooded");

    /// <summary>It is shorter than its size.</summary>
    public EndOfStreamException Shorter(long length) => new($"the stream ended after {length} of {Size} bytes; nothing of it is flooded");
}

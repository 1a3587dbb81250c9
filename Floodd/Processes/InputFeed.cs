// Feeds a child's standard input: many small pieces in few writes. It knows nothing of limits, only reports progress.
using System.Buffers;
using System.Diagnostics;

namespace Floodd.Processes;

/// <summary>One child's input on its way into the pipe.</summary>
/// <param name="pipe">The child's standard input.</param>
/// <param name="progress">Called after each write that the pipe took.</param>
internal sealed class InputFeed(Stream pipe, Action progress)
{
    // A pipe holds 64 KiB in pages of 4 KiB (pipe(7)). How much of one write it has taken cannot be seen, so writes to
    // a slow reader are as small as a page: then its progress shows.
    private const int LargestWrite = 64 << 10;
    private const int SmallestWrite = 4 << 10;
    private static readonly TimeSpan SlowWrite = TimeSpan.FromMilliseconds(50);

    private int _write = SmallestWrite;

    /// <summary>How many bytes the pipe has taken.</summary>
    public long BytesTaken { get; private set; }

    /// <summary>Whether the child closed its end before it had everything: no error by itself.</summary>
    public bool Refused { get; private set; }

    /// <summary>Feeds everything and closes the pipe; ends early when the child closes its end.</summary>
    /// <exception cref="OperationCanceledException">The run is over.</exception>
    public async Task RunAsync(IEnumerable<ReadOnlyMemory<byte>> input, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LargestWrite);
        try
        {
            int filled = 0;
            foreach (ReadOnlyMemory<byte> piece in input)
            {
                ReadOnlyMemory<byte> rest = piece;
                while (rest.Length >= LargestWrite - filled)
                {
                    rest[..(LargestWrite - filled)].CopyTo(buffer.AsMemory(filled));
                    rest = rest[(LargestWrite - filled)..];
                    filled = 0;
                    if (!await TryWriteAsync(buffer.AsMemory(0, LargestWrite), cancellation).ConfigureAwait(false))
                    {
                        return;
                    }
                }

                rest.CopyTo(buffer.AsMemory(filled));
                filled += rest.Length;
            }

            await TryWriteAsync(buffer.AsMemory(0, filled), cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Close();
        }
    }

    private async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellation)
    {
        while (!rest.IsEmpty)
        {
            int length = Math.Min(_write, rest.Length);
            long started = Stopwatch.GetTimestamp();
            try
            {
                await pipe.WriteAsync(rest[..length], cancellation).ConfigureAwait(false);
            }
            catch (IOException)
            {
                Refused = true;
                return false;
            }

            BytesTaken += length;
            progress();
            _write = Stopwatch.GetElapsedTime(started) < SlowWrite ? Math.Min(_write * 2, LargestWrite) : SmallestWrite;
            rest = rest[length..];
        }

        return true;
    }

    private void Close()
    {
        try
        {
            pipe.Dispose();
        }
        catch (IOException)
        {
            Refused = true;
        }
    }
}

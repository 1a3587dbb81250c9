// Feeds a child's standard input, piece by piece. It knows nothing of limits, only reports progress.
using System.Diagnostics;

namespace Floodd.Processes;

/// <summary>One child's input on its way into the pipe.</summary>
/// <param name="pipe">The child's standard input.</param>
/// <param name="progress">Called after each write that the pipe took.</param>
internal sealed class InputFeed(Stream pipe, Action progress)
{
    // How much of one write the pipe has taken cannot be seen, so writes to a slow reader are as small as a page: then its
    // progress shows. The first fill the pipe whoever reads.
    private const int LargestWrite = 64 << 10;
    private const int SmallestWrite = 4 << 10;
    private static readonly TimeSpan SlowWrite = TimeSpan.FromMilliseconds(50);

    private int _write = SmallestWrite;
    private bool _isWide;

    /// <summary>How many bytes the pipe has taken.</summary>
    public long BytesTaken { get; private set; }

    /// <summary>Feeds everything and closes the pipe; ends early when the child closes its end.</summary>
    /// <exception cref="OperationCanceledException">The run is over.</exception>
    public async Task RunAsync(IEnumerable<ReadOnlyMemory<byte>> input, CancellationToken cancellation)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> piece in input)
            {
                if (!await TryWriteAsync(piece, cancellation).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            Close();
        }
    }

    private async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellation)
    {
        while (!rest.IsEmpty)
        {
            int length = (int)Math.Min(rest.Length, Math.Max(_write, PipeWidth.Usual - BytesTaken));
            long started = Stopwatch.GetTimestamp();
            try
            {
                await pipe.WriteAsync(rest[..length], cancellation).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The child closed its end before it had everything: no error by itself.
                return false;
            }

            BytesTaken += length;
            progress();
            rest = rest[length..];
            if (BytesTaken > PipeWidth.Usual)
            {
                _write = Stopwatch.GetElapsedTime(started) < SlowWrite ? Math.Min(_write * 2, LargestWrite) : SmallestWrite;
                if (_write == LargestWrite && !_isWide)
                {
                    _isWide = true;
                    PipeWidth.Widen(pipe);
                }
            }
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
            // What was still to be written is nobody's.
            return;
        }
    }
}

// Keeps what a command says, up to a bound. It does not look at it.
using System.Buffers;

namespace Floodd.Processes;

/// <summary>Reads a command's standard output.</summary>
/// <param name="max">How much is kept, in bytes; more ends the command.</param>
internal sealed class OutputKeeper(int max)
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly Lock _guard = new();

    /// <summary>Whether there was more than is kept.</summary>
    public bool IsTooMuch { get; private set; }

    /// <summary>What was said until now.</summary>
    public ReadOnlyMemory<byte> Kept
    {
        get
        {
            lock (_guard)
            {
                return _kept.WrittenMemory;
            }
        }
    }

    /// <summary>Reads until the end, or until it is too much.</summary>
    /// <param name="output">The command's output.</param>
    /// <param name="limit">Cancelled when it is too much.</param>
    public async Task RunAsync(Stream output, CancellationTokenSource limit)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await output.ReadAsync(buffer, limit.Token).ConfigureAwait(false) is > 0 and int count)
            {
                lock (_guard)
                {
                    if (_kept.WrittenCount + count > max)
                    {
                        IsTooMuch = true;
                        break;
                    }

                    _kept.Write(buffer.AsSpan(0, count));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The command's end says more than that of its output.
            return;
        }

        if (IsTooMuch)
        {
            await limit.CancelAsync().ConfigureAwait(false);
        }
    }
}

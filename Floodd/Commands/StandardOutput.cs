// Standard output as those need it who write on and on: a reader that has gone is noticed. Writes nothing itself.
using Microsoft.Win32.SafeHandles;

namespace Floodd.Commands;

internal static class StandardOutput
{
    // EPIPE.
    private const int BrokenPipe = 32;

    /// <summary>The stream. The runtime's own takes no notice of a pipe that nobody reads any more: it would be written to for ever.</summary>
    internal static Stream Open()
    {
        var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!output.CanSeek)
        {
            return output;
        }

        // In a file, on the other hand, whoever writes behind us must find our end, which the runtime's stream leaves to the system.
        output.Dispose();
        return Console.OpenStandardOutput();
    }

    /// <summary>Whether the reader has seen enough, as head has: no failure of ours.</summary>
    internal static bool HasNoReader(IOException e) => e.HResult == BrokenPipe;
}

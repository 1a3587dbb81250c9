// How many descriptors the process may have, and the few that strangers never get. It opens only its own spare.
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Floodd.Hosting;

/// <summary>Keeps children, look-ups and files working when strangers take all descriptors (RELIABILITY T8, T9).</summary>
internal sealed class Descriptors : IDisposable
{
    /// <summary>How many numbers below the limit are not given to accepted connections. Numbers are given lowest first, so a high one means that nearly all are in use.</summary>
    public const int Margin = 32;

    /// <summary>How many descriptors the process may have; 0 if nobody knows.</summary>
    public static readonly long Limit = ReadLimit();

    private SafeFileHandle? _spare = OpenSpare();

    /// <summary>Whether an accepted socket leaves too few descriptors for everything else.</summary>
    public static bool IsTooHigh(Socket socket) => Limit > 0 && socket.Handle.ToInt64() >= Limit - Margin;

    /// <summary>Takes one waiting connection with the spare descriptor and closes it, so that its other end need not wait for nothing.</summary>
    public void TurnAway(Socket listener)
    {
        _spare?.Dispose();
        _spare = null;
        try
        {
            listener.Accept().Dispose();
        }
        catch (SocketException)
        {
            // Somebody else took the descriptor or the connection is gone: the back-off that follows is all that can be done.
            return;
        }
        finally
        {
            _spare = OpenSpare();
        }
    }

    /// <summary>Gives the spare back.</summary>
    public void Dispose() => _spare?.Dispose();

    private static SafeFileHandle? OpenSpare()
    {
        try
        {
            return OperatingSystem.IsWindows() ? null : File.OpenHandle("/dev/null");
        }
        catch (IOException)
        {
            // None is left at this moment; the next time there may be one.
            return null;
        }
    }

    private static unsafe long ReadLimit()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        ulong* limits = stackalloc ulong[2];
        return LinuxCalls.getrlimit(LinuxCalls.ResourceDescriptors, limits) == 0 && limits[0] <= long.MaxValue ? (long)limits[0] : 0;
    }
}

// The one system call that ends processes. It decides nothing and cannot be misdirected at all processes.
using System.Runtime.InteropServices;

namespace Floodd.Processes;

/// <summary>kill(2), for SIGKILL only.</summary>
internal static partial class Signals
{
    private const int KillSignal = 9;

    /// <summary>Ends a process. One that is gone already, or may not be ended, is passed over.</summary>
    public static void Kill(int processId)
    {
        // 0, -1 and 1 mean our own group, everybody, and the system.
        if (processId > 1)
        {
            _ = Send(processId, KillSignal);
        }
    }

    /// <summary>Ends every process of a process group, those that are being forked included.</summary>
    public static void KillGroup(int leaderId)
    {
        if (leaderId > 1)
        {
            _ = Send(-leaderId, KillSignal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int processId, int signal);
}

// Signals to processes by id, because System.Diagnostics knows only SIGKILL.
using System.Runtime.InteropServices;

namespace Floodd.Tests.EndToEnd;

/// <summary>The signals that tests send.</summary>
internal static partial class Signals
{
    public const int Hangup = 1;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal.</summary>
    /// <returns>Whether there was such a process.</returns>
    public static bool Send(int processId, int signal) => SendSignal(processId, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}

// How much a pipe holds: the one system call that changes it. Where there is no such call it stays as it is.
using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Floodd.Processes;

/// <summary>fcntl(2), for F_SETPIPE_SZ only.</summary>
internal static partial class PipeWidth
{
    /// <summary>What a pipe holds when it is made, in bytes (pipe(7)).</summary>
    public const int Usual = 64 << 10;

    // What anybody may ask for: /proc/sys/fs/pipe-max-size.
    private const int Wide = 1 << 20;

    private const int SetPipeSize = 1031;

    /// <summary>Lets a pipe hold 1 MiB, so that writer and reader take turns less often. It is left as it is where the system says no.</summary>
    public static void Widen(Stream pipe)
    {
        if (OperatingSystem.IsLinux() && pipe is PipeStream { SafePipeHandle: { IsInvalid: false } handle })
        {
            _ = Control(handle, SetPipeSize, Wide);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle pipe, int command, int argument);
}

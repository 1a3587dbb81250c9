// The system calls that .NET does not offer, as they are. Nothing here decides anything.
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Floodd.Hosting;

/// <summary>Bindings of Linux calls; see the manual pages of the same names.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int EpollCloseOnExec = 0x80000;
    public const int EventCloseOnExecNonBlocking = 0x80000 | 0x800;
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int EpollModify = 3;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollError = 0x8;
    public const uint EpollHangUp = 0x10;
    public const int Interrupted = 4;
    public const int ResourceDescriptors = 7;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* entries, int count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint value, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(int resource, ulong* limits);

    /// <summary>Of the calling thread alone, whatever POSIX says.</summary>
    [LibraryImport("libc")]
    public static partial int nice(int increment);

    /// <summary>Passes a result on, or throws what the system said.</summary>
    public static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call);
}

// The system calls that a lab is made of, as they are. Nothing here decides anything, and nothing here makes the runtime start a thread.
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>What poll(2) takes and gives for each descriptor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary>Bindings of Linux calls; see the manual pages of the same names.</summary>
internal static unsafe partial class LabCalls
{
    public const int NotPermitted = 1;
    public const int NoSuchFile = 2;
    public const int AccessDenied = 13;
    public const int NoSuchDevice = 19;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int ReadWrite = 2;
    public const int NewNetwork = 0x40000000;
    public const int InternetFamily = 2;
    public const short Readable = 1;

    // linux/sockios.h and linux/if_tun.h.
    public const nuint SetFlags = 0x8914;
    public const nuint SetAddress = 0x8916;
    public const nuint SetMask = 0x891c;
    public const nuint SetQueueLength = 0x8943;
    public const nuint SetTun = 0x400454ca;
    public const short InterfaceUp = 1;
    public const short TunWithoutPreamble = 0x0001 | 0x1000;

    private const int FirstInFirstOut = 1;
    private const int ResetOnFork = 0x40000000;
    private const int PriorityOfProcess = 0;

    // Resolved now: the first call of a method that is not would have the runtime load, compile and start threads, in whatever namespace the caller is.
    static LabCalls()
    {
        foreach (MethodInfo method in typeof(LabCalls).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (method.GetCustomAttribute<DllImportAttribute>() is not null)
            {
                Marshal.Prelink(method);
            }

            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    [LibraryImport("libc")]
    public static partial int unshare(int flags);

    [LibraryImport("libc")]
    public static partial int setns(int descriptor, int kind);

    [LibraryImport("libc")]
    public static partial int open(byte* path, int flags);

    [LibraryImport("libc")]
    public static partial int close(int descriptor);

    [LibraryImport("libc")]
    public static partial int socket(int family, int kind, int protocol);

    [LibraryImport("libc")]
    public static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc")]
    public static partial nint read(int descriptor, void* bytes, nint count);

    [LibraryImport("libc")]
    public static partial nint write(int descriptor, void* bytes, nint count);

    [LibraryImport("libc")]
    public static partial int ppoll(PollEntry* entries, nuint count, long* secondsAndNanoseconds, void* signals);

    [LibraryImport("libc")]
    public static partial int eventfd(uint value, int flags);

    /// <summary>Where the last error of the calling thread is; the runtime's own way there is more than a call.</summary>
    [LibraryImport("libc")]
    public static partial int* __errno_location();

    /// <summary>Lets the calling thread run before all ordinary ones as soon as it has something to do; where that is not allowed, as soon as possible.</summary>
    /// <param name="priority">Among those that go first, sched(7): from 1, the higher the earlier.</param>
    public static void RunFirst(int priority)
    {
        if (sched_setscheduler(0, FirstInFirstOut | ResetOnFork, &priority) != 0)
        {
            _ = setpriority(PriorityOfProcess, 0, -20);
        }
    }

    /// <summary>Passes a result on, or throws what the system said.</summary>
    public static int Check(int result, string call) => result >= 0 ? result : throw Failed(*__errno_location(), call);

    /// <summary>What the system said, with the call that it said it to.</summary>
    public static Win32Exception Failed(int error, string call) => new(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, int* priority);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int nice);
}

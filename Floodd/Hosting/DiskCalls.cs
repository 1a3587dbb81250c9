// The system calls that the disk needs and .NET does not offer, or whose failures it hides. Nothing here decides anything.
using System.Runtime.InteropServices;

namespace Floodd.Hosting;

/// <summary>Bindings of Linux calls; see the manual pages of the same names.</summary>
internal static unsafe partial class DiskCalls
{
    public const int CreateNew = 0x40 | 0x80;
    public const int ReadWrite = 2;
    public const int CloseOnExec = 0x80000;
    public const int LockExclusiveNow = 2 | 4;
    public const int BasicStats = 0x7FF;
    public const int BirthTime = 0x800;
    public const int OfDescriptor = 0x1000;
    public const int KeepSize = 1;
    public const int StatxSize = 256;
    public const int StatvfsSize = 128;

    // These two differ between processors.
    public static int NoFollow { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    public static int Directory { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int openat(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlinkat(int directory, string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(int fromDirectory, string from, int toDirectory, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int directory, string path, int flags, uint mask, byte* into);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fstatvfs(int descriptor, byte* into);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(int descriptor, int operation);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fdatasync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fallocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(int descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(int descriptor, byte* bytes, nint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(int descriptor, byte* bytes, nint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc")]
    public static partial uint geteuid();
}

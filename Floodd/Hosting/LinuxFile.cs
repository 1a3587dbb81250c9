// One file of the spool's disk. Every call's failure is told; none is tried again but one that was interrupted.
using System.Runtime.InteropServices;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Hosting;

/// <summary>An open file, by its descriptor.</summary>
internal sealed class LinuxFile : IDiskFile
{
    private const int NoSpace = 28;
    private const int OverQuota = 122;
    private const int NoSuchCall = 38;
    private const int NotSupported = 95;

    private readonly string _path;
    private int _descriptor;

    /// <summary>Takes a descriptor over.</summary>
    public LinuxFile(int descriptor, string path)
    {
        (_descriptor, _path) = (descriptor, path);
        try
        {
            FileStatus status = FileStatus.Of(descriptor, path);
            Identity = status.Identity;
            if ((status.Mode & 0xF000) != 0x8000)
            {
                throw new DiskException(DiskFault.Failed, $"{path}: it is no regular file");
            }
        }
        catch (DiskException)
        {
            Dispose();
            throw;
        }
    }

    public long Length => FileStatus.Of(_descriptor, _path).Size;

    public ulong Identity { get; }

    public unsafe int Read(long offset, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            byte* bytes = start;
            int done = 0;
            while (done < into.Length)
            {
                int left = into.Length - done;
                int count = (int)Check(() => DiskCalls.pread(_descriptor, bytes + done, left, offset + done), _path, "reading");
                if (count == 0)
                {
                    break;
                }

                done += count;
            }

            return done;
        }
    }

    public unsafe void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            byte* from = start;
            for (int done = 0; done < bytes.Length;)
            {
                int left = bytes.Length - done;
                done += (int)Check(() => DiskCalls.pwrite(_descriptor, from + done, left, offset + done), _path, "writing");
            }
        }
    }

    public void Truncate(long length) => Check(() => DiskCalls.ftruncate(_descriptor, length), _path, "cutting off");

    /// <inheritdoc/>
    public bool Reserve(long length)
    {
        bool canPromise = true;
        Check(
            () =>
            {
                int result = DiskCalls.fallocate(_descriptor, DiskCalls.KeepSize, 0, length);
                canPromise = result == 0 || Marshal.GetLastPInvokeError() is not (NoSuchCall or NotSupported);
                return canPromise ? result : 0;
            },
            _path,
            "taking room");
        return canPromise;
    }

    /// <inheritdoc/>
    /// <remarks>.NET's own flush to disk hides that it failed. A file without a name takes all that is written, and keeps nothing.</remarks>
    public void Sync()
    {
        Check(() => DiskCalls.fdatasync(_descriptor), _path, "syncing");
        if (FileStatus.Of(_descriptor, _path).Links == 0)
        {
            throw new DiskException(DiskFault.Failed, $"{_path}: somebody has deleted it");
        }
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = DiskCalls.close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>Makes a call, again if it was interrupted.</summary>
    /// <exception cref="DiskException">It failed.</exception>
    internal static nint Check(Func<nint> call, string path, string what)
    {
        while (true)
        {
            nint result = call();
            if (result >= 0)
            {
                return result;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != LinuxCalls.Interrupted)
            {
                DiskFault fault = error is NoSpace or OverQuota ? DiskFault.Full : DiskFault.Failed;
                throw new DiskException(fault, $"{path}: {what}: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    /// <inheritdoc cref="Check(Func{nint}, string, string)"/>
    internal static int Check(Func<int> call, string path, string what) => (int)Check(() => (nint)call(), path, what);
}

/// <summary>What the system says of an open file or directory.</summary>
/// <param name="Mode">Its type and permissions.</param>
/// <param name="Owner">The user who owns it.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Identity">Its number and birth, mixed; 0 if its birth is not known.</param>
internal readonly record struct FileStatus(uint Mode, uint Owner, uint Links, long Size, ulong Identity)
{
    /// <summary>Asks.</summary>
    public static unsafe FileStatus Of(int descriptor, string path)
    {
        byte* into = stackalloc byte[DiskCalls.StatxSize];
        LinuxFile.Check(() => DiskCalls.statx(descriptor, "", DiskCalls.OfDescriptor, DiskCalls.BasicStats | DiskCalls.BirthTime, into), path, "asking about it");
        bool born = (*(uint*)into & DiskCalls.BirthTime) != 0;
        ulong inode = *(ulong*)(into + 32);
        ulong seconds = *(ulong*)(into + 80);
        uint nanoseconds = *(uint*)(into + 88);
        ulong mixed = new Prng(new Prng(inode).NextUInt64() ^ (seconds * 1_000_000_000 + nanoseconds)).NextUInt64();
        return new FileStatus(*(ushort*)(into + 28), *(uint*)(into + 20), *(uint*)(into + 16), *(long*)(into + 40), born ? mixed | 1 : 0);
    }
}

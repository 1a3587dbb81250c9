// The spool's disk: one directory that is ours alone. Says only what the system said; what a failure means is decided by the spool.
using System.Runtime.InteropServices;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Hosting;

/// <summary>A directory of a Linux file system, locked against other daemons for as long as it is open.</summary>
internal sealed class LinuxDisk : IDisk
{
    private const string LockName = "lock";
    private const uint OwnerOnly = 0b110_000_000;
    private const uint OwnerOnlyDirectory = 0b111_000_000;
    private const uint WritableByOthers = 0b000_010_010;
    private const uint TypeMask = 0xF000;
    private const uint TypeDirectory = 0x4000;

    private readonly string _path;
    private int _directory = -1;
    private int _lock = -1;

    private LinuxDisk(string path) => _path = path;

    /// <summary>Opens a directory, making it if it is not there (the one that it is in must be).</summary>
    /// <exception cref="DiskException">It is not ours alone, somebody has it open, or the system refuses.</exception>
    public static LinuxDisk At(string path)
    {
        var disk = new LinuxDisk(path);
        try
        {
            disk.Begin();
            return disk;
        }
        catch (DiskException)
        {
            disk.Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> List()
    {
        // By the descriptor, not by the path: that may lead elsewhere by now.
        try
        {
            string[] names = [.. Directory.EnumerateFileSystemEntries($"/proc/self/fd/{_directory}/").Select(entry => Path.GetFileName(entry)).Where(name => name != LockName)];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiskException(DiskFault.Failed, $"{_path}: listing: {e.Message}");
        }
    }

    public IDiskFile Create(string name) => OpenFile(name, DiskCalls.CreateNew, "creating");

    public IDiskFile Open(string name) => OpenFile(name, 0, "opening");

    public void Delete(string name) => LinuxFile.Check(() => DiskCalls.unlinkat(_directory, name, 0), PathOf(name), "deleting");

    public void Rename(string from, string to) => LinuxFile.Check(() => DiskCalls.renameat(_directory, from, _directory, to), PathOf(from), "renaming");

    public void SyncDirectory() => LinuxFile.Check(() => DiskCalls.fsync(_directory), _path, "syncing the directory");

    public unsafe long FreeBytes()
    {
        ulong* into = stackalloc ulong[DiskCalls.StatvfsSize / sizeof(ulong)];
        LinuxFile.Check(() => DiskCalls.fstatvfs(_directory, (byte*)into), _path, "asking for free space");

        // f_frsize and f_bavail; both are 64 bits wide wherever .NET runs on 64 bits.
        return (long)UInt128.Min(long.MaxValue, (UInt128)into[1] * into[4]);
    }

    public void Dispose()
    {
        foreach (int descriptor in new[] { _lock, _directory })
        {
            if (descriptor >= 0)
            {
                _ = DiskCalls.close(descriptor);
            }
        }

        _lock = _directory = -1;
    }

    private void Begin()
    {
        int made = DiskCalls.mkdir(_path, OwnerOnlyDirectory);
        string refusal = made == 0 ? "" : Marshal.GetLastPInvokeErrorMessage();
        if (made != 0 && !Path.Exists(_path))
        {
            throw new DiskException(DiskFault.Failed, $"{_path}: making the directory: {refusal}");
        }

        _directory = LinuxFile.Check(() => DiskCalls.open(_path, DiskCalls.Directory | DiskCalls.NoFollow | DiskCalls.CloseOnExec, 0), _path, "opening the directory");
        FileStatus status = FileStatus.Of(_directory, _path);
        if ((status.Mode & TypeMask) != TypeDirectory || status.Owner != DiskCalls.geteuid())
        {
            throw new DiskException(DiskFault.Failed, $"{_path}: it is not a directory of the user that floodd runs as");
        }

        if ((status.Mode & WritableByOthers) != 0)
        {
            throw new DiskException(DiskFault.Failed, $"{_path}: others may write in it (chmod 700 it)");
        }

        if (made == 0)
        {
            SyncParent();
        }

        _lock = LinuxFile.Check(() => DiskCalls.openat(_directory, LockName, DiskCalls.ReadWrite | 0x40 | DiskCalls.NoFollow | DiskCalls.CloseOnExec, OwnerOnly), PathOf(LockName), "opening");
        if (DiskCalls.flock(_lock, DiskCalls.LockExclusiveNow) != 0)
        {
            throw new DiskException(DiskFault.Failed, $"{_path}: another floodd has it open");
        }
    }

    // The name of a new directory is in the one above it.
    private void SyncParent()
    {
        int parent = LinuxFile.Check(() => DiskCalls.openat(_directory, "..", DiskCalls.Directory | DiskCalls.CloseOnExec, 0), _path, "opening the directory above");
        try
        {
            LinuxFile.Check(() => DiskCalls.fsync(parent), _path, "syncing the directory above");
        }
        finally
        {
            _ = DiskCalls.close(parent);
        }
    }

    private LinuxFile OpenFile(string name, int flags, string what)
    {
        int descriptor = LinuxFile.Check(() => DiskCalls.openat(_directory, name, DiskCalls.ReadWrite | flags | DiskCalls.NoFollow | DiskCalls.CloseOnExec, OwnerOnly), PathOf(name), what);
        return new LinuxFile(descriptor, PathOf(name));
    }

    private string PathOf(string name) => Path.Combine(_path, name);
}

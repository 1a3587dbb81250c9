// A small disk of a test's own, in a file: it can be full without anybody else noticing. Unmounted when disposed; needs root.
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>An ext4 on a loop device.</summary>
internal sealed class LoopDisk : IDisposable
{
    // The smallest of ext4, which it takes for small disks.
    private const int LeastBlock = 1024;

    private readonly TestFolder _folder = new();
    private readonly string _image;

    private LoopDisk(string? image) => _image = image ?? _folder.File("image");

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.File("disk");

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Makes one, or has the calling test ignored where the system does not let us.</summary>
    /// <param name="megabytes">Its size, in 2^20 bytes; 8 at least.</param>
    /// <param name="image">The file that it is in, to be made; null for one in a folder of its own. It takes only as much room as was written.</param>
    public static LoopDisk Mount(int megabytes, string? image = null)
    {
        foreach (string program in new[] { "mkfs.ext4", "mount", "umount" })
        {
            if (!Executable.IsInstalled(program))
            {
                Assert.Ignore($"a disk of a test's own needs {program}");
            }
        }

        var disk = new LoopDisk(image);
        try
        {
            using (FileStream file = File.Create(disk._image))
            {
                file.SetLength((long)megabytes << 20);
            }

            disk._folder.Folder("disk");
            Demand(disk.Run("mkfs.ext4", "-q", "-m", "0", disk._image));
            Ending mounted = disk.Run("mount", "-o", "loop", disk._image, disk.Path);
            if (mounted.ExitCode != 0)
            {
                Assert.Ignore($"a disk of a test's own needs root and loop devices: {mounted.Errors}");
            }

            return disk;
        }
        catch
        {
            disk._folder.Dispose();
            throw;
        }
    }

    /// <summary>Fills it to the last block.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        WriteUntilRefused(file, new byte[64 << 10]);
        WriteUntilRefused(file, new byte[LeastBlock]);
        Assert.That(new DriveInfo(Path).AvailableFreeSpace, Is.LessThan(LeastBlock), Path);
    }

    /// <summary>Takes away what filled it.</summary>
    public void Free() => File.Delete(Filler);

    /// <summary>From now on it can only be read.</summary>
    public void ForbidWriting() => Demand(Run("mount", "-o", "remount,ro", Path));

    /// <summary>Mounts it anew, as after a repair.</summary>
    public void MountAgain()
    {
        Demand(Run("umount", Path));
        Demand(Run("mount", "-o", "loop", _image, Path));
    }

    public void Dispose()
    {
        Demand(Run("umount", Path));
        _folder.Dispose();
    }

    private static void WriteUntilRefused(FileStream file, byte[] bytes)
    {
        try
        {
            while (true)
            {
                file.Write(bytes);
            }
        }
        catch (IOException)
        {
            // ENOSPC is what was wanted; whether it is full is asked of the system.
        }
    }

    private static void Demand(Ending ending) => Assert.That(ending.ExitCode, Is.Zero, ending.Errors);

    private Ending Run(string program, params string[] arguments) => Executable.Run(Executable.StartOther(program, _folder.Path, arguments));
}

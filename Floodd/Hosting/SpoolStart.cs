// Opens the spool that a configuration asks for, before anything else begins. It decides nothing but how much of the disk is left to others.
using Floodd.Config;
using Floodd.Spool;

namespace Floodd.Hosting;

/// <summary>The beginning of a spool.</summary>
internal static class SpoolStart
{
    /// <summary>The most that is left free on a disk if nobody says how much, in bytes.</summary>
    public const long ReserveMax = 1L << 30;

    private const long Beside = 16 << 20;

    /// <summary>Opens it; null if there is to be none.</summary>
    /// <param name="local">The site's own definition.</param>
    /// <param name="life">The number of this life of the site.</param>
    /// <param name="state">What it holds; null if there is none.</param>
    /// <param name="warning">What an operator should know of its disk; null for nothing.</param>
    /// <exception cref="SpoolUnusableException">It cannot be read or written.</exception>
    /// <exception cref="IOException">Its directory cannot be made or opened.</exception>
    public static SpoolLog? Open(LocalDefinition local, ulong life, out SpooledState? state, out string? warning)
    {
        (state, warning) = (null, null);
        if (local.SpoolDirectory is not { } directory)
        {
            return null;
        }

        LinuxDisk disk;
        long reserve, size;
        long most = (2 * local.DataStorageMax) + Beside;
        try
        {
            disk = LinuxDisk.At(directory);
            size = new DriveInfo(directory).TotalSize;
            reserve = local.SpoolReserve ?? Math.Min(size / 10, ReserveMax);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot open spool-directory {directory}: {e.Message}", e);
        }

        try
        {
            SpoolLog log = SpoolLog.Open(disk, new SpoolOptions(most, reserve), life, out SpooledState found);
            state = found;
            warning = size >= most + reserve ? null : $"the disk of spool-directory {directory} has {size} bytes, and a spool for this data-storage-max can come to {most} beside the {reserve} of spool-reserve: when it is short of room, updates of clients are refused";
            return log;
        }
        catch (DiskException e)
        {
            disk.Dispose();
            throw new SpoolUnusableException($"cannot use the spool in spool-directory {directory}: {e.Message}", e);
        }
    }
}

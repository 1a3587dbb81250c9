// The room on the disk that the file which is written has taken before it needs it. Decides nothing about what is written into it.
namespace Floodd.Spool;

/// <summary>
/// Others fill disks too. What was accepted and is on its way is to find room all the same, and so are the small facts by which exports go on:
/// so a file takes room for both, while there is more.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class SpoolRoom(IDisk disk, IDiskFile file, SpoolOptions options)
{
    // Only facts may use these bytes.
    private readonly long _facts = options.FileBytes / 2;
    private long _end;
    private bool _canPromise = true;

    /// <summary>Whether the disk did not give what was asked for last.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The bytes behind what is written without which there is too little room.</summary>
    public static long LeastOf(SpoolOptions options) => (options.FileBytes / 8) + (options.FileBytes / 2);

    /// <summary>Takes room behind a length: enough for all that can be on its way, or at least an eighth of it.</summary>
    /// <returns>Whether that much was there.</returns>
    public bool Prepare(long length)
    {
        long most = length + options.FileBytes + _facts, least = length + LeastOf(options);
        IsFull = _end < most - (options.FileBytes / 8) && !TryTake(most, options.FreeMin) && !TryTake(least, options.FreeMin);
        return !IsFull;
    }

    /// <summary>Whether so many bytes fit behind a length; takes more room if they do not.</summary>
    /// <param name="payload">Whether what only facts may use is to be left.</param>
    public bool Has(long length, long bytes, bool payload) => TryTake(length + bytes + (payload ? _facts : 0), 0);

    /// <summary>The file was cut off at its length: what was taken behind that is gone.</summary>
    public void Lost() => _end = 0;

    private bool TryTake(long end, long leave)
    {
        if (!_canPromise || end <= _end)
        {
            return true;
        }

        try
        {
            // Asked first: a system that finds only part of it keeps that part.
            if (disk.FreeBytes() - (end - Math.Max(_end, file.Length)) < leave)
            {
                return false;
            }

            _canPromise = file.Reserve(end);
            _end = end;
            return true;
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            return false;
        }
    }
}

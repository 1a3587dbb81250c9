// The store on disk: a log in numbered files. It says what was held, to the last fact that a sync has returned for.
namespace Floodd.Spool;

/// <summary>An open spool. For one thread.</summary>
public sealed class SpoolLog : IDisposable
{
    private readonly IDisk _disk;
    private readonly SpoolMirror _mirror;
    private readonly SpoolTail _tail;
    private readonly SpoolCleaning _cleaning;
    private readonly SpoolOptions _options;
    private long _free = long.MaxValue;
    private string? _failure;

    private SpoolLog(IDisk disk, SpoolOptions options, ulong fresh, SpoolRecovery recovery)
    {
        _disk = disk;
        _options = options with { FileBytes = (int)Math.Min(options.FileBytes, Math.Max(1, options.BytesMax / 16)) };
        _mirror = recovery.Mirror;
        _tail = new SpoolTail(disk, _options, _mirror, recovery, fresh);
        _cleaning = new SpoolCleaning(disk, _options, _mirror, _tail);
    }

    /// <summary>The bytes that its files take.</summary>
    public long BytesUsed => _tail.BytesUsed;

    /// <summary>Whether it is above its bound or the disk has less free than it is to leave: then only small facts should be appended.</summary>
    public bool IsShort => BytesUsed > _cleaning.ShortAbove || _free < _options.FreeMin || _tail.IsFull;

    /// <summary>Reads back what is there and makes it fit to be gone on with; a new spool where there is none.</summary>
    /// <param name="disk">Where. Disposed of with the spool; if this throws, it is the caller's.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="fresh">An incarnation that no life of the site has had, should the earlier one not be gone on with.</param>
    /// <param name="state">What was there.</param>
    /// <exception cref="DiskException">The disk cannot be read or written.</exception>
    public static SpoolLog Open(IDisk disk, SpoolOptions options, ulong fresh, out SpooledState state)
    {
        SpoolRecovery recovery = SpoolRecovery.Read(disk, fresh);
        var log = new SpoolLog(disk, options, fresh, recovery);
        try
        {
            log.Try(() => log.Begin(recovery));
        }
        catch (DiskException)
        {
            log._tail.Dispose();
            throw;
        }

        state = recovery.State;
        return log;
    }

    /// <summary>Appends facts. They last when <see cref="Sync"/> has returned.</summary>
    /// <exception cref="DiskException">The disk is full: nothing of it was appended, and it may be tried again. Or it failed: nothing may be appended any more.</exception>
    public void Append(IReadOnlyList<SpoolEntry> entries) => Try(() =>
    {
        if (entries.Count > 0)
        {
            _cleaning.MakeRoom(entries);
            _tail.Append(entries);
        }
    });

    /// <summary>Makes all that was appended last.</summary>
    /// <exception cref="DiskException">It cannot be known what lasts: nothing may be appended any more.</exception>
    public void Sync() => Try(() =>
    {
        _free = _disk.FreeBytes();
        _cleaning.Tend(IsShort);
        _tail.Sync();
    });

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _tail.Dispose();
        _disk.Dispose();
    }

    private void Begin(SpoolRecovery recovery)
    {
        _tail.Begin(recovery.Last);
        if (recovery.Unfinished is { } name)
        {
            _disk.Delete(name);
        }

        if (recovery.IsSuspect)
        {
            _cleaning.CopyAll();
            _disk.Delete(SpoolFormat.Suspect);
            _disk.SyncDirectory();
        }

        _free = _disk.FreeBytes();
    }

    // After a failure nothing is tried again: what the system says of pages that it could not write is not to be believed.
    private void Try(Action action)
    {
        if (_failure is not null)
        {
            throw new DiskException(DiskFault.Failed, $"the spool has failed: {_failure}");
        }

        try
        {
            action();
        }
        catch (DiskException e) when (e.Fault != DiskFault.Full)
        {
            _failure = e.Message;
            MarkSuspect();
            throw;
        }
    }

    // For the next life, if the disk still takes it; that one has the file's end to go by as well.
    private void MarkSuspect()
    {
        try
        {
            _disk.Create(SpoolFormat.Suspect).Dispose();
            _disk.SyncDirectory();
        }
        catch (DiskException)
        {
            // It is there already, or the disk takes nothing any more.
        }
    }
}

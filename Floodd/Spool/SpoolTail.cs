// The end of the log: the file that is written, the files before it, and how one follows the other. Decides nothing about what is needed.
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>Appends, syncs, and begins new files.</summary>
internal sealed partial class SpoolTail : IDisposable
{
    private const int PortionBytes = 1 << 20;

    private readonly IDisk _disk;
    private readonly SpoolOptions _options;
    private readonly SpoolMirror _mirror;
    private readonly List<SpoolFile> _files;
    private readonly List<int> _sizes = [];
    private readonly RecordBuffer _records = new();
    private readonly ulong _fresh;
    private readonly ulong _incarnation;
    private SpoolFile? _file;
    private IDiskFile? _open;
    private SpoolRoom? _room;
    private ulong _salt;
    private long _nextFile;
    private long _nextRecord;
    private long _rotateAt;

    public SpoolTail(IDisk disk, SpoolOptions options, SpoolMirror mirror, SpoolRecovery recovery, ulong fresh)
    {
        (_disk, _options, _mirror, _fresh) = (disk, options, mirror, fresh);
        (_files, _nextFile, _nextRecord, _incarnation) = (recovery.Files, recovery.NextFile, recovery.NextRecord, recovery.State.Incarnation);
    }

    /// <summary>The bytes of all files.</summary>
    public long BytesUsed => _files.Sum(file => file.Length);

    /// <summary>The files, oldest first, the one that is written last.</summary>
    public IReadOnlyList<SpoolFile> Files => _files;

    /// <summary>The file that is written.</summary>
    public SpoolFile Current => _file!;

    /// <summary>Whether the disk is so full that no new payload should be appended.</summary>
    public bool IsFull => _room is { IsFull: true };

    /// <summary>At least what the records of entries take.</summary>
    public static long SizeOf(IReadOnlyList<SpoolEntry> entries)
    {
        const int fieldsMax = 2 * (NameRule.MaxLength + 1) + 5 * 10 + 8;
        long size = 0;
        foreach (SpoolEntry entry in entries)
        {
            size += SpoolFormat.SizeOf(fieldsMax) + entry switch
            {
                SpoolEntry.Held held => held.Records.Length,
                SpoolEntry.SetAside aside => aside.Records.Length + 3L * aside.Why.Length,
                _ => 0,
            };
        }

        return size;
    }

    /// <summary>Begins the first file of this life, behind those of earlier ones.</summary>
    /// <param name="last">The newest of theirs.</param>
    public void Begin(FoldedFile? last)
    {
        if (last is null)
        {
            BeginFile();
            return;
        }

        // A life that was killed has not synced what it wrote last; we have read it, and are about to build on it.
        using IDiskFile open = _disk.Open(last.Remembered.Name);
        open.Sync();
        open.Truncate(open.Length);
        _disk.SyncDirectory();
        BeginFile();
        if (last is { Next: 0, EndsInRubbish: false, Header: { } header })
        {
            Follow(open, last.Remembered, header.Salt, last.LastNumber + 1);
        }
    }

    /// <summary>Appends entries; all or, when the disk is full, nothing.</summary>
    /// <param name="entries">What happened.</param>
    /// <param name="isTidying">Whether it is on the disk already, and only to be at another place: then nothing that others may need is used for it.</param>
    public void Append(IReadOnlyList<SpoolEntry> entries, bool isTidying = false)
    {
        MakeRoom(SizeOf(entries), isTidying || entries.Any(entry => entry is SpoolEntry.Held));
        _sizes.Clear();
        (long length, long records, long number) = (Current.Length, Current.Records, _nextRecord);
        try
        {
            WriteAll(entries);
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            Certain(() => _open!.Truncate(length));
            (Current.Length, Current.Records) = (length, records);
            throw;
        }

        _nextRecord = _records.NextNumber;
        for (int i = 0; i < entries.Count; i++)
        {
            _mirror.Apply(entries[i], number + i, Current, _sizes[i]);
        }
    }

    // A large update comes as one batch: it is not to be in memory once more for that.
    private void WriteAll(IReadOnlyList<SpoolEntry> entries)
    {
        _records.Begin(_salt, Current.Length, _nextRecord);
        foreach (SpoolEntry entry in entries)
        {
            if (_records.Length >= PortionBytes)
            {
                WriteRecords(_open!, Current);
                _records.Begin(_salt, Current.Length, _records.NextNumber);
            }

            RecordKind kind = EntryRecord.Write(entry, OrderOf(entry, _records.NextNumber), _records.Fields, out ReadOnlyMemory<byte> payload);
            _sizes.Add(_records.Add(kind, payload.Span));
        }

        WriteRecords(_open!, Current);
    }

    /// <summary>Makes all that was appended last, and takes room for what comes.</summary>
    public void Sync()
    {
        Sync(_open!);
        _room!.Prepare(Current.Length);
    }

    /// <summary>Begins the next file, and deletes those that are not needed any more.</summary>
    public void Rotate()
    {
        (IDiskFile before, SpoolFile file, ulong salt, long end) = (_open!, Current, _salt, _nextRecord);
        Sync(before);
        BeginFile();
        using (before)
        {
            Follow(before, file, salt, end);
        }

        DeleteUnneeded();
    }

    public void Dispose() => _open?.Dispose();

    private void MakeRoom(long bytes, bool payload)
    {
        if (Current.Length >= Math.Max(_options.FileBytes, _rotateAt) && !TryRotate())
        {
            _rotateAt = Current.Length + (_options.FileBytes / 8);
        }

        // On a full disk there may be files that can go for a new one.
        if (!_room!.Has(Current.Length, bytes, payload) && !(TryRotate() && _room.Has(Current.Length, bytes, payload)))
        {
            throw new DiskException(DiskFault.Full, $"{Current.Name}: no room on the disk for {bytes} bytes");
        }
    }

    // A full disk is no reason to stop while there is room in the file that is written.
    private bool TryRotate()
    {
        try
        {
            Rotate();
            return true;
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            return false;
        }
    }

    private void WriteRecords(IDiskFile open, SpoolFile file)
    {
        try
        {
            open.Write(file.Length, _records.Written);
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            Certain(() => open.Truncate(file.Length));
            if (open == _open)
            {
                _room!.Lost();
            }

            throw;
        }

        file.Length += _records.Length;
        file.Records += _records.Count;
    }

    private long OrderOf(SpoolEntry entry, long number) =>
        entry is SpoolEntry.SetAside aside ? _mirror.FindAside(aside.Group, aside.Stream, aside.First)?.Order ?? number : number;

    private static void Sync(IDiskFile open) => Certain(open.Sync);

    // Some systems find out only now that there is no room: what was written is in neither case to be counted on.
    private static void Certain(Action action)
    {
        try
        {
            action();
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            throw new DiskException(DiskFault.Failed, e.Message);
        }
    }
}

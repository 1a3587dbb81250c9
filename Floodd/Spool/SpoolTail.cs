// The end of the log: the file that is written, the files before it, and how one follows the other. Decides nothing about what is needed.
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>Appends, syncs, and begins new files.</summary>
internal sealed class SpoolTail : IDisposable
{
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
        _records.Begin(_salt, Current.Length, _nextRecord);
        foreach (SpoolEntry entry in entries)
        {
            RecordKind kind = EntryRecord.Write(entry, OrderOf(entry, _records.NextNumber), _records.Fields, out ReadOnlyMemory<byte> payload);
            _sizes.Add(_records.Add(kind, payload.Span));
        }

        WriteRecords(_open!, Current);
        long number = _nextRecord;
        _nextRecord = _records.NextNumber;
        for (int i = 0; i < entries.Count; i++)
        {
            _mirror.Apply(entries[i], number + i, Current, _sizes[i]);
        }
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

    // Nothing in the new file counts before it and its name are on the disk; from then on nothing before it counts but payload.
    private void BeginFile()
    {
        var file = new SpoolFile(_nextFile);
        IDiskFile open;
        try
        {
            open = BeginFile(file);
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full && _file is not null && FreesEnough())
        {
            // Should this life end before there is a new file, the next one misses these, and begins a new incarnation. No more than that.
            DeleteUnneeded();
            open = BeginFile(file);
        }

        _nextFile++;
        (_open, _file) = (open, file);
        _files.Add(file);
    }

    private IDiskFile BeginFile(SpoolFile file)
    {
        IDiskFile open = _disk.Create(file.Name);
        try
        {
            ulong salt = new Prng(_fresh ^ (open.Identity + (ulong)file.Number * 0x9E3779B97F4A7C15)).NextUInt64();
            var room = new SpoolRoom(_disk, open, _options);
            _records.Begin(salt, 0, _nextRecord);
            _records.AddHeader(new SpoolHeader(file.Number, _incarnation, salt, open.Identity, _nextRecord));
            Checkpoint.Write(_records, _files.Where(other => other.Needed > 0), _mirror);
            if (!room.Prepare(_records.Length) && _file is not null)
            {
                throw new DiskException(DiskFault.Full, $"{file.Name}: no room on the disk for another file");
            }

            open.Write(0, _records.Written);
            Sync(open);
            _disk.SyncDirectory();
            (file.Length, file.Records) = (_records.Length, _records.Count);
            _nextRecord = _records.NextNumber;
            // A checkpoint of many streams may fill the file alone: else every batch would begin another.
            (_salt, _room, _rotateAt) = (salt, room, _records.Length + (_options.FileBytes / 2));
            return open;
        }
        catch (DiskException e)
        {
            open.Dispose();
            if (e.Fault == DiskFault.Full)
            {
                _disk.Delete(file.Name);
            }

            throw;
        }
    }

    // Says at the end of a file which one follows, so that this one will be missed.
    private void Follow(IDiskFile open, SpoolFile file, ulong salt, long number)
    {
        _records.Begin(salt, file.Length, number);
        _records.Fields.Number(Current.Number);
        _records.Add(RecordKind.Next, default);
        try
        {
            long records = file.Records;
            WriteRecords(open, file);
            file.Records = records;
            Sync(open);
            open.Truncate(file.Length);
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            // It goes without.
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

    private void DeleteUnneeded()
    {
        foreach (SpoolFile file in _files.Where(IsUnneeded))
        {
            _disk.Delete(file.Name);
        }

        _files.RemoveAll(IsUnneeded);
    }

    // Whether there is room for a file without those that are not needed. What the last try wanted to write is still at hand.
    private bool FreesEnough()
    {
        long unneeded = _files.Where(IsUnneeded).Sum(file => file.Length);
        return unneeded > 0 && unneeded + _disk.FreeBytes() - _options.FreeMin >= _records.Length + SpoolRoom.LeastOf(_options);
    }

    private bool IsUnneeded(SpoolFile file) => file.Needed == 0 && file != _file;

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

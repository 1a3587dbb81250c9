// How the spool's newest file begins, how the one before it says so, and which old ones go. Appends no entries.
using Floodd.Model;

namespace Floodd.Spool;

internal sealed partial class SpoolTail
{
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
}

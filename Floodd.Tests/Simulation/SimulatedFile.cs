// One file of the simulated disk: what readers see, what is on the disk, and what lies between. Knows nothing of names.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Tests.Simulation;

/// <summary>The content of a file, whatever it is called.</summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512;

    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private byte[] _cached;
    private byte[] _synced;

    public SimulatedFile(ulong identity, byte[]? synced = null)
    {
        Identity = identity;
        _synced = synced ?? [];
        _cached = (byte[])_synced.Clone();
        Length = _cached.Length;
    }

    public ulong Identity { get; }

    public int Length { get; private set; }

    /// <summary>The length up to which it has room on the disk.</summary>
    public long Reserved { get; set; }

    /// <summary>What it takes of the disk.</summary>
    public long Taken => Math.Max(Length, Reserved);

    public byte[] Cached() => _cached[..Length];

    public int Read(long offset, Span<byte> into)
    {
        int count = (int)Math.Clamp(Length - offset, 0, into.Length);
        _cached.AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        _unsynced.Add((offset, bytes.ToArray()));
        Length = Put(ref _cached, Length, offset, bytes);
    }

    public void Truncate(long length)
    {
        _unsynced.Add((length, null));
        Reserved = 0;
        Length = SetLength(ref _cached, Length, length);
    }

    public void Sync()
    {
        _synced = Cached();
        _unsynced.Clear();
    }

    /// <summary>The pages that could not be written are taken for written: the next sync will say that all is well.</summary>
    public void LoseUnsynced() => _unsynced.Clear();

    public void Flip(long bit) => Replace(bytes =>
    {
        bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        return bytes;
    });

    public void Replace(Func<byte[], byte[]> change)
    {
        _cached = change(Cached());
        Length = _cached.Length;
        Sync();
    }

    /// <summary>The power is cut: of what was not synced each sector is on the disk with a chance, and so is each change of length.</summary>
    public void Cut(Prng prng, double kept)
    {
        byte[] left = _synced;
        int length = left.Length;
        foreach ((long offset, byte[]? bytes) in _unsynced)
        {
            if (bytes is null)
            {
                length = prng.Chance(kept) ? SetLength(ref left, length, offset) : length;
                continue;
            }

            for (int at = 0, next; at < bytes.Length; at = next)
            {
                next = (int)Math.Min(bytes.Length, at + Sector - ((offset + at) % Sector));
                length = prng.Chance(kept) ? Put(ref left, length, offset + at, bytes.AsSpan(at, next - at)) : length;
            }

            // A file may be as long as it was made although what made it so is missing.
            length = prng.Chance(kept / 2) && length < offset + bytes.Length ? SetLength(ref left, length, offset + bytes.Length) : length;
        }

        _synced = left[..length];
        _cached = (byte[])_synced.Clone();
        Length = length;
        _unsynced.Clear();
    }

    private static int Put(ref byte[] file, int length, long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > length)
        {
            length = SetLength(ref file, length, offset + bytes.Length);
        }

        bytes.CopyTo(file.AsSpan((int)offset));
        return length;
    }

    private static int SetLength(ref byte[] file, int length, long to)
    {
        if (to > file.Length)
        {
            Array.Resize(ref file, (int)Math.Max(to, 2L * file.Length));
        }

        if (to < length)
        {
            file.AsSpan((int)to, length - (int)to).Clear();
        }

        return (int)to;
    }
}

/// <summary>A file as a process has it open.</summary>
internal sealed class OpenedFile(SimulatedDisk disk, SimulatedFile file, int life) : IDiskFile
{
    public long Length => file.Length;

    public ulong Identity => file.Identity;

    public int Read(long offset, Span<byte> into)
    {
        Check();
        return disk.FailsReads ? throw new DiskException(DiskFault.Failed, "input/output error") : file.Read(offset, into);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Check();
        disk.Count();
        disk.FailIfDue(sync: false, () => { });
        long more = Math.Max(0, offset + bytes.Length - file.Taken);
        int room = disk.RoomFor(more);
        file.Write(offset, bytes[..(int)(bytes.Length - more + room)]);
        if (room < more)
        {
            throw new DiskException(DiskFault.Full, "no space left on device");
        }
    }

    public void Truncate(long length)
    {
        Check();
        disk.Count();
        file.Truncate(length);
    }

    public bool Reserve(long length)
    {
        Check();
        disk.Count();
        long more = Math.Max(0, length - file.Taken);
        if (disk.CanReserve && disk.RoomFor(more) < more)
        {
            throw new DiskException(DiskFault.Full, "no space left on device");
        }

        file.Reserved = disk.CanReserve ? Math.Max(length, file.Reserved) : file.Reserved;
        return disk.CanReserve;
    }

    public void Sync()
    {
        Check();
        disk.Count();
        disk.FailIfDue(sync: true, file.LoseUnsynced);
        file.Sync();
    }

    public void Dispose()
    {
    }

    private void Check() => Invariant.Check(life == disk.Life);
}

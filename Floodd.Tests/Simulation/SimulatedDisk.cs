// A disk in memory that forgets at a power cut what was not synced, as badly as a real one may. Everything follows from its seed.
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Tests.Simulation;

/// <summary>The power went, by <see cref="SimulatedDisk.CutAt"/>: <see cref="SimulatedDisk.Cut"/> says what is left.</summary>
internal sealed class PowerCutException() : Exception("the power was cut");

/// <summary>
/// One directory. What is written goes into a page cache, which every reader sees; a sync takes it to the disk. At a power cut any
/// part of what was not synced is on the disk all the same, in pieces of a sector; likewise names that were made, changed and deleted.
/// </summary>
internal sealed class SimulatedDisk(ulong seed) : IDisk
{
    private readonly Prng _prng = new(seed);
    private readonly List<(string? From, string? To, SimulatedFile File)> _unsyncedNames = [];
    private SortedDictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);
    private SortedDictionary<string, SimulatedFile> _syncedNames = new(StringComparer.Ordinal);

    /// <summary>How often something was asked of it that may change what is on it.</summary>
    public int Operations { get; private set; }

    /// <summary>The power is cut when so many operations have been done.</summary>
    public int CutAt { get; set; } = int.MaxValue;

    /// <summary>Bytes that it has room for.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>How many writes and syncs are done before one fails; below 0 none does.</summary>
    public int FailAfter { get; set; } = -1;

    /// <summary>Whether a sync that fails is the fault, or a write.</summary>
    public bool FailsSync { get; set; } = true;

    /// <summary>Whether reading fails.</summary>
    public bool FailsReads { get; set; }

    /// <summary>Whether it lets files take room before they need it.</summary>
    public bool CanReserve { get; set; } = true;

    /// <summary>Writes that found no room.</summary>
    public int Refusals { get; private set; }

    /// <summary>Processes that have used it: the files of one that was killed are open to it no more.</summary>
    internal int Life { get; private set; }

    public IReadOnlyList<string> List() => [.. _names.Keys];

    public IDiskFile Create(string name)
    {
        Count();
        if (_names.ContainsKey(name))
        {
            throw new DiskException(DiskFault.Failed, $"{name} is there already");
        }

        var file = new SimulatedFile(_prng.NextUInt64() | 1);
        _names[name] = file;
        _unsyncedNames.Add((null, name, file));
        return new OpenedFile(this, file, Life);
    }

    public IDiskFile Open(string name) => new OpenedFile(this, FileOf(name), Life);

    public void Delete(string name)
    {
        Count();
        _unsyncedNames.Add((name, null, FileOf(name)));
        _names.Remove(name);
    }

    public void Rename(string from, string to)
    {
        Count();
        SimulatedFile file = FileOf(from);
        _unsyncedNames.Add((from, to, file));
        _names.Remove(from);
        _names[to] = file;
    }

    public void SyncDirectory()
    {
        Count();
        FailIfDue(sync: true, () => { });
        _syncedNames = new(_names, StringComparer.Ordinal);
        _unsyncedNames.Clear();
    }

    public long FreeBytes() => Capacity - _names.Values.Sum(file => file.Taken);

    public void Dispose() => Life++;

    /// <summary>The process ended where it was; what it wrote is still in the page cache.</summary>
    public void Kill()
    {
        Life++;
        CutAt = int.MaxValue;
        FailAfter = -1;
        FailsReads = false;
    }

    /// <summary>The power goes and comes back: what was not synced is there, or not, or in part.</summary>
    /// <param name="prng">What is left follows from it.</param>
    public void Cut(Prng prng)
    {
        Kill();
        double kept = prng.Next(4) switch { 0 => 0, 1 => 1, _ => prng.NextDouble() };
        foreach ((string? from, string? to, SimulatedFile file) in _unsyncedNames)
        {
            if (prng.Chance(kept))
            {
                _syncedNames.Remove(from ?? "");
                if (to is not null)
                {
                    _syncedNames[to] = file;
                }
            }
        }

        _unsyncedNames.Clear();
        _names = new(_syncedNames, StringComparer.Ordinal);
        foreach (SimulatedFile file in _names.Values.Distinct())
        {
            file.Cut(prng, kept);
        }
    }

    /// <summary>Flips a bit, on the disk and in every reader's eyes.</summary>
    public void Flip(string name, long bit) => FileOf(name).Flip(bit);

    /// <summary>Cuts a file off, or makes it longer, with zeros, as no process would.</summary>
    public void Resize(string name, int length) => FileOf(name).Replace(b => { Array.Resize(ref b, length); return b; });

    /// <summary>Changes a file as no process would.</summary>
    public void Overwrite(string name, int offset, ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        FileOf(name).Replace(b => { copy.CopyTo(b, offset); return b; });
    }

    /// <summary>Deletes a file for good, as no process of ours would.</summary>
    public void Lose(string name)
    {
        _names.Remove(name);
        _syncedNames.Remove(name);
        _unsyncedNames.RemoveAll(change => change.From == name || change.To == name);
    }

    /// <summary>What is in a file.</summary>
    public byte[] Contents(string name) => FileOf(name).Cached();

    /// <summary>A copy of everything; the files in it are others, although they say the same.</summary>
    /// <param name="keepIdentities">Whether they are taken for the same all the same, as on a disk that was copied whole.</param>
    public SimulatedDisk Copy(bool keepIdentities = false)
    {
        var copy = new SimulatedDisk(_prng.NextUInt64());
        foreach ((string name, SimulatedFile file) in _names)
        {
            copy._names[name] = copy._syncedNames[name] = new SimulatedFile(keepIdentities ? file.Identity : copy._prng.NextUInt64() | 1, file.Cached());
        }

        return copy;
    }

    /// <summary>Puts a file into it that is synced.</summary>
    public void Put(string name, byte[] bytes) => _names[name] = _syncedNames[name] = new SimulatedFile(_prng.NextUInt64() | 1, bytes);

    internal void Count()
    {
        if (Operations >= CutAt)
        {
            throw new PowerCutException();
        }

        Operations++;
    }

    internal void FailIfDue(bool sync, Action lose)
    {
        if (FailAfter >= 0 && sync == FailsSync && FailAfter-- == 0)
        {
            lose();
            throw new DiskException(DiskFault.Failed, "input/output error");
        }
    }

    internal int RoomFor(long more)
    {
        long room = Math.Max(0, FreeBytes());
        Refusals += room < more ? 1 : 0;
        return (int)Math.Min(room, more);
    }

    private SimulatedFile FileOf(string name) =>
        _names.GetValueOrDefault(name) ?? throw new DiskException(DiskFault.Failed, $"{name}: no such file");
}

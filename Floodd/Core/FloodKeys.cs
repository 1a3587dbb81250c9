// Which updates came under each key of a group, at this site. Never decides who is told, and never holds more than it may.
using System.Numerics;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>A bounded table of updates that have a key; the one that came first is forgotten first. An entry takes 72 bytes at most; while the table grows, up to 144 are in use.</summary>
/// <param name="max">The most updates, from 1.</param>
/// <param name="salt">Mixed into places, so that no client can choose keys that all fall into one.</param>
internal sealed class FloodKeys(int max, ulong salt)
{
    private const int CapacityMin = 16;

    // A ring in the order in which updates came, and where each stands in it: the hash above its number from 1, 0 for a free slot. A key's
    // updates stand in the order of the ring in the slots from its place on, with others between them; a third of the slots is free at least.
    private Entry[] _entries = [];
    private ulong[] _slots = [];
    private int _oldest;
#pragma warning disable IDE0052 // read by nobody
    private ulong _touched;
#pragma warning restore IDE0052

    /// <summary>How many updates are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>How many updates came under the key of another.</summary>
    public long Repeats { get; private set; }

    /// <summary>An update is whole here.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="id">Its id.</param>
    /// <param name="size">Its length, in bytes.</param>
    /// <returns>Whether it is the first under its key, as far as is remembered.</returns>
    public bool Learn(FloodKey key, UpdateId id, long size)
    {
        uint hash = HashOf(key);
        int tries = 0;
        bool first = true;
        while (TryNext(key, hash, ref tries, out int at))
        {
            if (_entries[at].Id == id)
            {
                return first;
            }

            first = false;
        }

        Repeats += first ? 0 : 1;
        Add(new Entry(key, id, (uint)size, hash));
        return first;
    }

    /// <summary>A key will be looked up soon: what is read of the table then is read now, while there is other work to do meanwhile.</summary>
    public void Touch(FloodKey key) => Touch(HashOf(key));

    /// <summary>The first update under a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="first">Its id.</param>
    /// <param name="size">Its length, in bytes.</param>
    /// <returns>Whether the key is remembered.</returns>
    public bool TryFind(FloodKey key, out UpdateId first, out long size)
    {
        int tries = 0;
        bool found = TryNext(key, HashOf(key), ref tries, out int at);
        (first, size) = found ? (_entries[at].Id, _entries[at].Size) : (default, 0);
        return found;
    }

    /// <summary>Tells the updates under a key, one with each call, in the order in which they came.</summary>
    /// <param name="key">The key.</param>
    /// <param name="tries">0 for the first call; how far the search has come.</param>
    /// <param name="id">The next one's id.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryNext(FloodKey key, ref int tries, out UpdateId id)
    {
        bool found = TryNext(key, HashOf(key), ref tries, out int at);
        id = found ? _entries[at].Id : default;
        return found;
    }

    // A large table is in no near cache. Nothing waits for this load but what is far behind it.
    private void Touch(uint hash)
    {
        if (_slots.Length > 0)
        {
            _touched = _slots[hash & (uint)(_slots.Length - 1)];
        }
    }

    private bool TryNext(FloodKey key, uint hash, ref int tries, out int at)
    {
        ulong[] slots = _slots;
        while (slots.Length > 0 && slots[(hash + (uint)tries) & (uint)(slots.Length - 1)] is var slot and not 0)
        {
            tries++;
            at = (int)(uint)slot - 1;
            if ((uint)(slot >> 32) == hash && _entries[at].Key == key)
            {
                return true;
            }
        }

        at = -1;
        return false;
    }

    private void Add(in Entry entry)
    {
        int at;
        if (Count < max)
        {
            at = Count;
            if (at == _entries.Length)
            {
                Grow();
            }

            Count++;
        }
        else
        {
            at = _oldest;
            _oldest = at + 1 == max ? 0 : at + 1;
            Free(at);
            Touch(_entries[_oldest].Hash);
        }

        _entries[at] = entry;
        Link(at);
    }

    private void Link(int at)
    {
        uint mask = (uint)(_slots.Length - 1);
        uint slot = _entries[at].Hash & mask;
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = SlotOf(at);
    }

    // Those behind move up into the free slot, as far as none comes to stand before its place: so their order stays.
    private void Free(int gone)
    {
        uint mask = (uint)(_slots.Length - 1);
        uint free = _entries[gone].Hash & mask;
        while (_slots[free] != SlotOf(gone))
        {
            free = (free + 1) & mask;
        }

        for (uint next = (free + 1) & mask; _slots[next] != 0; next = (next + 1) & mask)
        {
            uint from = (uint)(_slots[next] >> 32) & mask;
            if (((next - from) & mask) >= ((next - free) & mask))
            {
                _slots[free] = _slots[next];
                free = next;
            }
        }

        _slots[free] = 0;
    }

    // Only while nothing was ever forgotten: the ring begins at 0 then.
    private void Grow()
    {
        Array.Resize(ref _entries, (int)Math.Min(max, Math.Max(CapacityMin, _entries.Length * 2L)));
        _slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)(_entries.Length + ((_entries.Length + 1) / 2)))];
        for (int at = 0; at < Count; at++)
        {
            Link(at);
        }
    }

    private ulong SlotOf(int at) => ((ulong)_entries[at].Hash << 32) | (uint)(at + 1);

    // All bits of a digest count, and what is not told to anybody: whoever chooses digests cannot choose places.
    private uint HashOf(FloodKey key)
    {
        ulong high = Math.BigMul(key.Low ^ salt, key.High ^ BitOperations.RotateLeft(salt * 0x9E37_79B9_7F4A_7C15, 31), out ulong low);
        return (uint)(((high ^ low) * 0xD6E8_FEB8_6659_FD93) >> 32);
    }

    // 48 bytes.
    private readonly struct Entry(FloodKey key, UpdateId id, uint size, uint hash)
    {
        public readonly FloodKey Key = key;
        public readonly UpdateId Id = id;
        public readonly uint Size = size;
        public readonly uint Hash = hash;
    }
}

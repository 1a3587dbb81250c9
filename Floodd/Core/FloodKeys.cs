// Which update came first under each key of a group, at this site. Never decides who is told, and never holds more than it may.
using System.Numerics;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>A bounded table of keys; the key that came first is forgotten first. An entry takes 64 bytes at most; while the table grows, up to 128 are in use.</summary>
/// <param name="max">The most keys, from 1.</param>
/// <param name="salt">Mixed into places, so that no client can choose keys that all fall into one.</param>
internal sealed class FloodKeys(int max, ulong salt)
{
    private const int CapacityMin = 16;

    // A ring in the order in which keys came, and chains through it: each place of _heads begins one, ends are -1.
    private Entry[] _entries = [];
    private int[] _heads = [];
    private int _oldest;

    /// <summary>How many keys are remembered.</summary>
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
        if (TryFind(key, out UpdateId first, out _))
        {
            Repeats += first == id ? 0 : 1;
            return first == id;
        }

        Add(key, id, size);
        return true;
    }

    /// <summary>The first update under a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="first">Its id.</param>
    /// <param name="size">Its length, in bytes.</param>
    /// <returns>Whether the key is remembered.</returns>
    public bool TryFind(FloodKey key, out UpdateId first, out long size)
    {
        for (int at = Count == 0 ? -1 : _heads[PlaceOf(key)]; at >= 0; at = _entries[at].Next)
        {
            if (_entries[at].Key == key)
            {
                (first, size) = (_entries[at].First, _entries[at].Size);
                return true;
            }
        }

        (first, size) = (default, 0);
        return false;
    }

    private void Add(FloodKey key, UpdateId id, long size)
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
            Unlink(at);
        }

        ref int head = ref _heads[PlaceOf(key)];
        _entries[at] = new Entry(key, id, (uint)size, head);
        head = at;
    }

    private void Unlink(int gone)
    {
        ref int link = ref _heads[PlaceOf(_entries[gone].Key)];
        while (link != gone)
        {
            link = ref _entries[link].Next;
        }

        link = _entries[gone].Next;
    }

    // Only while nothing was ever forgotten: the ring begins at 0 then.
    private void Grow()
    {
        Array.Resize(ref _entries, (int)Math.Min(max, Math.Max(CapacityMin, _entries.Length * 2L)));
        _heads = new int[BitOperations.RoundUpToPowerOf2((uint)_entries.Length)];
        Array.Fill(_heads, -1);
        for (int at = 0; at < Count; at++)
        {
            ref int head = ref _heads[PlaceOf(_entries[at].Key)];
            _entries[at].Next = head;
            head = at;
        }
    }

    private int PlaceOf(FloodKey key)
    {
        ulong mixed = ((ulong)key.Digest ^ salt) * 0x9E37_79B9_7F4A_7C15;
        return (int)((uint)(mixed >> 32) & (uint)(_heads.Length - 1));
    }

    private struct Entry(FloodKey key, UpdateId first, uint size, int next)
    {
        public readonly FloodKey Key = key;
        public readonly UpdateId First = first;
        public readonly uint Size = size;
        public int Next = next;
    }
}

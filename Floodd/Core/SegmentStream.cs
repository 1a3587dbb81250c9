// One stream at one site: what was received, what is still held, what can be handed out. Decides nothing about who gets it.
using System.Text;
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>The segments of one origin in one of its lives, in one group.</summary>
internal sealed partial class SegmentStream(Group group, StreamId id)
{
    private const int SlabMin = 1024;

    private readonly List<Slab> _slabs = [];

    public Group Group { get; } = group;

    public StreamId Id { get; } = id;

    /// <summary><c>ORIGIN/INCARNATION/</c> as it stands in replies.</summary>
    public byte[] IdBytes { get; } = Encoding.ASCII.GetBytes(id.ToString() + "/");

    /// <summary>What subscribers and framed exports are told before an update's number.</summary>
    public byte[] LineStart { get; } = UpdateLine.StartOf(group.Name, id);

    /// <summary>What the checks of its records start from.</summary>
    public uint Seed { get; } = SegmentRecord.SeedOf(group.Name, id);

    /// <summary>All that was ever taken in, or is known never to come: new is what is not in here.</summary>
    public SegmentSet Received { get; } = new();

    /// <summary>Numbers up to the end of what can be handed out that hold no whole update: lost, and skipped.</summary>
    public SegmentSet Lost { get; } = new();

    /// <summary>What the spool is to be told; null without one.</summary>
    public SpoolLine? Spool { get; set; }

    /// <summary>The first segment not yet exported here.</summary>
    public long ExportNext { get; set; } = 1;

    /// <summary>Updates up to this segment were given to a run, and may have been taken by it although the stream is not exported so far.</summary>
    public long HandedThrough { get; set; }

    /// <summary>Whether the stream waits in the export's line, or is in a bundle.</summary>
    public bool InExportLine { get; set; }

    /// <summary>On how many links the other end is spared it.</summary>
    public int SparedCount { get; set; }

    /// <summary>How far each member has come.</summary>
    public MarkTable Marks { get; } = new(group);

    /// <summary>When something was last taken in; before that, when it was first heard of.</summary>
    public Instant LastTaken { get; set; }

    /// <summary>The oldest slab; null if nothing is held.</summary>
    public Slab? Oldest => _slabs.Count > 0 ? _slabs[0] : null;

    /// <summary>The number that the origin gives its next segment.</summary>
    public long NextNumber => Received.Highest + 1;

    /// <summary>Takes in consecutive sound records that are new.</summary>
    /// <returns>What they are charged, in bytes.</returns>
    public long Append(long first, int count, ReadOnlySpan<byte> records, Instant born, Instant now, SlabBounds bounds)
    {
        Put(first, records, born, bounds);
        Taken(first, count, now);
        return Slab.ChargeOf(records.Length, count);
    }

    /// <summary>Writes an update of one segment taken from a client here.</summary>
    /// <returns>What it is charged, in bytes.</returns>
    public long Originate(ReadOnlySpan<byte> payload, FloodKey? key, Instant now, SlabBounds bounds)
    {
        long number = NextNumber;
        Slab slab = SlabFor(number, payload.Length + SegmentRecord.HeadMax(key is not null), 0, now, bounds);
        int size = SegmentRecord.Write(slab.Free, Seed, number, begins: true, ends: true, payload.Length, payload, key);
        slab.Added(size);
        Taken(number, 1, now);
        return Slab.ChargeOf(size, 1);
    }

    /// <summary>Takes over the records of an update taken from a client here, of several segments, and writes their heads.</summary>
    /// <returns>What they are charged, in bytes.</returns>
    public long Adopt(IReadOnlyList<Slab> slabs, long updateLength, FloodKey? key, Instant now)
    {
        long first = NextNumber, number = first, charge = 0;
        long last = first + slabs.Sum(s => s.Count) - 1;
        foreach (Slab slab in slabs)
        {
            slab.Place(number, now);
            for (int index = 0; index < slab.Count; index++, number++)
            {
                SegmentRecord.WriteHead(slab.Unfinished(index), Seed, number, number == first, number == last, updateLength, key);
            }

            charge += slab.Charge;
            _slabs.Add(slab);
        }

        Taken(first, (int)(last - first + 1), now);
        return charge;
    }

    /// <summary>Starts behind <paramref name="number"/>: what came before is not for this site.</summary>
    public void StartBehind(long number)
    {
        if (number > 0 && Received.RangeCount == 0)
        {
            Received.Add(1, number);
            Lost.Add(1, number);
            _scanned = _whole = number;
            Unsettle();
            Spool?.Say(new SpoolEntry.Lost(Group.Name, Id, 1, number));
            ExportNext = number + 1;
            Exported = number;
            Spool?.Say(new SpoolEntry.Exported(Group.Name, Id, number));
        }
    }

    /// <summary>Gives up waiting for numbers that nobody holds any more.</summary>
    public void DeclareLost(long first, long last)
    {
        Received.Add(first, last);
        Lost.Add(first, last);
        Spool?.Say(new SpoolEntry.Lost(Group.Name, Id, first, last));
        Scan();
    }

    /// <summary>The first segment held at or above <paramref name="number"/>.</summary>
    public bool TryFind(long number, out Slab slab, out int index)
    {
        int low = 0, high = _slabs.Count;
        if (high > 0 && _slabs[high - 1].First <= number)
        {
            low = _slabs[high - 1].Last >= number ? high - 1 : high;
            high = low;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_slabs[middle].Last < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == _slabs.Count)
        {
            slab = null!;
            index = 0;
            return false;
        }

        slab = _slabs[low];
        index = (int)Math.Max(0, number - slab.First);
        return true;
    }

    /// <summary>The first segment held at or above <paramref name="number"/>, or one past everything received if there is none.</summary>
    public long FirstHeld(long number) => TryFind(number, out Slab slab, out int index) ? slab.First + index : Received.Highest + 1;

    /// <summary>Drops the oldest slab.</summary>
    /// <returns>What it was charged, in bytes.</returns>
    public long DropOldest()
    {
        long charge = _slabs[0].Charge;
        ForgetSharing(_slabs[0].Last);
        Spool?.Say(new SpoolEntry.Dropped(Group.Name, Id, _slabs[0].Last));
        _slabs.RemoveAt(0);
        return charge;
    }

    /// <summary>Whether it holds segments that cannot be handed out, as some before them or the rest of their update are missing.</summary>
    public bool HoldsUndeliverable => _slabs.Count > 0 && _slabs[^1].Last > _whole;

    /// <summary>Forgets the segments that cannot be handed out, as if they had never come; catching up will bring them again.</summary>
    /// <returns>What they were charged, in bytes.</returns>
    public long GiveUpUndeliverable()
    {
        Refused(Received.Highest);
        long charge = 0;
        while (_slabs.Count > 0 && _slabs[^1] is var slab && slab.Last > _whole)
        {
            long first = Math.Max(slab.First, _whole + 1);
            Received.Remove(first, slab.Last);
            Spool?.Say(new SpoolEntry.Forgotten(Group.Name, Id, first, slab.Last));
            if (slab.First <= _whole)
            {
                charge += slab.Truncate(_whole);
            }
            else
            {
                charge += slab.Charge;
                _slabs.RemoveAt(_slabs.Count - 1);
            }
        }

        _scanned = _whole;
        _begun = 0;
        return charge;
    }

    /// <summary>Forgets the segments behind the first missing number, as if they had never come: they wait for it, and it for their room.</summary>
    /// <returns>What they were charged, in bytes.</returns>
    public long GiveUpBehindHole()
    {
        Refused(Received.Highest);
        long charge = 0;
        while (_slabs.Count > 0 && _slabs[^1] is var slab && slab.First > Received.Watermark)
        {
            Received.Remove(slab.First, slab.Last);
            Spool?.Say(new SpoolEntry.Forgotten(Group.Name, Id, slab.First, slab.Last));
            charge += slab.Charge;
            _slabs.RemoveAt(_slabs.Count - 1);
        }

        return charge;
    }

    /// <summary>What is charged for the slabs that hold anything above <paramref name="number"/>, in bytes.</summary>
    public long ChargeAbove(long number)
    {
        long charge = 0;
        for (int i = _slabs.Count - 1; i >= 0 && _slabs[i].Last > number; i--)
        {
            charge += _slabs[i].Charge;
        }

        return charge;
    }

    private void Put(long first, ReadOnlySpan<byte> records, Instant born, SlabBounds bounds)
    {
        for (long rest = RestOf(first, records); !records.IsEmpty;)
        {
            Slab slab = SlabFor(first, SegmentRecord.Size(SegmentRecord.Word(records)), rest, born, bounds);
            int taken = slab.Append(records);
            records = records[taken..];
            rest -= taken;
            first = slab.Last + 1;
        }
    }

    // A slab with room for the next record. A new one is larger the more came before; but no larger than what is to come of a large update, as
    // the first segment of the next one might just not fit.
    private Slab SlabFor(long first, int bytes, long rest, Instant born, SlabBounds bounds)
    {
        int at = _slabs.Count;
        while (at > 0 && _slabs[at - 1].First > first)
        {
            at--;
        }

        Slab? before = at > 0 ? _slabs[at - 1] : null;
        if (before is not null && before.Last + 1 == first && before.Room >= bytes && born - before.Born <= bounds.Span)
        {
            return before;
        }

        long capacity = Math.Min(bounds.Bytes, before is null ? SlabMin : before.Charge * 2);
        var slab = new Slab(first, (int)Math.Max(bytes, rest >= bounds.Bytes / 4 ? Math.Min(capacity, rest) : capacity), born);
        _slabs.Insert(at, slab);
        return slab;
    }

    private void Taken(long first, int count, Instant now)
    {
        Received.Add(first, first + count - 1);
        LastTaken = now;
        Spool?.Touch();
        Scan();
    }
}

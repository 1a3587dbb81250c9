// A stream and the spool: what of it is to be written, and how it comes back after a restart. Never writes anything itself.
using Floodd.Model;
using Floodd.Spool;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed partial class SegmentStream
{
    private long _exported;

    /// <summary>All updates up to this segment were handed out, and that lasts over a power cut: what may be told to others.</summary>
    public long Exported
    {
        get => Spool is null ? ExportNext - 1 : _exported;
        set => _exported = Math.Max(_exported, value);
    }

    /// <summary>Says for the spool what was taken in since it was last asked, as far as there is room.</summary>
    /// <param name="into">Appended to.</param>
    /// <param name="room">How many bytes may be handed over; made less by what is.</param>
    /// <returns>Whether that was all.</returns>
    public bool HandOver(List<SpoolEntry> into, ref long room, Instant now)
    {
        foreach (Slab slab in _slabs)
        {
            if (slab.Handed == slab.Count)
            {
                continue;
            }

            if (room <= 0)
            {
                return false;
            }

            int count = slab.Count - slab.Handed;
            ReadOnlyMemory<byte> records = slab.Records(slab.Handed, count);
            into.Add(new SpoolEntry.Held(Group.Name, Id, slab.First + slab.Handed, count, records, Math.Max(0, (long)(now - slab.Born).TotalSeconds)));
            room -= records.Length;
            slab.Handed = slab.Count;
        }

        return true;
    }

    /// <summary>Whether the segments from one to another that are still held were all given to the spool.</summary>
    public bool IsHanded(long first, long last)
    {
        for (long number = first; TryFind(number, out Slab slab, out int index) && slab.First + index <= last; number = slab.Last + 1)
        {
            if (slab.Handed < Math.Min(slab.Count, last - slab.First + 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes back what a spool held. Nothing is known of keys and whole updates before <see cref="Rescan"/>.</summary>
    /// <returns>What it is charged, in bytes.</returns>
    public long Restore(SpooledStream spooled, Instant now, SlabBounds bounds)
    {
        long charge = 0;
        foreach (SpooledRun run in spooled.Runs)
        {
            Instant born = new(now.Ticks - (TimeSpan.TicksPerSecond * run.AgeSeconds));
            Put(run.First, run.Records.Span, born, bounds);
            Received.Add(run.First, run.First + run.Count - 1);
            charge += Slab.ChargeOf(run.Records.Length, run.Count);
            run.Release();
        }

        foreach (Slab slab in _slabs)
        {
            slab.Handed = slab.Count;
        }

        for (int i = 0; i < spooled.Lost.RangeCount; i++)
        {
            (long first, long last) = spooled.Lost[i];
            Received.Add(first, last);
            Lost.Add(first, last);
        }

        // What was handed out and is held no more has come once: it is never to come again.
        FillThrough(spooled.Exported);
        ExportNext = spooled.Exported + 1;
        Exported = spooled.Exported;
        HandedThrough = spooled.Handing;
        _scanned = _whole = Math.Min(spooled.Exported, FirstHeld(1) - 1);
        LastTaken = now;
        return charge;
    }

    /// <summary>Finds whole updates and learns their keys, up to a segment at most: called with a higher one each time, so that of several under one key that which was handed out counts as the first.</summary>
    public void Rescan(long limit)
    {
        Scan(limit);
        if (limit == Exported)
        {
            _whole = Math.Max(_whole, Exported);
        }
    }

    /// <summary>Others remember that an earlier life handed out more than this one knows of: that is believed.</summary>
    /// <returns>How many updates wait no more for that.</returns>
    public long SkipThrough(long number)
    {
        (long count, long bytes) = WaitingThrough(number);
        FillThrough(number);
        HandedOut(number, count, bytes);
        Scan();
        LoseRest(number + 1);
        _whole = Math.Max(_whole, number);
        Spool?.Touch();
        return count;
    }

    // What begins within an update is no update.
    private void LoseRest(long first)
    {
        if (_begun > 0 && _begun < first)
        {
            AbandonBegun(_scanned);
            _whole = _scanned;
        }
        else if (first <= _whole && TryFind(first, out Slab slab, out int index) && slab.First + index == first && !SegmentRecord.Begins(slab.Word(index)))
        {
            Lost.Add(first, LastOf(first));
        }
    }

    private void FillThrough(long number)
    {
        for (long missing = Received.FirstMissing(1); missing <= number; missing = Received.FirstMissing(missing))
        {
            long last = Math.Min(number, Received.FirstPresent(missing) - 1);
            Received.Add(missing, last);
            Lost.Add(missing, last);
        }
    }
}

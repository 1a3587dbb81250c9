// The bound on memory: what is charged, and what is given up for what. It never gives up what this site still has to export.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// Charges segments and half-received updates against data-storage-max. Room is made in this order: what every member has;
/// what waits only for sites that are down or behind; what waits for members that are up, as they can fetch it elsewhere, unless
/// this site is its origin and has taken responsibility for it. Last of all go updates that the export command refused.
/// </summary>
internal sealed class Store(SiteState state)
{
    // Four full segments, without a byte to spare: a slab that almost holds a fourth would waste a quarter of the memory.
    private const int SlabLargest = 4 * SegmentRecord.SizeMax;
    private const int SlabLeast = 4096;

    private const int SpansPerPeriod = 16;

    // What came out of the spool, was more than the bound and may not be given up: the bound again as soon as it is handed out.
    private long _over;
    private long _slabMaxOf;
    private int _slabMax;

    /// <summary>What may be charged at most, in bytes.</summary>
    public long Max => Math.Max(state.Local.DataStorageMax, _over);

    /// <summary>So much room is worth asking others for what was refused, in bytes.</summary>
    public long Worthwhile => Math.Min(Max / 8, 4 * WireLimits.FrameMax);

    /// <summary>What is charged, in bytes.</summary>
    public long Charged { get; private set; }

    /// <summary>What bounds a slab: it is given up when its first segment is too old, and few of the others are then to be much younger.</summary>
    public SlabBounds SlabBounds => new(SlabMax, new TimeSpan(state.Local.LogPurgePeriod.Ticks / SpansPerPeriod));

    /// <summary>The largest slab to make: small beside the store, so that giving one up gives up little.</summary>
    public int SlabMax
    {
        get
        {
            if (_slabMaxOf != Max)
            {
                _slabMaxOf = Max;
                long part = _slabMaxOf / 64;
                long whole = part / SegmentRecord.SizeMax * SegmentRecord.SizeMax;
                _slabMax = (int)(whole > 0 ? Math.Min(whole, SlabLargest) : Math.Max(part, SlabLeast));
            }

            return _slabMax;
        }
    }

    /// <summary>Makes room, at the cost of what was set aside if there is no other way.</summary>
    /// <returns>Whether <paramref name="bytes"/> can be charged now.</returns>
    public bool Admit(long bytes) => AdmitSpare(bytes) || state.Aside.GiveUpFor(bytes);

    /// <summary>Makes room for what comes again if it finds none: nothing that was set aside is given up for it.</summary>
    /// <returns>Whether <paramref name="bytes"/> can be charged now.</returns>
    public bool AdmitSpare(long bytes)
    {
        if (Charged + bytes <= Max)
        {
            return true;
        }

        return bytes <= Max
            && (GiveUp(bytes, s => Math.Min(s.Marks.AllFloor, OwnReleased(s)), ref state.Counters.GivenUpDelivered)
                || GiveUp(bytes, s => Math.Min(s.Marks.UpFloor, OwnReleased(s)), ref state.Counters.GivenUpDown)
                || GiveUp(bytes, s => s.Id.Origin == state.Self ? 0 : s.ExportNext - 1, ref state.Counters.GivenUpUp));
    }

    /// <summary>
    /// Makes room for the next segment of a stream, even at the cost of segments that cannot be handed out yet: of streams that come
    /// behind it in order, so that one stream's update is always completed first and full stores cannot wait for each other in a ring.
    /// </summary>
    public bool AdmitNext(SegmentStream next, long bytes)
    {
        if (AdmitSpare(bytes))
        {
            return true;
        }

        foreach (SegmentStream stream in state.AllStreams.Where(s => s.HoldsUndeliverable && Order(s, next) > 0).OrderDescending(Comparer<SegmentStream>.Create(Order)).ToList())
        {
            long charge = stream.GiveUpUndeliverable();
            stream.HoldBack(state.Now);
            state.Counters.GivenUpIncomplete++;
            Release(charge);
            if (AdmitSpare(bytes))
            {
                return true;
            }
        }

        if (state.Aside.GiveUpFor(bytes))
        {
            return true;
        }

        // Last what lies behind its own hole, which it is to fill: a neighbor that no longer had the beginning has sent the rest.
        if (next.GiveUpBehindHole() is > 0 and long behind)
        {
            state.Counters.GivenUpIncomplete++;
            next.HoldBack(state.Now);
            Release(behind);
            return Admit(bytes);
        }

        return false;
    }

    /// <summary>Makes room by the same means for whatever comes next, but for the first stream that waits for the rest of an update.</summary>
    public bool AdmitAny(long bytes) =>
        AdmitSpare(bytes) || (state.AllStreams.Where(s => s.HoldsUndeliverable).Order(Comparer<SegmentStream>.Create(Order)).FirstOrDefault() is { } first && AdmitNext(first, bytes)) || state.Aside.GiveUpFor(bytes);

    /// <summary>Charges what was admitted.</summary>
    public void Charge(long bytes)
    {
        Charged += bytes;
        Invariant.Check(Charged <= Max, "charged bytes within data-storage-max");
    }

    /// <summary>Charges what came out of the spool, however much that is; <see cref="Settle"/> follows.</summary>
    public void Restore(long bytes) => _over = Charged += bytes;

    /// <summary>Gives up what can be given up of too much that came out of the spool.</summary>
    public void Settle()
    {
        if (Charged <= state.Local.DataStorageMax)
        {
            _over = 0;
            return;
        }

        _over = 0;
        long held = Charged;
        if (!Admit(0))
        {
            foreach (SegmentStream stream in state.AllStreams.Where(s => s.HoldsUndeliverable).OrderDescending(Comparer<SegmentStream>.Create(Order)).ToList())
            {
                long charge = stream.GiveUpUndeliverable();
                state.Counters.GivenUpIncomplete++;
                Release(charge);
            }
        }

        _over = Charged > state.Local.DataStorageMax ? Charged : 0;
        state.Note(NoteKind.StoreFull, $"the spool held {held} bytes, more than data-storage-max: {held - Charged} were given up"
            + (_over > 0 ? $"; {_over} are kept until they are exported" : ""));
    }

    /// <summary>Gives a charge back.</summary>
    public void Release(long bytes)
    {
        Charged -= bytes;
        Invariant.Check(Charged >= 0);
        if (_over > 0)
        {
            _over = Charged > state.Local.DataStorageMax ? Charged : 0;
        }
    }

    /// <summary>Drops what is older than log-purge-period and not still to be exported here.</summary>
    public void PurgeAged()
    {
        foreach (SegmentStream stream in state.AllStreams)
        {
            while (stream.Oldest is { } slab && slab.Last < stream.ExportNext && state.Now - slab.Born > state.Local.LogPurgePeriod)
            {
                state.Counters.GivenUpAged += slab.Count;
                Release(stream.DropOldest());
            }
        }
    }

    private static int Order(SegmentStream a, SegmentStream b)
    {
        int byGroup = a.Group.Name.CompareTo(b.Group.Name);
        return byGroup != 0 ? byGroup : a.Id.CompareTo(b.Id);
    }

    private long OwnReleased(SegmentStream stream) => stream.Marks.Of(state.Self)?.Released ?? 0;

    // Gives up the oldest slabs that lie whole below the floor and are exported here, until there is room.
    private bool GiveUp(long bytes, Func<SegmentStream, long> floor, ref long count)
    {
        while (Charged + bytes > Max)
        {
            SegmentStream? oldest = null;
            foreach (SegmentStream stream in state.AllStreams)
            {
                if (stream.Oldest is { } slab && slab.Last < stream.ExportNext && slab.Last <= floor(stream)
                    && (oldest is null || slab.Born < oldest.Oldest!.Born))
                {
                    oldest = stream;
                }
            }

            if (oldest is null)
            {
                return false;
            }

            count += oldest.Oldest!.Count;
            Release(oldest.DropOldest());
        }

        return true;
    }
}

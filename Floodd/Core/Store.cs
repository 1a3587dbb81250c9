// The bound on memory: what is charged, and what is given up for what. It never gives up what this site still has to export.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>
/// Charges segments and half-received updates against data-storage-max. Room is made in this order: what every member has;
/// what waits only for sites that are down or behind; what waits for members that are up, as they can fetch it elsewhere, unless
/// this site is its origin and has taken responsibility for it.
/// </summary>
internal sealed class Store(SiteState state)
{
    // Four full segments, without a byte to spare: a slab that almost holds a fourth would waste a quarter of the memory.
    private const int SlabLargest = 4 * SegmentRecord.SizeMax;

    /// <summary>What may be charged at most, in bytes.</summary>
    public long Max => state.Local.DataStorageMax;

    /// <summary>What is charged, in bytes.</summary>
    public long Charged { get; private set; }

    /// <summary>The largest slab to make: small beside the store, so that giving one up gives up little.</summary>
    public int SlabMax => (int)Math.Clamp(Max / 64, 4096, SlabLargest);

    /// <summary>Makes room.</summary>
    /// <returns>Whether <paramref name="bytes"/> can be charged now.</returns>
    public bool Admit(long bytes)
    {
        if (Charged + bytes <= Max)
        {
            return true;
        }

        return bytes <= Max
            && (GiveUp(bytes, s => Math.Min(s.Marks.AllFloor(s.Group.Members.Values), OwnReleased(s)), ref state.Counters.GivenUpDelivered)
                || GiveUp(bytes, s => Math.Min(s.Marks.UpFloor(s.Group.Members.Values), OwnReleased(s)), ref state.Counters.GivenUpDown)
                || GiveUp(bytes, s => s.Id.Origin == state.Self ? 0 : s.ExportNext - 1, ref state.Counters.GivenUpUp));
    }

    /// <summary>
    /// Makes room for the next segment of a stream, even at the cost of segments that cannot be handed out yet: of streams that come
    /// behind it in order, so that one stream's update is always completed first and full stores cannot wait for each other in a ring.
    /// </summary>
    public bool AdmitNext(SegmentStream next, long bytes)
    {
        if (Admit(bytes))
        {
            return true;
        }

        foreach (SegmentStream stream in state.AllStreams.Where(s => s.HoldsUndeliverable && Order(s, next) > 0).OrderDescending(Comparer<SegmentStream>.Create(Order)).ToList())
        {
            long charge = stream.GiveUpUndeliverable();
            state.Counters.GivenUpIncomplete++;
            Release(charge);
            if (Admit(bytes))
            {
                return true;
            }
        }

        // Last what lies behind its own hole, which it is to fill: a neighbor that no longer had the beginning has sent the rest.
        if (next.GiveUpBehindHole() is > 0 and long behind)
        {
            state.Counters.GivenUpIncomplete++;
            Release(behind);
            return Admit(bytes);
        }

        return false;
    }

    /// <summary>Makes room by the same means for whatever comes next, but for the first stream that waits for the rest of an update.</summary>
    public bool AdmitAny(long bytes) =>
        Admit(bytes) || (state.AllStreams.Where(s => s.HoldsUndeliverable).Order(Comparer<SegmentStream>.Create(Order)).FirstOrDefault() is { } first && AdmitNext(first, bytes));

    /// <summary>Charges what was admitted.</summary>
    public void Charge(long bytes)
    {
        Charged += bytes;
        Invariant.Check(Charged <= Max, "charged bytes within data-storage-max");
    }

    /// <summary>Gives a charge back.</summary>
    public void Release(long bytes)
    {
        Charged -= bytes;
        Invariant.Check(Charged >= 0);
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

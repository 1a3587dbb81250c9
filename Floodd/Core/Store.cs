// The bound on memory: what is charged, and what is given up for what. It never gives up what this site still has to export.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>
/// Charges segments and half-received updates against data-storage-max. Room is made in this order: what every member has;
/// what waits only for sites that are down or behind; what waits for members that are up, as they can fetch it elsewhere.
/// </summary>
internal sealed class Store(SiteState state)
{
    private const int SlabLargest = 256 * 1024;

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
                || GiveUp(bytes, s => s.ExportNext - 1, ref state.Counters.GivenUpUp));
    }

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

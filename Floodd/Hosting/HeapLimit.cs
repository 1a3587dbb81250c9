// Sets the collector to work when the heap has become larger than what is held: by itself it lets large arrays lie until there are as many again. It frees nothing itself.
using System.Runtime;

namespace Floodd.Hosting;

/// <summary>Bounds what the heap takes beyond what is in use, for a daemon that has the process for itself. Belongs to the loop's thread.</summary>
/// <param name="held">What the store holds now, in bytes.</param>
internal sealed class HeapLimit(Func<long> held)
{
    /// <summary>What may be there beside what the store holds and an eighth of it, in bytes: sessions, tables, garbage.</summary>
    public const long BesideBytes = 2 << 20;

    private const long GapsBytes = 2 << 20;
    private const long YoungBytes = 1 << 20;
    private const long AllocatedBetween = 1 << 20;
    private long _allocated;

    // What the last full collection left, whoever asked for it, and a sixteenth or 2 MiB; an eighth if that was still too much, as all of it is in
    // use, and looking again at once would find nothing. Not more: then the gaps would have to be closed each time, which takes a tenth of a
    // second of a large heap.
    private long _patience;
    private int _full;

    /// <summary>How often the collector was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>After a turn.</summary>
    public void Look()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        if (allocated - _allocated < AllocatedBetween)
        {
            return;
        }

        _allocated = allocated;
        long limit = held() + (held() / 8) + BesideBytes;
        if (GC.CollectionCount(GC.MaxGeneration) is var full && full != _full)
        {
            _full = full;
            GCMemoryInfo found = GC.GetGCMemoryInfo(GCKind.FullBlocking);
            long left = found.HeapSizeBytes - found.FragmentedBytes;
            _patience = left + Math.Max(left / (left > limit ? 8 : 16), BesideBytes);
        }

        if (GC.GetTotalMemory(false) > Math.Max(limit, _patience))
        {
            Asked++;
            Collect(Math.Max(limit, _patience) - (BesideBytes / 2));
        }
    }

    private void Collect(long target)
    {
        // What sessions were given and have read by now is young, and found without looking through all. By itself the collector lets it grow to 10 MiB.
        if (GC.GetGCMemoryInfo(GCKind.Any).GenerationInfo[1].SizeAfterBytes > YoungBytes)
        {
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            if (GC.GetTotalMemory(false) <= target)
            {
                return;
            }
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        if (GC.GetGCMemoryInfo(GCKind.FullBlocking).FragmentedBytes > GapsBytes + (held() / 8))
        {
            // Closing the gaps between large arrays moves all that is behind them: not more often than it has to be.
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
    }
}

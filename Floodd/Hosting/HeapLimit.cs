// Sets the collector to work when the heap has become larger than what is held: by itself it lets large arrays lie until there are as many again. It frees nothing itself.
using System.Runtime;

namespace Floodd.Hosting;

/// <summary>Bounds what the heap takes beyond what is in use, for a daemon that has the process for itself. Belongs to the loop's thread.</summary>
/// <param name="held">What the store holds now, in bytes.</param>
internal sealed class HeapLimit(Func<long> held)
{
    /// <summary>What may be there beside what the store holds and an eighth of it, in bytes: sessions, tables, garbage.</summary>
    public const long BesideBytes = 4 << 20;

    private const long GapsBytes = 2 << 20;
    private const int TurnsBetween = 64;
    private const int BytesBetween = 1 << 20;
    private int _turns;
    private long _bytes;

    // What was left of it the last time, and a little; a quarter if that was still too much, as all of it is in use, and looking again at once
    // would find nothing. Not more: then the gaps would have to be closed each time, which takes a tenth of a second of a large heap.
    private long _patience;

    /// <summary>How often the collector was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>After a turn that read so many bytes.</summary>
    public void Look(int read)
    {
        _bytes += read;
        if (++_turns < TurnsBetween && _bytes < BytesBetween)
        {
            return;
        }

        (_turns, _bytes) = (0, 0);
        long limit = held() + (held() / 8) + BesideBytes;
        if (GC.GetTotalMemory(false) > Math.Max(limit, _patience))
        {
            Asked++;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
            if (GC.GetGCMemoryInfo(GCKind.FullBlocking).FragmentedBytes > GapsBytes + (held() / 8))
            {
                // Closing the gaps between large arrays moves all that is behind them: not more often than it has to be.
                GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            }

            long left = GC.GetTotalMemory(false);
            _patience = left + (left > limit ? left / 4 : Math.Max(left / 16, BesideBytes));
        }
    }
}

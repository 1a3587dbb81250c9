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

    // What was left of it the last time, and a quarter: if all of that is in use, looking again at once would find nothing.
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
        if (GC.GetTotalMemory(false) > Math.Max(held() + (held() / 8) + BesideBytes, _patience))
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
            _patience = left + (left / 4);
        }
    }
}

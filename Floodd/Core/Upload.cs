// An update on its way in from one client. Kept apart from the streams until it is whole, so that nothing of a half one is ever flooded.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>An update on its way in from a client. Nothing of it is flooded before it is whole.</summary>
internal sealed class Upload(Group? group, long size, FloodKey? key, int refusal, string refusalText, Instant begun)
{
    private static readonly int PerSegment = Slab.ChargePerSegment + SegmentRecord.HeadMax(hasKey: false);

    /// <summary>Where it is to be flooded; null when it is only skipped.</summary>
    public Group? Group { get; } = group;

    /// <summary>What the client said, in bytes; -1 when a dot will end it.</summary>
    public long Size { get; } = size;

    /// <summary>What the client calls it; null if nothing.</summary>
    public FloodKey? Key { get; } = key;

    /// <summary>The update that came first under its key, whose receipt is the reply when all has been skipped; null while none is known.</summary>
    public UpdateId? First { get; private set; }

    /// <summary>The length of that update, in bytes.</summary>
    public long FirstSize { get; private set; }

    /// <summary>Whether it has been flooded already, so that its end needs no more.</summary>
    public bool Flooded { get; set; }

    /// <summary>The reply code when it is skipped; 0 while it is taken.</summary>
    public int Refusal { get; private set; } = refusal;

    public string RefusalText { get; private set; } = refusalText;

    /// <summary>When its command was read, or its bytes after a pause that was ours.</summary>
    public Instant Begun { get; set; } = begun;

    /// <summary>Bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>What the store is charged for it, in bytes.</summary>
    public long Charged { get; set; }

    /// <summary>What has come.</summary>
    public UploadRecords Records { get; private set; } = NewRecords(size, key);

    /// <summary>Room that the next <paramref name="count"/> bytes need beyond what is charged, in bytes: at least what their records will take.</summary>
    public long ChargeFor(int count) => count + (PerSegment * (SegmentsOf(Received + count) - SegmentsOf(Received))) + (Received == 0 && Key is not null ? FloodKey.Size : 0);

    /// <summary>Takes bytes in.</summary>
    /// <param name="bytes">The next ones.</param>
    /// <param name="slabMax">The largest slab to make, in bytes.</param>
    public void Add(ReadOnlySpan<byte> bytes, int slabMax)
    {
        Received += bytes.Length;
        Records.Add(bytes, slabMax);
    }

    /// <summary>Counts bytes that are not kept.</summary>
    public void Skip(int count) => Received += count;

    /// <summary>From here on it is skipped, and this is the reply when it is over.</summary>
    public void Refuse(int code, string text)
    {
        (Refusal, RefusalText) = (code, text);
        Forget();
    }

    /// <summary>From here on it is skipped, because it repeats another update's key.</summary>
    public void Repeat(UpdateId first, long size)
    {
        (First, FirstSize) = (first, size);
        Forget();
    }

    private static long SegmentsOf(long bytes) => (bytes + WireLimits.SegmentMax - 1) / WireLimits.SegmentMax;

    // A person types; a size is said by a program.
    private static UploadRecords NewRecords(long size, FloodKey? key) => new(key is not null, size >= 0 ? 4096 : 512);

    private void Forget() => Records = NewRecords(Size, Key);
}

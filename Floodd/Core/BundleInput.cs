// How the updates of a bundle are laid out on the standard input of a command. Read on another thread, so nothing it reads ever changes.
using Floodd.Config;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>Records that lie one behind the other.</summary>
/// <param name="LineStart">What a line says before the number of an update.</param>
/// <param name="Slab">Where they lie.</param>
/// <param name="Index">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct RecordRun(byte[] LineStart, Slab Slab, int Index, int Count);

internal static class BundleInput
{
    // Large payloads are given as they lie; what is smaller is gathered, as a write for each would cost more than the copy.
    private const int ByReference = 16 << 10;
    private const int BufferSize = 64 << 10;

    /// <summary>The bytes, in pieces of up to 64 KiB; each stands until the next is asked for.</summary>
    /// <param name="runs">Whole updates.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">Their bytes, without framing.</param>
    /// <param name="format">How they are framed.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(IReadOnlyList<RecordRun> runs, int count, long bytes, ExportFormat format)
    {
        bool framed = format == ExportFormat.Framed;
        byte[] buffer = new byte[Math.Min(BufferSize, bytes + (count * (runs.Max(r => r.LineStart.Length) + (long)UpdateLine.RestMax)))];
        int filled = 0;
        foreach ((byte[] lineStart, Slab slab, int first, int records) in runs)
        {
            for (int index = first; index < first + records; index++)
            {
                ReadOnlyMemory<byte> record = slab.Record(index);
                uint word = SegmentRecord.Word(record.Span);
                ReadOnlyMemory<byte> payload = record[SegmentRecord.PayloadOffset(word)..];
                bool isLarge = payload.Length >= ByReference;
                if (filled > 0 && (isLarge || buffer.Length - filled < lineStart.Length + UpdateLine.RestMax + payload.Length))
                {
                    yield return buffer.AsMemory(0, filled);
                    filled = 0;
                }

                if (framed && SegmentRecord.Begins(word))
                {
                    filled += UpdateLine.Write(buffer.AsSpan(filled), lineStart, slab.First + index, SegmentRecord.UpdateLength(record.Span));
                }

                if (isLarge)
                {
                    if (filled > 0)
                    {
                        yield return buffer.AsMemory(0, filled);
                        filled = 0;
                    }

                    yield return payload;
                }
                else
                {
                    payload.Span.CopyTo(buffer.AsSpan(filled));
                    filled += payload.Length;
                }

                if (framed && SegmentRecord.Ends(word))
                {
                    buffer[filled++] = (byte)'\n';
                }
            }
        }

        if (filled > 0)
        {
            yield return buffer.AsMemory(0, filled);
        }
    }
}

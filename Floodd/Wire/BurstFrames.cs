// The frames of a bandwidth measurement: bytes that mean nothing, and how fast they came. What to make of it is for Measuring.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>Writers and readers of Burst and BurstSeen.</summary>
public static class BurstFrames
{
    /// <summary>The most filler in one frame, in bytes: small, so that the receiver sees many arrivals in a burst.</summary>
    public const int FillerMax = 4096;

    /// <summary>The longest burst that is received, in bytes.</summary>
    public const int BurstMax = 1 << 20;

    private const int FramesPerPiece = 16;

    // Random bytes, as a tunnel that compresses would measure something else.
    private static readonly byte[] Filler = MakeFiller();

    /// <summary>
    /// The frames of a burst, in pieces of whole frames that never change. All full frames are alike: one is made, checked once, and used again.
    /// <code>burst = number:n total:n filler filler*    (to the end of the frame)</code>
    /// </summary>
    /// <param name="number">The burst's number on its connection.</param>
    /// <param name="total">The filler of all frames, in bytes, at most <see cref="BurstMax"/>.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Burst(long number, int total)
    {
        int full = total / FillerMax;
        if (full > 0)
        {
            byte[] frame = FrameOf(number, total, FillerMax);
            byte[] row = GC.AllocateUninitializedArray<byte>(frame.Length * Math.Min(full, FramesPerPiece));
            for (int at = 0; at < row.Length; at += frame.Length)
            {
                frame.CopyTo(row, at);
            }

            for (; full > 0; full -= FramesPerPiece)
            {
                yield return row.AsMemory(0, frame.Length * Math.Min(full, FramesPerPiece));
            }
        }

        if (total % FillerMax > 0)
        {
            yield return FrameOf(number, total, total % FillerMax);
        }
    }

    /// <summary>The fields of a Burst frame and the length of its filler; null if it is malformed.</summary>
    public static (long Number, int Total, int Length)? ReadBurst(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        (long number, int total) = (reader.Number(WireLimits.NumberMax), (int)reader.Number(BurstMax));
        return reader.Failed || reader.Remaining is 0 or > FillerMax ? null : (number, total, reader.Remaining);
    }

    /// <summary><code>seen = number:n bytes:n time:us full:flag</code></summary>
    /// <param name="writer">Where to.</param>
    /// <param name="number">The burst's number.</param>
    /// <param name="bytes">The bytes that were timed.</param>
    /// <param name="duration">How long they took to come.</param>
    /// <param name="isFull">Whether the way was full while they came; else their rate is a lower bound.</param>
    public static void WriteSeen(FieldWriter writer, long number, long bytes, TimeSpan duration, bool isFull)
    {
        writer.BeginFrame();
        writer.Number(number);
        writer.Number(bytes);
        writer.Number((long)duration.TotalMicroseconds);
        writer.Flag(isFull);
        writer.EndFrame(FrameKind.BurstSeen);
    }

    /// <summary>The fields of a BurstSeen frame; null if it is malformed.</summary>
    public static (long Number, long Bytes, TimeSpan Duration, bool IsFull)? ReadSeen(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        var seen = (reader.Number(WireLimits.NumberMax), reader.Number(BurstMax), TimeSpan.FromMicroseconds(reader.Number(WireLimits.NumberMax)), reader.Flag());
        return reader.Failed ? null : seen;
    }

    private static byte[] FrameOf(long number, int total, int length)
    {
        var writer = new FieldWriter();
        writer.BeginFrame();
        writer.Number(number);
        writer.Number((long)total);
        writer.Raw(Filler.AsSpan(0, length));
        writer.EndFrame(FrameKind.Burst);
        return writer.Written.ToArray();
    }

    private static byte[] MakeFiller()
    {
        var chance = new Prng(0);
        byte[] filler = new byte[FillerMax];
        for (int i = 0; i < filler.Length; i++)
        {
            filler[i] = (byte)chance.Next(256);
        }

        return filler;
    }
}

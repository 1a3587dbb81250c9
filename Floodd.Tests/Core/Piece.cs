// Segments made by hand, and their records as they stand on the wire. Knows nothing of stores.
using System.Text;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Tests.Core;

/// <summary>One segment to be.</summary>
/// <param name="Begins">Whether it begins an update.</param>
/// <param name="Ends">Whether it ends one.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="Length">The update's length, as the beginning tells it.</param>
/// <param name="Key">The update's key, as its client wrote it, if this is its beginning and it has one.</param>
internal sealed record Piece(bool Begins, bool Ends, byte[] Payload, long Length, string? Key = null)
{
    /// <summary>An update of one segment.</summary>
    public static Piece Whole(string text) => new(true, true, Encoding.UTF8.GetBytes(text), text.Length);

    public static Piece Begin(string text, long length = 99) => new(true, false, Encoding.UTF8.GetBytes(text), length);

    public static Piece Middle(string text) => new(false, false, Encoding.UTF8.GetBytes(text), 0);

    public static Piece End(string text) => new(false, true, Encoding.UTF8.GetBytes(text), 0);

    /// <summary>The records of consecutive segments.</summary>
    public static byte[] Records(GroupName group, StreamId stream, long first, params Piece[] pieces)
    {
        uint seed = SegmentRecord.SeedOf(group, stream);
        byte[] records = new byte[pieces.Sum(p => p.Payload.Length + SegmentRecord.HeadMax(p.Key is not null))];
        int at = 0;
        foreach (Piece piece in pieces)
        {
            at += SegmentRecord.Write(records.AsSpan(at), seed, first++, piece.Begins, piece.Ends, piece.Length, piece.Payload,
                piece.Key is null ? null : FloodKey.Of(Encoding.UTF8.GetBytes(piece.Key)));
        }

        return records[..at];
    }

    /// <summary>A Segments frame.</summary>
    public static byte[] Run(GroupName group, StreamId stream, uint alias, long first, params Piece[] pieces)
    {
        byte[] records = Records(group, stream, first, pieces);
        byte[] frame = new byte[Frame.HeadSize + RunHead.Size + records.Length];
        records.CopyTo(frame.AsSpan(Frame.HeadSize + RunHead.Size));
        new RunHead(alias, first, pieces.Length, 0).WriteFrameStart(frame, records.Length);
        return frame;
    }
}

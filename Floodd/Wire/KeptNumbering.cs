// What a site says that goes on with an earlier life's numbers: a frame of its own, as a Sites frame has room for nothing more.
using Floodd.Model;

namespace Floodd.Wire;

/// <summary>
/// <code>
/// kept = (site:text life:n incarnation:n)*        (to the end of the frame)
/// </code>
/// Stands before the Sites frame whose records it belongs to. Programs that do not know it pass over it: they may forget a stream
/// that goes on, and then begin it again where the group remembers that they left off.
/// </summary>
/// <param name="Site">The site.</param>
/// <param name="Life">Its life, as in its record.</param>
/// <param name="Incarnation">What its updates are numbered under.</param>
public readonly record struct KeptNumbering(SiteName Site, ulong Life, ulong Incarnation)
{
    /// <summary>Writes the frames for those of the records that need it; nothing if none does.</summary>
    public static void WriteAll(FieldWriter writer, IEnumerable<SiteRecord> records)
    {
        var frames = new FrameSeries(writer, FrameKind.Kept);
        foreach (SiteRecord record in records)
        {
            if (record.Kept == 0)
            {
                continue;
            }

            if (frames.NeedsFrame())
            {
                writer.BeginFrame();
            }

            writer.Text(record.Name.Value);
            writer.Number(record.Incarnation);
            writer.Number(record.Kept);
        }

        frames.End();
    }

    /// <summary>Reads a frame; null if it is malformed.</summary>
    public static List<KeptNumbering>? ReadAll(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload);
        var all = new List<KeptNumbering>();
        while (!reader.AtEnd)
        {
            all.Add(new KeptNumbering(reader.Site(), reader.Number(), reader.Number()));
        }

        return reader.Failed ? null : all;
    }
}

// Payload out of a file of the spool: what of it is wanted, checked, copied and put together. Decides nothing about who wants it.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Spool;

/// <summary>Segments of a stream that are looked for; those that were found are taken out.</summary>
/// <param name="Seed">What the checks of the stream's segments start from.</param>
/// <param name="Numbers">Which.</param>
internal sealed record Wanted(uint Seed, SegmentSet Numbers);

/// <summary>Finds payload.</summary>
internal static class SpoolPayload
{
    private const int RunMax = 256 << 10;

    /// <summary>Takes out of a file the segments that are wanted, in order of stream and number, consecutive ones of equal age together.</summary>
    /// <param name="scan">The file.</param>
    /// <param name="wanted">What is wanted; what was found is taken out of it.</param>
    public static List<SpoolEntry.Held> TakeHeld(SpoolScan scan, Dictionary<(GroupName, StreamId), Wanted> wanted)
    {
        List<SpoolEntry.Held> pieces = [];
        foreach (SpoolRecord record in scan.Records)
        {
            if (record.Kind == RecordKind.Held
                && EntryRecord.Read(record.Kind, scan.BodyOf(record), out _) is SpoolEntry.Held held
                && wanted.TryGetValue((held.Group, held.Stream), out Wanted? of)
                && of.Numbers.FirstPresent(held.First) <= Last(held)
                && EntryRecord.IsSound(held.Records.Span, of.Seed, held.First, held.Count))
            {
                Take(held, of.Numbers, pieces);
            }
        }

        return Joined([.. pieces.OrderBy(piece => piece.Group).ThenBy(piece => piece.Stream).ThenBy(piece => piece.First)]);
    }

    /// <summary>The updates that a file says are set aside, the newest word on each only, and of those the ones that are wanted.</summary>
    public static List<SpoolEntry.SetAside> TakeAsides(SpoolScan scan, Func<SpoolEntry.SetAside, bool> isWanted)
    {
        List<SpoolEntry.SetAside> found = [];
        foreach (SpoolRecord record in scan.Records)
        {
            if (record.Kind == RecordKind.SetAside
                && EntryRecord.Read(record.Kind, scan.BodyOf(record), out _) is SpoolEntry.SetAside aside
                && isWanted(aside)
                && EntryRecord.IsSound(aside.Records.Span, SegmentRecord.SeedOf(aside.Group, aside.Stream), aside.First, aside.Count))
            {
                found.RemoveAll(other => (other.Group, other.Stream, other.First) == (aside.Group, aside.Stream, aside.First));
                found.Add(aside with { Records = aside.Records.ToArray() });
            }
        }

        return found;
    }

    private static void Take(SpoolEntry.Held held, SegmentSet numbers, List<SpoolEntry.Held> into)
    {
        ReadOnlyMemory<byte> rest = held.Records;
        long at = held.First;
        for (long first = numbers.FirstPresent(at); first <= Last(held); first = numbers.FirstPresent(at))
        {
            long behind = Math.Min(numbers.FirstMissing(first), Last(held) + 1);
            rest = rest[SizeOf(rest.Span, first - at)..];
            int size = SizeOf(rest.Span, behind - first);
            into.Add(held with { First = first, Count = (int)(behind - first), Records = rest[..size] });
            numbers.Remove(first, behind - 1);
            rest = rest[size..];
            at = behind;
        }
    }

    private static List<SpoolEntry.Held> Joined(List<SpoolEntry.Held> pieces)
    {
        List<SpoolEntry.Held> joined = [];
        for (int from = 0, to; from < pieces.Count; from = to)
        {
            SpoolEntry.Held first = pieces[from];
            int size = first.Records.Length;
            int count = first.Count;
            for (to = from + 1; to < pieces.Count && Follows(pieces[to - 1], pieces[to]) && size + pieces[to].Records.Length <= RunMax; to++)
            {
                size += pieces[to].Records.Length;
                count += pieces[to].Count;
            }

            byte[] records = new byte[size];
            for (int i = from, at = 0; i < to; at += pieces[i++].Records.Length)
            {
                pieces[i].Records.CopyTo(records.AsMemory(at));
            }

            joined.Add(first with { Count = count, Records = records });
        }

        return joined;
    }

    private static bool Follows(SpoolEntry.Held a, SpoolEntry.Held b) =>
        Last(a) + 1 == b.First && a.AgeSeconds == b.AgeSeconds && a.Stream == b.Stream && a.Group == b.Group;

    private static long Last(SpoolEntry.Held held) => held.First + held.Count - 1;

    private static int SizeOf(ReadOnlySpan<byte> records, long count)
    {
        int size = 0;
        for (; count > 0; count--)
        {
            size += SegmentRecord.Size(SegmentRecord.Word(records[size..]));
        }

        return size;
    }
}

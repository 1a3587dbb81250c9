// Keeps the files within their bound: copies what a file still has that is needed to the end of the log, so that it can go. Owns no file.
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>Decides which file is copied, and when.</summary>
internal sealed class SpoolCleaning(IDisk disk, SpoolOptions options, SpoolMirror mirror, SpoolTail tail)
{
    private const int CopyMax = 1 << 20;

    /// <summary>The bytes above which only small facts should be appended.</summary>
    public long ShortAbove => options.BytesMax - 4L * options.FileBytes;

    // Room for one file to be copied, and for what the next begins with; and, above payload, for the facts by which payload goes.
    private long FactsMax => options.BytesMax - 2L * options.FileBytes;

    private long PayloadMax => options.BytesMax - 3L * options.FileBytes;

    /// <summary>Makes room for entries.</summary>
    /// <exception cref="DiskException">There is none: all that is there is needed.</exception>
    public void MakeRoom(IReadOnlyList<SpoolEntry> entries)
    {
        long bytes = SpoolTail.SizeOf(entries);
        long most = entries.Any(entry => entry is SpoolEntry.Held or SpoolEntry.SetAside) ? PayloadMax : FactsMax;
        while (tail.BytesUsed + bytes > most)
        {
            if (!tail.Files.Any(IsUnneeded) && !TryClean())
            {
                throw new DiskException(DiskFault.Full, $"the spool has {tail.BytesUsed} bytes of at most {options.BytesMax}");
            }

            tail.Rotate();
        }
    }

    /// <summary>Copies a file if there is more garbage than there should be. At most one, so that nobody waits long.</summary>
    /// <param name="isShort">Whether room is wanted.</param>
    public void Tend(bool isShort)
    {
        try
        {
            long unneeded = 0, garbage = 0, live = 0;
            foreach (SpoolFile file in tail.Files)
            {
                unneeded += IsUnneeded(file) ? file.Length : 0;
                garbage += IsUnneeded(file) ? 0 : file.Length - file.Live;
                live += file.Live;
            }

            bool many = tail.Files.Count > 16 + 2 * (live + garbage) / options.FileBytes;
            if (garbage > live + 4L * options.FileBytes || many || tail.BytesUsed > ShortAbove - options.FileBytes)
            {
                TryClean(many);
            }

            if (unneeded > 2L * options.FileBytes || (unneeded > 0 && isShort))
            {
                tail.Rotate();
            }
        }
        catch (DiskException e) when (e.Fault == DiskFault.Full)
        {
            // It was no more than tidiness: all that is needed is where it was.
        }
    }

    /// <summary>Copies all that is needed out of the files of earlier lives, and lets them go.</summary>
    public void CopyAll()
    {
        SpoolFile[] old = [.. tail.Files.Where(file => file != tail.Current)];
        foreach (SpoolFile file in old)
        {
            if (!IsUnneeded(file))
            {
                Copy(file);
            }

            if (tail.BytesUsed > FactsMax)
            {
                tail.Rotate();
            }
        }

        if (Array.TrueForAll(old, IsUnneeded))
        {
            tail.Rotate();
        }
        else
        {
            throw new DiskException(DiskFault.Failed, "what was read a moment ago cannot be read any more");
        }
    }

    private bool TryClean(bool many = false)
    {
        SpoolFile? best = tail.Files.Where(file => file != tail.Current && !IsUnneeded(file) && !file.IsStuck)
            .MinBy(file => many ? file.Live : file.Live - file.Length);
        if (best is null || (!many && best.Length - best.Live < options.FileBytes / 4) || tail.BytesUsed + best.Live > options.BytesMax - options.FileBytes)
        {
            return false;
        }

        Copy(best);
        best.IsStuck = !IsUnneeded(best);
        return !best.IsStuck;
    }

    private void Copy(SpoolFile file)
    {
        SpoolScan scan = SpoolFold.Read(disk, new SpoolFile(file.Number), out _);
        Dictionary<(GroupName, StreamId), Wanted> wanted = [];
        foreach (StreamMirror stream in mirror.Streams)
        {
            if (stream.PartIn(file) is { } part)
            {
                SegmentSet numbers = new();
                numbers.Add(part.Numbers);
                wanted[(stream.Group, stream.Id)] = new Wanted(stream.Seed, numbers);
            }
        }

        List<SpoolEntry> entries = [.. SpoolPayload.TakeHeld(scan, wanted)];
        entries.AddRange(SpoolPayload.TakeAsides(scan, aside => mirror.FindAside(aside.Group, aside.Stream, aside.First)?.Home == file));
        for (int from = 0, to; from < entries.Count; from = to)
        {
            long size = 0;
            for (to = from; to < entries.Count && (to == from || size < CopyMax); to++)
            {
                size += SpoolTail.SizeOf([entries[to]]);
            }

            tail.Append(entries[from..to], isTidying: true);
        }
    }

    private bool IsUnneeded(SpoolFile file) => file.Needed == 0 && file != tail.Current;
}

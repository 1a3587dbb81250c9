// What a spool's files still say after whatever befell them: the state, what is damaged, and whether the life can go on. Writes nothing.
using System.Globalization;
using Floodd.Model;

namespace Floodd.Spool;

/// <summary>The result of reading a spool back.</summary>
internal sealed class SpoolRecovery
{
    private readonly SpoolFold _fold;
    private readonly IDisk _disk;
    private readonly List<string> _damage = [];

    private SpoolRecovery(IDisk disk)
    {
        _disk = disk;
        _fold = new SpoolFold(disk);
    }

    public SpoolMirror Mirror => _fold.Mirror;

    /// <summary>The files, oldest first, without any that was never finished.</summary>
    public List<SpoolFile> Files { get; } = [];

    /// <summary>The newest of them; null if there is none.</summary>
    public FoldedFile? Last { get; private set; }

    /// <summary>The name of a file that was begun when the last life ended: nothing was in it yet.</summary>
    public string? Unfinished { get; private set; }

    /// <summary>Whether a sync has failed in it: what is there may be in memory only.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>The number of the next file.</summary>
    public long NextFile { get; private set; }

    /// <summary>The number of the next record.</summary>
    public long NextRecord { get; private set; }

    /// <summary>What is known.</summary>
    public SpooledState State { get; private set; } = null!;

    /// <summary>Reads a spool.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="fresh">The incarnation if the earlier one is not to be gone on with.</param>
    public static SpoolRecovery Read(IDisk disk, ulong fresh)
    {
        var recovery = new SpoolRecovery(disk);
        IReadOnlyList<string> names = disk.List();
        recovery.IsSuspect = names.Contains(SpoolFormat.Suspect);
        long[] numbers = [.. names.Select(SpoolFormat.NumberOf).Where(number => number > 0).Order()];
        recovery.NextFile = numbers.Length > 0 ? numbers[^1] + 1 : 1;
        foreach (long number in numbers)
        {
            recovery._fold.Add(number);
        }

        recovery.Judge();
        recovery.NextRecord = recovery._fold.Files.Max(file => (long?)file.LastNumber + 1) ?? 1;
        List<SpooledRun>[] runs = recovery.Payload(out Dictionary<AsideMirror, SpoolEntry.SetAside> asides);
        recovery.Conclude(fresh, runs, asides);
        return recovery;
    }

    private void Judge()
    {
        List<FoldedFile> files = _fold.Files;
        if (files is [.., { Next: 0, Holes: [] }, { IsWhole: false, HasEntries: false } unfinished])
        {
            Unfinished = unfinished.Remembered.Name;
            files.RemoveAt(files.Count - 1);
            _fold.Expected.Remove(unfinished.Remembered.Number);
        }

        Last = files.Count > 0 ? files[^1] : null;
        Files.AddRange(files.Select(file => file.Remembered));
        foreach (FoldedFile file in files)
        {
            long known = _fold.Expected.GetValueOrDefault(file.Remembered.Number, 0);
            if (known >= 0 ? file.Remembered.Records < known : file.Holes.Count > 0)
            {
                Tell(file, known);
            }
        }

        HashSet<long> there = [.. files.Select(file => file.Remembered.Number)];
        foreach (long number in _fold.Expected.Keys.Concat(Last is { Next: > 0 } ? [Last.Next] : []).Where(number => !there.Contains(number)).Distinct().Order())
        {
            _damage.Add($"{SpoolFormat.NameOf(number)} is missing");
        }

        if (Last is { Header: { } header } && header.Identity != Last.Identity)
        {
            _damage.Add($"{Last.Remembered.Name} is a copy: the spool was put back from elsewhere, and what was written after it was copied is not in it");
        }

        if (IsSuspect)
        {
            _damage.Add("a sync has failed in it: what was written last may be missing");
        }
    }

    private void Tell(FoldedFile file, long known)
    {
        if (file.Header is null)
        {
            _damage.Add($"{file.Remembered.Name}: its header is damaged, none of its {Text(file.Remembered.Length)} bytes can be read");
            return;
        }

        foreach (SpoolHole hole in file.Holes)
        {
            string what = hole.Kind != 0 ? $"a record ({hole.Kind}) is damaged"
                : hole.Offset + hole.Length == file.Remembered.Length ? "it ends in something that is no record"
                : "records are damaged";
            _damage.Add($"{file.Remembered.Name} at {Text(hole.Offset)}: {what}, {Text(hole.Length)} bytes");
        }

        if (known > file.Remembered.Records && file.Holes.Count == 0)
        {
            _damage.Add($"{file.Remembered.Name}: {Text(known - file.Remembered.Records)} records are missing at its end");
        }
    }

    // Newest first: what was copied on by cleaning is found in the copy, and the old file can go. But after a sync that failed it is
    // the copy that may not be on the disk.
    private List<SpooledRun>[] Payload(out Dictionary<AsideMirror, SpoolEntry.SetAside> asides)
    {
        Dictionary<(GroupName, StreamId), Wanted> wanted = [];
        Dictionary<(GroupName, StreamId), List<SpooledRun>> runs = [];
        foreach (StreamMirror stream in Mirror.Streams)
        {
            SegmentSet numbers = new();
            numbers.Add(stream.Held);
            wanted[(stream.Group, stream.Id)] = new Wanted(stream.Seed, numbers);
            runs[(stream.Group, stream.Id)] = [];
        }

        Dictionary<AsideMirror, SpoolEntry.SetAside> found = [];
        foreach (SpoolFile file in IsSuspect ? Files : Files.AsEnumerable().Reverse())
        {
            SpoolScan scan = _fold.Cache.GetValueOrDefault(file.Number) ?? SpoolFold.Read(_disk, file, out _);
            foreach (SpoolEntry.Held held in SpoolPayload.TakeHeld(scan, wanted))
            {
                long last = held.First + held.Count - 1;
                Mirror.Find(held.Group, held.Stream)!.Place(held.First, last, file, SpoolFormat.SizeOf(held.Records.Length));
                runs[(held.Group, held.Stream)].Add(new SpooledRun(held.First, held.Count, held.Records, held.AgeSeconds));
            }

            foreach (SpoolEntry.SetAside aside in SpoolPayload.TakeAsides(scan, aside => Mirror.FindAside(aside.Group, aside.Stream, aside.First) is { Home: null }))
            {
                AsideMirror mirror = Mirror.FindAside(aside.Group, aside.Stream, aside.First)!;
                mirror.Place(file, SpoolFormat.SizeOf(aside.Records.Length));
                found[mirror] = aside;
            }
        }

        foreach (StreamMirror stream in Mirror.Streams)
        {
            Forget(stream, wanted[(stream.Group, stream.Id)].Numbers);
        }

        asides = found;
        return [.. Mirror.Streams.Select(stream => runs[(stream.Group, stream.Id)])];
    }

    // What is held and nowhere to be found: it can come again, unless it was exported; then it is as if it had been dropped.
    private void Forget(StreamMirror stream, SegmentSet missing)
    {
        for (int i = 0; i < missing.RangeCount; i++)
        {
            (long first, long last) = missing[i];
            stream.Release(first, last);
            if (last > stream.Exported)
            {
                stream.Received.Remove(Math.Max(first, stream.Exported + 1), last);
            }

            _damage.Add($"{stream.Group}: segments {Text(first)} to {Text(last)} of {stream.Id} were held and cannot be read; " +
                (last <= stream.Exported ? "they had been exported" : "those that were not exported count as not received"));
        }

        // What is held or lost was received: a checkpoint that says otherwise was written wrong.
        stream.Received.Add(stream.Held);
        stream.Received.Add(stream.Lost);

        // What was exported was received, even if the record that says so is among the damaged.
        if (stream.Exported > 0)
        {
            stream.Received.Add(1, stream.Exported);
        }
    }

    private void Conclude(ulong fresh, List<SpooledRun>[] runs, Dictionary<AsideMirror, SpoolEntry.SetAside> found)
    {
        foreach (AsideMirror aside in Mirror.Asides.Where(aside => !found.ContainsKey(aside)))
        {
            _damage.Add($"{aside.Group}: {new UpdateId(aside.Stream, aside.First)} was set aside and cannot be read");
            Mirror.RemoveAside(aside.Group, aside.Stream, aside.First);
        }

        State = new SpooledState(
            Last is { Header: { } header } && _damage.Count == 0 ? header.Incarnation : fresh,
            [.. Mirror.Streams.Zip(runs, (stream, own) => new SpooledStream(
                stream.Group, stream.Id, CopyOf(stream.Received), CopyOf(stream.Lost), stream.Exported, stream.Handing, [.. own.OrderBy(run => run.First)]))],
            [.. Mirror.Asides.Select(aside => found[aside])],
            [.. _damage]);
    }

    private static SegmentSet CopyOf(SegmentSet set)
    {
        SegmentSet copy = new();
        copy.Add(set);
        return copy;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

// Checks every export as it happens: flooded, unaltered, once, in order; throws at the first that is not.
using System.Globalization;
using System.Text;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>An update found in the input of a run.</summary>
/// <param name="Flooded">What the ledger knows of it.</param>
/// <param name="Stream">What its order is told by: its group, origin and incarnation; in a raw export the origin's life stands for the last.</param>
/// <param name="Place">Its place in that stream.</param>
internal readonly record struct ExportedUpdate(Flooded Flooded, (int Group, int Origin, ulong Incarnation) Stream, long Place)
{
    /// <summary>The same, looked up again: which of several updates of equal bytes it is may have become clear only now.</summary>
    public ExportedUpdate LookedUpIn(Ledger ledger) =>
        this with { Flooded = ledger.NowUnder(new UpdateKey(Stream.Group, Stream.Origin, Stream.Incarnation, Place), Flooded) };
}

/// <summary>The checker of exports, and of updates that subscribers get.</summary>
internal sealed class ExportChecker(World world)
{
    /// <summary>How long a report may take to reach all.</summary>
    private static readonly TimeSpan ReportTime = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(int Site, int Life, int Group, int Origin, ulong Incarnation), long> _last = [];

    private readonly Dictionary<(int Site, GroupName Group), (int Life, List<ExportedUpdate> Updates)> _lastRun = [];
    private readonly HashSet<(int Site, Flooded Flooded)> _inFlight = [];

    /// <summary>How many updates were in runs that said that they might have been handed out before.</summary>
    public long RedeliveredCount { get; private set; }

    /// <summary>How many updates were exported, over all sites and lives.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them had been exported at the same site in an earlier life.</summary>
    public long RepeatCount { get; private set; }

    /// <summary>Whether nothing but crashes and resets happens, so that what a site exported is known to all after a while.</summary>
    public bool ReportsAlwaysArrive { get; set; }

    /// <summary>Takes the input of a run apart and finds each update in the ledger.</summary>
    public List<ExportedUpdate> Inspect(SimulatedSite site, ExportRun run, ReadOnlyMemory<byte> input, bool framed)
    {
        var updates = new List<ExportedUpdate>();
        ReadOnlySpan<byte> rest = input.Span;
        long bytes = 0;
        while (!rest.IsEmpty)
        {
            ExportedUpdate update = framed ? TakeFramed(site, ref rest) : TakeRaw(site, run, ref rest);
            bytes += update.Flooded.Length;
            updates.Add(update);
        }

        Require(site, run, "FLOODD_COUNT", updates.Count);
        Require(site, run, "FLOODD_BYTES", bytes);
        Hand(site, run, updates);
        return updates;
    }

    // A run must be told if one of its updates was given to an earlier run of this life, and only then; with a spool it may be told as well
    // if an earlier life had been about to begin a run.
    private static void Hand(SimulatedSite site, ExportRun run, List<ExportedUpdate> updates)
    {
        bool again = updates.Exists(u => u.Flooded.LifeHandedAt(site.Index) == site.Life);
        bool told = run.Environment.Any(pair => pair is { Key: "FLOODD_REDELIVERED", Value: "1" });
        if (told != again && !(told && site.Spool is not null))
        {
            throw new ViolationException($"{site.Name}: run {run.Number} is {(told ? "" : "not ")}told that it may repeat, but {(again ? "one" : "none")} of its updates was given to a run before");
        }

        updates.ForEach(u => u.Flooded.HandAt(site.Index, site.Life));
    }

    /// <summary>A run begins.</summary>
    public void Begun(SimulatedSite site, GroupName group, List<ExportedUpdate> updates, bool isRedelivered)
    {
        if (site.Spool is null)
        {
            return;
        }

        // With the first run of a life it is known what was in the last one of the life before.
        (int, GroupName) key = (site.Index, group);
        if (_lastRun.TryGetValue(key, out (int Life, List<ExportedUpdate> Updates) before) && before.Life != site.Life)
        {
            before.Updates.ForEach(u => _inFlight.Add((site.Index, u.Flooded)));
        }

        _lastRun[key] = (site.Life, updates);
        RedeliveredCount += isRedelivered ? updates.Count : 0;
    }

    /// <summary>The command has taken the updates: once is enough, and in order.</summary>
    public void Commit(SimulatedSite site, List<ExportedUpdate> updates, bool isRedelivered = false)
    {
        foreach (ExportedUpdate update in updates.Select(u => u.LookedUpIn(world.Ledger)))
        {
            if (update.Flooded.LifeExportedAt(site.Index) == site.Life)
            {
                throw new ViolationException($"{site.Name} exported {update.Flooded} twice in one life");
            }

            if (world.Ledger.SharingKeyWith(update.Flooded).FirstOrDefault(f => f.LifeExportedAt(site.Index) == site.Life) is { } other)
            {
                throw new ViolationException($"{site.Name} exported {update.Flooded} and, under the same key, {other} in one life");
            }

            var stream = (site.Index, site.Life, update.Stream.Group, update.Stream.Origin, update.Stream.Incarnation);
            if (update.Flooded.LifeRefusedAt(site.Index) != site.Life)
            {
                if (_last.TryGetValue(stream, out long last) && update.Place <= last)
                {
                    throw new ViolationException($"{site.Name} exported {update.Flooded} behind a later one of the same origin ({update.Place} after {last})");
                }

                _last[stream] = update.Place;
            }
            else if (updates.Count > 1)
            {
                throw new ViolationException($"{site.Name} exported {update.Flooded}, which was set aside, together with others");
            }

            if (update.Flooded.IsExportedAt(site.Index))
            {
                Repeat(site, update.Flooded, isRedelivered);
            }

            update.Flooded.ExportAt(site.Index, site.Life, world.Now);
            Count++;
        }
    }

    /// <summary>Finds an update, told by its line and its bytes, in the ledger.</summary>
    /// <param name="who">Who got it, for the sentence.</param>
    /// <param name="line">The line <c>update GROUP ID SIZE</c> without its end.</param>
    /// <param name="bytes">All bytes from the update's first on.</param>
    public ExportedUpdate Identify(string who, ReadOnlySpan<byte> line, ReadOnlySpan<byte> bytes)
    {
        if (!world.TryReadUpdateLine(line, out UpdateKey key, out int size) || size > bytes.Length)
        {
            throw new ViolationException($"{who}: '{Encoding.UTF8.GetString(line)}' is no line 'update GROUP ID SIZE' before {bytes.Length} bytes");
        }

        Flooded? flooded = world.Ledger.Find(key, bytes[..size]);
        if (flooded is null)
        {
            throw new ViolationException($"{who}: '{Encoding.UTF8.GetString(line)}' was not flooded, or not with these bytes");
        }

        return flooded.IsRefused
            ? throw new ViolationException($"{who}: {flooded} was flooded although its client was told {(flooded.RepeatOf is { } first ? $"of {first}" : flooded.RefusedWith)}")
            : new ExportedUpdate(flooded, (key.Group, key.Origin, key.Incarnation), key.Sequence);
    }

    // Another life may repeat what the one before could not report; others remember the rest, if one of them has lived since.
    private void Repeat(SimulatedSite site, Flooded flooded, bool isRedelivered)
    {
        RepeatCount++;
        if (site.Spool is { } spool && flooded.LastExportAt(site.Index) > spool.LostAt)
        {
            if (!isRedelivered)
            {
                throw new ViolationException($"{site.Name} repeats {flooded} and does not say so");
            }

            if (!_inFlight.Contains((site.Index, flooded)))
            {
                throw new ViolationException($"{site.Name} repeats {flooded}, which was in no run when it died");
            }
        }

        long at = flooded.LastExportAt(site.Index);
        if (ReportsAlwaysArrive && at + ReportTime.Ticks < site.DiedAt && world.Sites.Any(s => s != site && s.IsUp && s.BornAt < at))
        {
            throw new ViolationException($"{site.Name} repeats {flooded}, exported at {at / 1e7:F3}s, long before it died at {site.DiedAt / 1e7:F3}s");
        }
    }

    private ExportedUpdate TakeFramed(SimulatedSite site, ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new ViolationException($"{site.Name}: a framed export has {rest.Length} bytes that belong to no update");
        }

        ExportedUpdate update = Identify($"export at {site.Name}", rest[..end], rest[(end + 1)..]);
        rest = rest[(end + 1 + update.Flooded.Length)..];
        if (rest.IsEmpty || rest[0] != '\n')
        {
            throw new ViolationException($"{site.Name}: no LF behind {update.Flooded} in a framed export");
        }

        rest = rest[1..];
        return update;
    }

    /// <summary>A raw export is split by the marks that the updates themselves carry.</summary>
    private ExportedUpdate TakeRaw(SimulatedSite site, ExportRun run, ref ReadOnlySpan<byte> rest)
    {
        if (!Payload.TryReadMark(rest, out ulong key, out int length) || (key & 0xFFFF) != 0 || length > rest.Length
            || (long)(key >> 16) >= world.Ledger.NextNumber)
        {
            throw new ViolationException($"{site.Name}: a raw export for {run.Group} holds something that was not flooded");
        }

        Flooded flooded = world.Ledger[(long)(key >> 16)];
        if (flooded.Length != length || flooded.Digest != Digest.Of(rest[..length]) || flooded.Halved || flooded.IsRefused
            || flooded.Group != world.GroupIndex(run.Group))
        {
            throw new ViolationException($"{site.Name}: a raw export holds {flooded} altered, or although it was never accepted");
        }

        rest = rest[length..];
        return new ExportedUpdate(flooded, (flooded.Group, flooded.Origin, (ulong)flooded.OriginLife), flooded.Number);
    }

    private static void Require(SimulatedSite site, ExportRun run, string name, long value)
    {
        string? told = run.Environment.FirstOrDefault(pair => pair.Key == name).Value;

        // Stand-ins tell only what their test is about.
        if (told != value.ToString(CultureInfo.InvariantCulture) && (told is not null || site.Core?.Core is not null))
        {
            throw new ViolationException($"{site.Name}: {name} is {told ?? "not there"}, but the run has {value}");
        }
    }
}

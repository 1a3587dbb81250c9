// The export of each group: whole updates in the order of each origin, one run at a time, tried again as the exit code says.
using System.Globalization;
using Floodd.Config;
using Floodd.Model;
using Floodd.Spool;

namespace Floodd.Core;

internal sealed class Exports(SiteCore core)
{
    private const int TriesMax = 5;
    private const int SetAsideListMax = 100;
    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryLongest = TimeSpan.FromMinutes(5);

    private readonly SiteState _state = core.State;
    private readonly Dictionary<Group, ExportLine> _lines = [];
    private long _run;

    /// <summary>The bundles that were set aside last, newest last: their first and last ids and why.</summary>
    public Queue<(GroupName Group, UpdateId First, UpdateId Last, int Count, string Why)> SetAside { get; } = new();

    /// <summary>Whether a run is going on.</summary>
    public bool Running => _lines.Values.Any(l => l.Running is not null);

    /// <summary>A number for a run, never used before.</summary>
    public long NextRun() => ++_run;

    /// <summary>Whole updates of a group that wait for the export command.</summary>
    public long Waiting(Group group) => group.Streams.Sum(s => Math.Max(0, s.Deliverable - s.ExportNext + 1));

    /// <summary>A stream has more to hand out.</summary>
    public void Grown(SegmentStream stream)
    {
        ExportLine line = LineOf(stream.Group);
        if (!stream.InExportLine && stream.ExportNext <= stream.Deliverable)
        {
            stream.InExportLine = true;
            line.Streams.Enqueue(stream);
        }

        line.Due = true;
    }

    /// <summary>At the end of a turn: starts runs, or without a command counts as delivered what came.</summary>
    public void Flush()
    {
        foreach ((Group group, ExportLine line) in _lines)
        {
            if (!line.Due)
            {
                continue;
            }

            line.Due = false;
            if (_state.Local.Export.Command is null)
            {
                Deliver(line);
            }
            else if (line.Running is null && !line.Pausing && !core.Resync.Holds(group) && !_state.Stopping)
            {
                Start(group, line);
            }

            core.Subscribers.Grown(group);
        }
    }

    /// <summary>A resync is over: exports go on.</summary>
    public void Resume(Group group) => LineOf(group).Due = true;

    public void Ended(Group group, long number, RunOutcome outcome)
    {
        if (core.Resync.Ended(group, number, outcome) || !_lines.TryGetValue(group, out ExportLine? line) || line.Running is not { } bundle || line.Number != number)
        {
            return;
        }

        line.Running = null;
        line.Due = true;
        if (outcome is { Kind: RunEnd.Exited, Code: 0 })
        {
            _state.Counters.UpdatesExported += bundle.Count;
            _state.Counters.BytesExported += bundle.PayloadBytes;
            Advance(bundle);
        }
        else if (outcome.Kind == RunEnd.Exited && outcome.Code != 75 && ++line.Refusals >= TriesMax)
        {
            _state.Counters.UpdatesSetAside += bundle.Count;
            _state.Note(NoteKind.ExportSetAside, $"{bundle.Count} updates of {group.Name}, {bundle.First} to {bundle.Last}, are set aside: {outcome.Text}");
            SetAside.Enqueue((group.Name, bundle.First, bundle.Last, bundle.Count, outcome.Text));
            while (SetAside.Count > SetAsideListMax)
            {
                SetAside.Dequeue();
            }

            Advance(bundle);
        }
        else
        {
            Retry(group, line, bundle, outcome);
            return;
        }

        line.Failures = line.Refusals = 0;
    }

    /// <summary>All updates up to a segment were handed out: told to others, with a spool when that lasts.</summary>
    public void HandedOut(SegmentStream stream, long through)
    {
        if (stream.Spool is not { } spool)
        {
            core.Delivery.Advance(stream, through, core.Subscribers.ReleasedThrough(stream));
        }
        else if (through > 0)
        {
            spool.Say(new SpoolEntry.Exported(stream.Group.Name, stream.Id, through));
            core.Spooling!.Then(() =>
            {
                stream.Exported = through;
                core.Delivery.Advance(stream, through, core.Subscribers.ReleasedThrough(stream));
            });
        }
    }

    private ExportLine LineOf(Group group)
    {
        if (!_lines.TryGetValue(group, out ExportLine? line))
        {
            _lines.Add(group, line = new ExportLine());
        }

        return line;
    }

    private void Deliver(ExportLine line)
    {
        while (line.Streams.TryDequeue(out SegmentStream? stream))
        {
            stream.InExportLine = false;
            (long updates, long bytes) = stream.TakeDelivered();
            _state.Counters.UpdatesExported += updates;
            _state.Counters.BytesExported += bytes;
            stream.ExportNext = stream.Deliverable + 1;
            HandedOut(stream, stream.Deliverable);
        }
    }

    private void Start(Group group, ExportLine line)
    {
        ExportDefinition export = _state.Local.Export;
        Bundle bundle = line.Again ?? Bundle.Gather(group, line.Streams, export.BundleMax, export.Format);
        line.Again = null;
        if (bundle.Count == 0)
        {
            // Only lost numbers: nothing to run for.
            Advance(bundle);
            return;
        }

        line.Running = bundle;
        line.Number = NextRun();
        _state.Counters.ExportRuns++;
        List<KeyValuePair<string, string>> environment =
        [
            new("FLOODD_SITE", _state.Self.Value),
            new("FLOODD_GROUP", group.Name.Value),
            new("FLOODD_COUNT", bundle.Count.ToString(CultureInfo.InvariantCulture)),
            new("FLOODD_FIRST_ID", bundle.First.ToString()),
            new("FLOODD_LAST_ID", bundle.Last.ToString()),
            new("FLOODD_BYTES", bundle.PayloadBytes.ToString(CultureInfo.InvariantCulture)),
        ];
        if (bundle.Count == 1)
        {
            environment.Add(new("FLOODD_ID", bundle.First.ToString()));
            environment.Add(new("FLOODD_ORIGIN", bundle.First.Stream.Origin.Value));
        }

        if (bundle.IsRedelivered)
        {
            environment.Add(new("FLOODD_REDELIVERED", "1"));
        }

        Launch(bundle, new Effect.StartExport(new ExportRun(
            group.Name, line.Number, export.Command!, export.Directory, export.Timeout, [.. environment], bundle.Pieces())));
    }

    // With a spool not before it lasts that the run begins: whatever becomes of this life, the next one knows what may have been handed out.
    private void Launch(Bundle bundle, Effect.StartExport start)
    {
        if (core.Spooling is not { } spooling)
        {
            _state.Do(start);
            return;
        }

        foreach ((SegmentStream stream, long through) in bundle.Ends)
        {
            if (stream.Spool is { } spool && spool.Handing < through)
            {
                spool.Handing = through;
                spool.Say(new SpoolEntry.Handing(stream.Group.Name, stream.Id, through));
            }
        }

        spooling.Then(() => _state.Do(start));
    }

    private void Advance(Bundle bundle)
    {
        foreach ((SegmentStream stream, long through) in bundle.Ends)
        {
            stream.ExportNext = Math.Max(stream.ExportNext, through + 1);
            HandedOut(stream, through);
            stream.InExportLine = false;
            Grown(stream);
        }
    }

    private void Retry(Group group, ExportLine line, Bundle bundle, RunOutcome outcome)
    {
        _state.Counters.ExportRetries++;
        if (outcome.Kind == RunEnd.TimedOut)
        {
            _state.Counters.ExportTimeouts++;
        }

        TimeSpan pause = RetryFirst * Math.Pow(2, Math.Min(9, line.Failures++));
        pause = pause < RetryLongest ? pause : RetryLongest;
        _state.Note(NoteKind.ExportRetry, $"export of {bundle.Count} updates of {group.Name} failed ({outcome.Text}); again in {pause.TotalSeconds:F0} s");
        line.Again = bundle;
        line.Pausing = true;
        _state.After(pause, () =>
        {
            line.Pausing = false;
            line.Due = true;
        });
    }

    private sealed class ExportLine
    {
        public Queue<SegmentStream> Streams { get; } = new();

        public bool Due { get; set; }

        public Bundle? Running { get; set; }

        public Bundle? Again { get; set; }

        public long Number { get; set; }

        public int Failures { get; set; }

        public int Refusals { get; set; }

        public bool Pausing { get; set; }
    }
}

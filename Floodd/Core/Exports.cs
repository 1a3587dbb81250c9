// The export of each group: whole updates in the order of each origin, one run at a time, tried again as the exit code says.
using System.Globalization;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Core;

internal sealed partial class Exports(SiteCore core)
{
    /// <summary>After so many refusals of a run of its own an update is set aside.</summary>
    public const int TriesMax = 5;

    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryLongest = TimeSpan.FromMinutes(5);

    /// <summary>Before half of a bundle is tried: the search is to be over soon, and not to fill the process table.</summary>
    private static readonly TimeSpan SearchPause = TimeSpan.FromSeconds(0.1);

    /// <summary>The next run waits for more updates as long as the last one took, but never longer.</summary>
    private static readonly TimeSpan GatheringMost = TimeSpan.FromSeconds(0.1);

    private readonly SiteState _state = core.State;
    private readonly Dictionary<Group, ExportLine> _lines = [];
    private long _run;

    /// <summary>Whether a run is going on.</summary>
    public bool Running => _lines.Values.Any(l => l.Running is not null);

    /// <summary>A number for a run, never used before.</summary>
    public long NextRun() => ++_run;

    /// <summary>Segments of whole updates of a group that wait for the export command.</summary>
    public long Waiting(Group group) => group.Streams.Sum(s => Math.Max(0, s.Deliverable - s.ExportNext + 1));

    /// <summary>What the export of a group is at.</summary>
    public ExportLine LineOf(Group group)
    {
        if (!_lines.TryGetValue(group, out ExportLine? line))
        {
            _lines.Add(group, line = new ExportLine(_state.Deadlines));
        }

        return line;
    }

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
            else if (line.Running is null && !core.Resync.Holds(group) && !_state.Stopping)
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
        line.LastEnd = outcome.Text;
        bool taken = outcome is { Kind: RunEnd.Exited, Code: 0 };
        if (bundle.Aside is { } update)
        {
            EndErrand(update, bundle, taken, outcome);
        }
        else if (taken)
        {
            (long count, long bytes) = Done(line, bundle);
            Count(count, bytes);
            Gather(line);
        }
        else if (bundle.IsSettled)
        {
            Done(line, bundle);
        }
        else if (outcome.Kind != RunEnd.Exited || outcome.Code == 75)
        {
            line.Again = bundle;
            Pause(group, line, bundle, outcome, BackOff(line));
        }
        else if (bundle.Count > 1)
        {
            Return(line, line.Suspects.Refused(bundle));
            line.Refusals = 0;
            Pause(group, line, bundle, outcome, SearchPause);
        }
        else if (++line.Refusals < TriesMax)
        {
            Return(line, line.Suspects.Refused(bundle));
            line.Again = bundle;
            Pause(group, line, bundle, outcome, BackOff(line));
        }
        else
        {
            _state.Note(NoteKind.ExportSetAside, $"{bundle.First} of {group.Name} is set aside: {outcome.Text}");
            _state.Aside.Add(group, bundle, line.Refusals, outcome.Text);
            Done(line, bundle);
        }
    }

    private static TimeSpan BackOff(ExportLine line)
    {
        TimeSpan pause = RetryFirst * Math.Pow(2, Math.Min(9, line.Failures++));
        return pause < RetryLongest ? pause : RetryLongest;
    }

    private void Deliver(ExportLine line)
    {
        if (line.Running is null && line.HasPast)
        {
            Return(line, line.TakeBack());
        }

        if (line.PausedUntil > _state.Now || line.Streams.Count == 0)
        {
            return;
        }

        Spare(line);
        while (line.Streams.TryDequeue(out SegmentStream? stream))
        {
            stream.InExportLine = false;
            (long count, long bytes) = stream.WaitingThrough(stream.Deliverable);
            Count(count, bytes);
            stream.HandedOut(stream.Deliverable, count, bytes);
            HandedOut(stream, stream.Deliverable);
        }
    }

    private void Start(Group group, ExportLine line)
    {
        bool paused = line.PausedUntil > _state.Now;
        if (line.Errands.Count > 0 && (paused || !line.ErrandWasLast || !line.HasMore))
        {
            line.ErrandWasLast = true;
            Begin(group, line, Bundle.Of(line.Errands.Dequeue(), _state.Local.Export.Format));
        }
        else if (!paused && line.HasMore && IsGathering(line))
        {
            line.GatheringEnd.Move(line.GatheringUntil);
        }
        else if (!paused && line.HasMore)
        {
            line.ErrandWasLast = false;
            Bundle? bundle = line.Again;
            line.Again = null;
            if (bundle is null)
            {
                Return(line, line.Suspects.EndIfPassed());
                bundle = line.Suspects.Next(group, line.Streams, _state.Local);
            }

            while (bundle.IsSettled)
            {
                // Nothing to run for.
                Done(line, bundle);
                bundle = line.Suspects.Next(group, line.Streams, _state.Local);
            }

            if (bundle.Count > 0)
            {
                Begin(group, line, bundle);
            }
        }
    }

    // A run is about to begin with this bundle: from here on nobody can be sure that the command has not seen it.
    private void Begin(Group group, ExportLine line, Bundle bundle)
    {
        ExportDefinition export = _state.Local.Export;
        Spare(line);
        line.Running = bundle;
        line.Number = NextRun();
        line.Began = _state.Now;
        line.Runs++;
        _state.Counters.ExportRuns++;
        var run = new ExportRun(group.Name, line.Number, export.Command!, export.Directory, export.Timeout, bundle.Environment(_state.Self), bundle.Pieces());
        foreach (BundleEnd end in bundle.Ends)
        {
            end.Stream.HandedThrough = Math.Max(end.Stream.HandedThrough, end.Through);
        }

        Launch(bundle, new Effect.StartExport(run));
    }

    // Starting a command costs milliseconds of a processor, whatever it is given. While updates flow, half of the time is left for more of them to come together.
    private void Gather(ExportLine line)
    {
        TimeSpan took = _state.Now - line.Began;
        line.GatheringUntil = _state.Now + (took < GatheringMost ? took : GatheringMost);
    }

    private bool IsGathering(ExportLine line)
    {
        long enough = Math.Min(_state.Local.BundleMax, _state.Local.DataStorageMax / 4);
        return line.GatheringUntil > _state.Now && line.Again is null && !line.Suspects.Any && line.Streams.Sum(s => s.WaitingBytes) < enough;
    }

    // This bundle is done: taken, or its only update set aside. The site's mark says so from here on, and it is not handed out again.
    // Returns what of it had been waiting until now: an earlier life's export of it may have become known while it ran, and nothing is counted twice.
    private (long Count, long Bytes) Done(ExportLine line, Bundle bundle)
    {
        (line.Failures, line.Refusals) = (0, 0);
        (long Count, long Bytes) all = (0, 0);
        foreach (BundleEnd end in bundle.Ends)
        {
            (long count, long bytes) = end.Count == 0 || end.Stream.ExportNext <= end.First ? (end.Count, end.Bytes) : end.Stream.WaitingThrough(end.Through);
            end.Stream.HandedOut(end.Through, count, bytes);
            HandedOut(end.Stream, end.Through);
            all = (all.Count + count, all.Bytes + bytes);
        }

        Return(line, line.Suspects.Done(bundle));
        foreach (BundleEnd end in bundle.Ends)
        {
            if (!line.Suspects.Hold(end.Stream))
            {
                Return(end.Stream);
            }
        }

        return all;
    }

    private void Count(long updates, long bytes)
    {
        _state.Counters.UpdatesExported += updates;
        _state.Counters.BytesExported += bytes;
    }

    // A stream that was in a bundle takes its place in line again, if it has more.
    private void Return(SegmentStream stream)
    {
        stream.InExportLine = false;
        Grown(stream);
    }

    private void Return(ExportLine line, List<SegmentStream> cleared) => cleared.FindAll(s => !line.Streams.Contains(s)).ForEach(Return);

    private void Pause(Group group, ExportLine line, Bundle bundle, RunOutcome outcome, TimeSpan pause)
    {
        line.Retries++;
        _state.Counters.ExportRetries++;
        if (outcome.Kind == RunEnd.TimedOut)
        {
            _state.Counters.ExportTimeouts++;
        }

        _state.Note(NoteKind.ExportRetry, string.Create(
            CultureInfo.InvariantCulture, $"export of {bundle.Count} updates of {group.Name} failed ({outcome.Text}); again{(line.Again is null ? " with half of them" : "")} in {pause.TotalSeconds:0.#} s"));
        line.PausedUntil = _state.Now + pause;
        DueIn(line, pause);
    }

    private void DueIn(ExportLine line, TimeSpan pause) => _state.After(pause, () => line.Due = true);
}

// The application's own way back: runs resync-command when this site is new to a group, or has lost updates that no member holds.
using System.Globalization;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>Exports of a group wait while its resync runs.</summary>
internal sealed class Resync(SiteCore core)
{
    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryLongest = TimeSpan.FromMinutes(5);

    private readonly SiteState _state = core.State;
    private readonly Dictionary<Group, Queue<Errand>> _waiting = [];
    private readonly Dictionary<Group, Errand> _running = [];

    /// <summary>Whether exports of the group are to wait.</summary>
    public bool Holds(Group group) => _running.ContainsKey(group);

    /// <summary>A neighbor has told all it knows of who exported what: now it is known whether this site is new here.</summary>
    public void FirstHeard(Group group)
    {
        bool known = group.Streams.Exists(s => s.Marks.Of(_state.Self) is { Start: false, Exported: > 0 });
        SegmentStream? any = group.Streams.Find(s => s.Id.Origin != _state.Self);
        if (!known && any is not null)
        {
            Ask(group, "new", any.Id.Origin.Value, 0, 0, any);
        }
    }

    /// <summary>Segments of a stream are lost.</summary>
    public void Gap(SegmentStream stream, long from, long to) => Ask(stream.Group, "gap", stream.Id.Origin.Value, from, to, stream);

    /// <summary>A run has ended.</summary>
    /// <returns>Whether it was one of ours.</returns>
    public bool Ended(Group group, long run, RunOutcome outcome)
    {
        if (!_running.TryGetValue(group, out Errand? errand) || errand.Number != run)
        {
            return false;
        }

        bool again = outcome is not { Kind: RunEnd.Exited } || outcome.Code == 75;
        if (again)
        {
            TimeSpan pause = RetryFirst * Math.Pow(2, Math.Min(9, errand.Failures++));
            _state.Note(NoteKind.ExportRetry, $"resync of {group.Name} ({errand.Reason}): {outcome.Text}; again later");
            _state.After(pause < RetryLongest ? pause : RetryLongest, () => Start(group, errand));
            return true;
        }

        _running.Remove(group);
        if (_waiting.TryGetValue(group, out Queue<Errand>? waiting) && waiting.TryDequeue(out Errand? next))
        {
            Start(group, next);
        }
        else
        {
            core.Exports.Resume(group);
        }

        return true;
    }

    private void Ask(Group group, string reason, string origin, long from, long to, SegmentStream stream)
    {
        if (_state.Local.Export.ResyncCommand is null)
        {
            return;
        }

        var errand = new Errand(reason, origin, from, to, stream);
        if (Holds(group))
        {
            if (!_waiting.TryGetValue(group, out Queue<Errand>? waiting))
            {
                _waiting.Add(group, waiting = new Queue<Errand>());
            }

            waiting.Enqueue(errand);
            return;
        }

        Start(group, errand);
    }

    private void Start(Group group, Errand errand)
    {
        if (_state.Local.Export.ResyncCommand is not { } command || _state.Stopping)
        {
            // A reload took the command away while it was to be tried again: nothing waits for it any more.
            _running.Remove(group);
            _waiting.Remove(group);
            core.Exports.Resume(group);
            return;
        }

        // Nearest first: by the round trips of the links there are, the others behind in name order.
        string sites = string.Join(' ', group.Members.Values
            .Where(m => m.Up && m.Name != _state.Self && errand.Stream.Marks.ExportedAt(m) >= Math.Max(1, errand.To))
            .OrderBy(m => m.Site.Link?.RoundTrip ?? TimeSpan.MaxValue)
            .Select(m => $"{m.Name}={m.Site.Definition?.Host}:{m.Site.Definition?.ClientPort}"));
        errand.Number = core.Exports.NextRun();
        _running[group] = errand;
        _state.Counters.ResyncRuns++;
        _state.Do(new Effect.StartResync(new ExportRun(
            group.Name, errand.Number, command, _state.Local.Export.Directory, _state.Local.Export.Timeout,
            [
                new("FLOODD_SITE", _state.Self.Value),
                new("FLOODD_REASON", errand.Reason),
                new("FLOODD_GROUP", group.Name.Value),
                new("FLOODD_ORIGIN", errand.Origin),
                new("FLOODD_FROM", errand.From.ToString(CultureInfo.InvariantCulture)),
                new("FLOODD_TO", errand.To.ToString(CultureInfo.InvariantCulture)),
                new("FLOODD_SITES", sites),
            ],
            [])));
    }

    private sealed record Errand(string Reason, string Origin, long From, long To, SegmentStream Stream)
    {
        public long Number { get; set; }

        public int Failures { get; set; }
    }
}

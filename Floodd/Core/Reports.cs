// Tells the others what this site has measured, and passes on what they have: only what changed, to all, each piece once.
using System.Collections.Immutable;
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>Like link state (RFC 2328): versions by origin, flooding on all links, and what is missing when a link comes up.</summary>
internal sealed class Reports(SiteCore core)
{
    /// <summary>How soon a member's distance or bandwidth is told that nobody knew, and the distance once more when it has settled: a new group has a plan in seconds.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly SiteState _state = core.State;
    private readonly OrderedTable<SiteName, ReportedRow> _rows = [];
    private readonly Forwarding<EstimateReport> _toTell = new(core.State, (writer, reports) => reports.ForEach(r => r.Write(writer)));
    private Instant _soonDue = Instant.Never;

    /// <summary>The clock runs.</summary>
    public void Begin() => _state.Every(() => _state.Chance.Jitter(Period), Tell);

    /// <summary>This site has measured something: what is new altogether does not wait for the period.</summary>
    public void Measured(Site site)
    {
        if (_soonDue == Instant.Never && Period > Soon && IsUrgent(site))
        {
            _soonDue = _state.Now + Soon + (Gathering.In(_state.Sites.Count) * 2);
            _state.Deadlines.At(_soonDue, () =>
            {
                _soonDue = Instant.Never;
                Tell();
            });
        }
    }

    /// <summary>A link is up: its other end hears what we know, so that it can send what we lack.</summary>
    public void LinkUp(Link link)
    {
        FieldWriter writer = link.Out;
        writer.BeginFrame();
        foreach ((SiteName origin, ReportedRow row) in _rows)
        {
            if (writer.FrameLength > WireLimits.FrameMax - 128)
            {
                // What does not fit is sent to us again, and that is all.
                break;
            }

            EstimateReport.WriteHeld(writer, origin, row.Incarnation, row.Version);
        }

        writer.EndFrame(FrameKind.ReportsHeld);
    }

    /// <summary>The other end said what it knows.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? ReceivedHeld(Link link, ReadOnlySpan<byte> payload)
    {
        if (EstimateReport.ReadHeld(payload) is not { } held)
        {
            return "reports held that make no sense";
        }

        foreach ((SiteName origin, ReportedRow row) in _rows)
        {
            (ulong incarnation, long version) = held.GetValueOrDefault(origin);
            long since = incarnation == row.Incarnation ? version : 0;
            if (row.Version > since)
            {
                row.After(origin, since, _state.Now).Write(link.Out);
                _toTell.KnownAt(link, origin);
            }
        }

        return null;
    }

    /// <summary>A report came in.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        // Each comes once over every link: mostly it is known, and its head tells.
        if (EstimateReport.ReadHead(payload) is { } head && _rows.TryGetValue(head.Origin, out ReportedRow? known)
            && known.Incarnation == head.Incarnation && known.Version >= head.Version)
        {
            if (_toTell.LastOf(head.Origin) is { } passing && passing.News.Version == head.Version)
            {
                passing.KnownAt(link);
            }

            return null;
        }

        return EstimateReport.Read(payload) is { } report ? Take(report, link) : "a report that makes no sense";
    }

    /// <summary>At the end of a turn: passes on what has been gathered and is waited for.</summary>
    public void Flush() => _toTell.Flush(Gathering.In(_state.Sites.Count));

    /// <summary>Something is about to be sent on a link: what nobody waits for goes with it.</summary>
    public void RideAlong(Link link) => _toTell.RideAlong(link);

    /// <summary>A site is forgotten.</summary>
    public void Forget(SiteName name) => _rows.Remove(name);

    private string? Take(EstimateReport report, Link link)
    {
        // Of a site's lives the one that its record tells counts. Our own reports come back only from a life before this one.
        if (report.Origin == _state.Self || !_state.IsMember(report.Origin)
            || _state.Sites.GetValueOrDefault(report.Origin)?.Record?.Incarnation != report.Incarnation)
        {
            return null;
        }

        ReportedRow row = RowOf(report.Origin, report.Incarnation);
        ImmutableArray<EstimateEntry> news = report.Entries.RemoveAll(e => !_state.IsMember(e.To) || !row.Take(e, report.Version, _state.Now));
        row.Reaches(report.Version, report.Since);
        if (news.Length > 0)
        {
            Believe(news.Length < report.Entries.Length ? report with { Entries = news } : report, link);
        }

        return null;
    }

    private bool IsUrgent(Site site)
    {
        Measurements measured = site.Measured;
        if (measured.RoundTrip.Samples == 0 || !_state.IsMember(site.Name))
        {
            return false;
        }

        return (measured.Bandwidth.BytesPerSecond is not null && core.Estimates.Said(_state.Self, site.Name) is { BytesPerSecond: 0 })
            || (!measured.IsToldSettled && (measured.RoundTrip.IsSettled ? core.Estimates.News(site) is not null : core.Estimates.Said(_state.Self, site.Name) is null));
    }

    private TimeSpan Period => _state.Shortest(g => g.EstimatesPeriod);

    private void Tell()
    {
        var changed = new List<EstimateEntry>();
        foreach (Site site in _state.Sites.Values)
        {
            if (site.Name != _state.Self && _state.IsMember(site.Name) && core.Estimates.News(site) is { } news)
            {
                core.Estimates.Told(site, news);
                site.Measured.IsToldSettled |= site.Measured.RoundTrip.IsSettled;
                changed.Add(new EstimateEntry(
                    site.Name, (long)(news.RttMilliseconds * 1000), (long)(news.SpreadMilliseconds * 1000), (long)news.BytesPerSecond, _state.Now - news.MeasuredAt));
            }
        }

        if (changed.Count == 0)
        {
            return;
        }

        ReportedRow row = RowOf(_state.Self, _state.Life);
        var report = new EstimateReport(_state.Self, _state.Life, row.Version + 1, row.Version, [.. changed]);
        row.Reaches(report.Version, report.Since);
        foreach (EstimateEntry entry in changed)
        {
            row.Take(entry, report.Version, _state.Now);
        }

        _state.Counters.ReportsSent++;
        Believe(report, null);
    }

    // Without a distance there may be no plan yet; of one that was told before nobody waits to hear that it has changed a little.
    private void Believe(EstimateReport report, Link? from)
    {
        bool isAwaited = false;
        foreach (EstimateEntry entry in report.Entries)
        {
            isAwaited = isAwaited || core.Estimates.Said(report.Origin, entry.To) is null;
            core.Estimates.Put(report.Origin, entry);
        }

        _toTell.Add(report.Origin, report, from, isAwaited);
    }

    private ReportedRow RowOf(SiteName origin, ulong incarnation)
    {
        if (!_rows.TryGetValue(origin, out ReportedRow? row) || row.Incarnation != incarnation)
        {
            _rows[origin] = row = new ReportedRow(incarnation);
        }

        return row;
    }
}

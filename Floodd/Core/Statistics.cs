// The lines of `stats`. Names are stable: CLIENT-PROTOCOL.md lists them, and a test compares the two.
using System.Collections.Immutable;
using System.Globalization;
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class Statistics(SiteCore core)
{
    private static readonly ImmutableArray<(Rejection, string)> Rejections =
    [
        (Rejection.NotANumber, "estimates-not-a-number"),
        (Rejection.Negative, "estimates-negative"),
        (Rejection.Absurd, "estimates-absurd"),
        (Rejection.Stale, "estimates-stale"),
        (Rejection.FasterThanLight, "estimates-faster-than-light"),
        (Rejection.AboutItself, "estimates-about-itself"),
        (Rejection.UnknownSite, "estimates-unknown-site"),
    ];

    // All of them are listed by `exports`.
    private const int SetAsideListMax = 100;

    private readonly SiteState _state = core.State;

    public IEnumerable<string> Lines()
    {
        foreach ((string name, long value) in Numbers())
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"(:{name} {value})");
        }

        foreach (SetAsideUpdate update in _state.Aside.All.Skip(Math.Max(0, _state.Aside.All.Count - SetAsideListMax)))
        {
            yield return $"(:set-aside (:group-name {update.Group}) (:first {update.Id}) (:last {update.Id}) (:count 1) (:reason {Listings.Quoted(update.Why)}))";
        }
    }

    private IEnumerable<(string Name, long Value)> Numbers()
    {
        Counters c = _state.Counters;
        yield return ("uptime-seconds", (long)(_state.Now - Instant.Zero).TotalSeconds);
        yield return ("insecure", _state.Local.Access.Insecure ? 1 : 0);
        yield return ("sites-up", _state.Sites.Values.Count(s => s.Reachable));
        yield return ("sites-known", _state.Sites.Count);
        yield return ("links-up", _state.Links.Values.Count(l => l.Up));
        yield return ("sessions", core.Desk.Sessions.Count);
        yield return ("subscriptions", core.Subscribers.Count);
        yield return ("store-bytes", _state.Store.Charged);
        yield return ("store-max", _state.Store.Max);
        yield return ("streams", _state.Groups.Values.Sum(g => g.Streams.Count));
        yield return ("segments-waiting-for-export", _state.Groups.Values.Sum(g => core.Exports.Waiting(g)));
        yield return ("updates-waiting-for-export", _state.AllStreams.Sum(s => s.WaitingCount));
        yield return ("updates-whole", _state.Groups.Values.Sum(g => g.WholeCount));
        yield return ("updates-accepted", c.UpdatesAccepted);
        yield return ("bytes-accepted", c.BytesAccepted);
        yield return ("updates-refused", c.UpdatesRefused);
        yield return ("updates-repeated", c.UpdatesRepeated);
        yield return ("updates-skipped", _state.Groups.Values.Sum(g => g.Keys.Repeats));
        yield return ("updates-vanished", c.UpdatesVanished);
        yield return ("updates-slow", c.UpdatesSlow);
        yield return ("segments-received", c.SegmentsReceived);
        yield return ("segment-bytes-received", c.SegmentBytesReceived);
        yield return ("segments-duplicate", c.SegmentsDuplicate);
        yield return ("segment-bytes-duplicate", c.SegmentBytesDuplicate);
        yield return ("segments-refused", c.SegmentsRefused);
        yield return ("segments-sent", c.SegmentsSent);
        yield return ("segment-bytes-sent", c.SegmentBytesSent);
        yield return ("streams-spared", c.StreamsSpared);
        yield return ("silences-ended", c.SilencesEnded);
        yield return ("mark-frames-received", c.MarkFramesReceived);
        yield return ("mark-sums-differing", c.MarkSumsDiffering);
        yield return ("updates-exported", c.UpdatesExported);
        yield return ("bytes-exported", c.BytesExported);
        yield return ("updates-exported-before", c.ExportedBefore);
        yield return ("export-runs", c.ExportRuns);
        yield return ("export-retries", c.ExportRetries);
        yield return ("export-timeouts", c.ExportTimeouts);
        yield return ("updates-set-aside", c.UpdatesSetAside);
        yield return ("set-aside-kept", _state.Aside.All.Count);
        yield return ("set-aside-bytes", _state.Aside.Charged);
        yield return ("set-aside-max", _state.Aside.Max);
        yield return ("set-aside-exported", c.SetAsideExported);
        yield return ("set-aside-skipped", c.SetAsideSkipped);
        yield return ("set-aside-given-up", c.SetAsideGivenUp);
        yield return ("resync-runs", c.ResyncRuns);
        yield return ("given-up-delivered", c.GivenUpDelivered);
        yield return ("given-up-down", c.GivenUpDown);
        yield return ("given-up-up", c.GivenUpUp);
        yield return ("given-up-aged", c.GivenUpAged);
        yield return ("given-up-incomplete", c.GivenUpIncomplete);
        yield return ("spool-bytes", core.Spooling?.Bytes ?? 0);
        yield return ("spool-syncs", core.Spooling?.Syncs ?? 0);
        yield return ("spool-damaged", core.Spooling?.Damaged ?? 0);
        yield return ("spool-short", core.Spooling is { IsShort: true } ? 1 : 0);
        yield return ("gaps", c.Gaps);
        yield return ("gap-segments", c.SegmentsLost);
        yield return ("sessions-opened", c.SessionsOpened);
        yield return ("sessions-refused", c.SessionsRefused);
        yield return ("sessions-slow", c.SessionsSlow);
        yield return ("sessions-slowed", c.SessionsSlowed);
        yield return ("commands", c.Commands);
        yield return ("command-errors", c.CommandErrors);
        yield return ("http-attempts", c.HttpAttempts);
        yield return ("links-opened", c.LinksOpened);
        yield return ("links-refused", c.LinksRefused);
        yield return ("links-broken", c.LinksBroken);
        yield return ("dials", c.Dials);
        yield return ("dials-failed", c.DialsFailed);
        yield return ("names-in-use", c.NamesInUse);
        yield return ("joins-put-off", c.JoinsPutOff);
        yield return ("sites-not-learned", c.SitesNotLearned);
        yield return ("streams-refused", c.StreamsRefused);
        yield return ("topologies-taken", c.TopologiesTaken);
        yield return ("topologies-refused", c.TopologiesRefused);
        yield return ("topology-links-added", c.TopologyLinksAdded);
        yield return ("plans", c.Plans);
        yield return ("generator-failures", c.GeneratorFailures);
        yield return ("probes", c.Probes);
        yield return ("burst-bytes-sent", c.BurstBytesSent);
        yield return ("reports-sent", c.ReportsSent);
        yield return ("estimate-pairs", core.Estimates.ClaimedPairs);
        foreach ((Rejection reason, string name) in Rejections)
        {
            yield return (name, core.Estimates.Rejected(reason));
        }
    }
}

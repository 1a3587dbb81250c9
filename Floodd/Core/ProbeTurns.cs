// When this site measures the way to whom: turns at the group's periods, and quicker ones while nobody knows. How to measure is for Probing.
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class ProbeTurns
{
    /// <summary>How often to ping while there are members whose distance nobody knows: a new group is not to wait for its periods.</summary>
    private static readonly TimeSpan YoungPing = TimeSpan.FromMilliseconds(500);

    /// <summary>How often at most to send bursts while there are members of whose bandwidth nobody knows anything, or this site what one burst said.</summary>
    private static readonly TimeSpan YoungBurstLeast = TimeSpan.FromSeconds(4);

    /// <summary>And so much for each site: then of all together one burst a second goes to a newcomer, and seldom meets another one.</summary>
    private static readonly TimeSpan YoungBurstForEach = TimeSpan.FromSeconds(1);

    /// <summary>What measuring again what has settled may take in a bandwidth-period, in bytes, however much the ways carry: by default 1 kB a second.</summary>
    private const double AgainBytesPerPeriod = 60_000;

    /// <summary>So long it is believed that no member's distance is unknown, if none has changed.</summary>
    private static readonly TimeSpan AllKnownLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly SiteCore _core;
    private readonly SiteState _state;
    private readonly Deadline _ping, _burst;
    private BurstPlan? _again;
    private Instant _againAt;
    private Instant _allKnownSince, _allKnownUntil;

    public ProbeTurns(SiteCore core)
    {
        (_core, _state) = (core, core.State);
        _ping = new Deadline(_state.Deadlines, PingInTurn);
        _burst = new Deadline(_state.Deadlines, BurstInTurn);
    }

    private TimeSpan YoungBurst => Least(_state.Shortest(g => g.BandwidthPeriod), Most(YoungBurstLeast, YoungBurstForEach * _state.Sites.Count));

    /// <summary>The clock runs: measuring begins.</summary>
    public void Begin()
    {
        _ping.Move(_state.Now + _state.Chance.Jitter(YoungPing));
        _burst.Move(_state.Now + _state.Chance.Jitter(YoungBurst));
        _state.Every(() => LookPeriod, Look);
    }

    // Members have come of whom nobody knows anything: they are not to wait for the turn that was due before.
    private void Look()
    {
        if (_ping.Due > _state.Now + (YoungPing * 2) && AnyUnknown())
        {
            _ping.Move(_state.Now + _state.Chance.Jitter(YoungPing));
        }

        if (_burst.Due > _state.Now + (YoungBurst * 2) && AnyYoung())
        {
            _burst.Move(_state.Now + _state.Chance.Jitter(YoungBurst));
        }
    }

    private void PingInTurn()
    {
        PingOne();
        TimeSpan period = _state.Shortest(g => g.PingPeriod);
        _ping.Move(_state.Now + _state.Chance.Jitter(AnyUnknown() ? Least(period, YoungPing) : period));
    }

    private void PingOne()
    {
        if (_core.Estimates.NextToPing(Candidates()) is not { } name)
        {
            return;
        }

        Site site = _state.Sites[name];
        site.Measured.ProbedAt = _state.Now;
        if (site.Link is { Up: true, InFlight: 0 } link)
        {
            _core.Links.Heartbeat.Ping(link);
        }
        else
        {
            _core.Probing.Dial(site, null);
        }
    }

    private void BurstInTurn()
    {
        // Distances first: bursts are in the way of pings.
        if (!AnyUnknown())
        {
            BurstOne();
        }

        _burst.Move(_state.Now + _state.Chance.Jitter(AnyYoung() ? YoungBurst : _state.Shortest(g => g.BandwidthPeriod)));
    }

    // First those of whose bandwidth nobody knows anything, then those looked at once, then all; those that have settled only when the last look at one of them is paid for.
    private void BurstOne()
    {
        TimeSpan period = _state.Shortest(g => g.BandwidthPeriod);
        List<SiteName> candidates = Candidates();
        List<SiteName> young = [.. candidates.Where(n => _core.Estimates.IsUntried(_state.Sites[n]))];
        if (young.Count == 0)
        {
            young = [.. candidates.Where(n => _core.Estimates.IsTriedOnce(_state.Sites[n]))];
        }

        bool isPaid = _again is null || _state.Now - _againAt >= period * (_again.Spent / AgainBytesPerPeriod);
        List<SiteName> due = young.Count > 0 ? young : isPaid ? candidates : [.. candidates.Where(n => !_state.Sites[n].Measured.Bandwidth.IsSettled)];
        if (_core.Estimates.NextToBurst(due) is { } name)
        {
            Measurements measured = _state.Sites[name].Measured;
            measured.BurstAt = _state.Now;
            measured.BurstTries++;
            var plan = new BurstPlan(measured.Bandwidth.BytesPerSecond, period);
            if (measured.Bandwidth.IsSettled)
            {
                (_again, _againAt) = (plan, _state.Now);
            }

            _core.Probing.Dial(_state.Sites[name], plan);
        }
    }

    private List<SiteName> Candidates() => _state.Stopping ? []
        : [.. _state.Sites.Values.Where(s => CanBeProbed(s) && !s.Dialing && s.DialAfter <= _state.Now).Select(s => s.Name)];

    // While no member comes or goes, up or down, nobody becomes unknown but by growing old, which takes minutes.
    private bool AnyUnknown()
    {
        Instant changed = Instant.Zero;
        foreach (Group group in _state.Groups.Values)
        {
            changed = group.Plan.SettledAt > changed ? group.Plan.SettledAt : changed;
        }

        if (changed == _allKnownSince && _state.Now < _allKnownUntil)
        {
            return false;
        }

        bool any = _state.Sites.Values.Any(s => _core.Estimates.IsUnknown(s) && CanBeProbed(s));
        (_allKnownSince, _allKnownUntil) = (changed, any ? Instant.Zero : _state.Now + AllKnownLimit);
        return any;
    }

    private bool AnyYoung() => _state.Sites.Values.Any(s => (_core.Estimates.IsUntried(s) || _core.Estimates.IsTriedOnce(s)) && CanBeProbed(s));

    // A member that is up and may be dialed. Whom nobody reaches is for Neighbors to look for.
    private bool CanBeProbed(Site site) => site.Name != _state.Self && site.Reachable && site.Definition is { DataPort: > 0 } definition
        && _state.IsMember(site.Name) && (site.Configured is not null || _core.Admission.MayDial(definition));

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Most(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

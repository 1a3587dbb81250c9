// What must hold when faults are over: all drains within a bound, everything equal, nothing left over. Changes nothing but by floods and questions of its own.
using System.Globalization;
using Floodd.Core;
using Floodd.Model;
using Floodd.Tests.Simulation;

namespace Floodd.Tests.Campaign;

/// <summary>The healing phase of one run.</summary>
internal sealed class LastChecks(Play play)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private readonly World _world = play.World;

    /// <summary>Lets the world heal and checks it.</summary>
    /// <param name="healTicks">How long it took.</param>
    public void Run(out long healTicks)
    {
        healTicks = Drain(Bound(), "what was flooded under faults");
        play.Markers.Finish();
        foreach (SimulatedSite site in _world.Sites)
        {
            site.ExpectedFrom = play.Markers.AnythingGivenUp ? long.MaxValue : site.ExpectedFrom;
        }

        WaitForJoiners();
        foreach (SimulatedSite site in _world.Sites)
        {
            site.ExpectedFrom = Math.Min(site.ExpectedFrom, _world.Now);
        }

        FloodOnce();
        // Sites that joined may still be given what was there before, and what nobody who is up had exported may be found, be exported
        // somewhere, and so be owed to all: nothing is compared while anything moves.
        for (long before = -1, tries = 0; before != _world.Runs.StartedCount && tries < 30; tries++)
        {
            before = _world.Runs.StartedCount;
            _world.Run(TimeSpan.FromSeconds(1));
            Drain(Bound(), "what was found after faults");
        }

        Finish();
    }

    // One update from each of a few sites is taken, and reaches all, joined ones too. Who is refused, as stores have to be emptied first, asks again.
    private void FloodOnce()
    {
        Flooded[] asked = [.. Enumerable.Range(0, Math.Min(_world.Sites.Count, 5)).Select(i => play.FloodAt(i, 100 + i)).OfType<Flooded>()];
        Drain(Bound(), "what was flooded after faults");
        for (long began = _world.Now; Array.Find(asked, f => !f.IsAccepted) is { } refused;)
        {
            if (_world.Now - began > Bound().Ticks)
            {
                throw new ViolationException($"{Bound().TotalSeconds:F0} s after faults had ended, {refused} was refused with {refused.RefusedWith}");
            }

            asked = [.. asked.Where(f => !f.IsAccepted).Select(f => _world.Flood(f.Origin, f.Length, f.Group))];
            Drain(Bound(), "what was flooded after faults");
        }
    }

    // A site that joined begins with what is flooded once it is a member everywhere.
    private void WaitForJoiners()
    {
        long began = _world.Now;
        while (_world.Sites.Skip(play.Shape.Sites).Any(joined => !_world.Sites.All(s => IsMemberAt(s, joined.Name))))
        {
            if (_world.Now - began > TimeSpan.TicksPerMinute)
            {
                throw new ViolationException("60 s after faults had ended, a site that had joined was not a member everywhere");
            }

            Live();
        }
    }

    private static bool IsMemberAt(SimulatedSite site, SiteName joined) =>
        site.Core?.Core is { } core && core.State.Groups.Values.Any(g => g.Members.TryGetValue(joined, out Member? member) && member.Up);

    // Silence is seen after 6 s, calls are made every 30 s at the latest, what nobody holds is hunted for 33 s, a standing member counts
    // for 10 s; then what waits is carried and exported, with pauses up to the longest that failures so far have led to.
    private TimeSpan Bound()
    {
        double bytes = 0;
        foreach (Flooded flooded in _world.Ledger.All)
        {
            bytes += flooded.Length + 100;
        }

        double carrying = play.Shape.Bandwidth > 0 ? bytes * 4 / play.Shape.Bandwidth : 0;
        long retries = play.Counts.Where(c => c.Key.StartsWith("export-", StringComparison.Ordinal)).Select(c => c.Value).DefaultIfEmpty().Max();
        double pause = Math.Min(300, Math.Pow(2, Math.Min(9, retries + 1)));
        // A window's worth for each round trip, over two hops and with as much again for what comes twice. Some ways were made longer for good.
        double windows = bytes / Math.Max(2048, play.Shape.KernelBytes) * ((2 * _world.Network.LongestDelay.TotalSeconds) + (8 * play.Shape.JitterMs / 1000)) * 4;
        // Half a store's worth after the other, when all have told that they have the one before, which is gathered at each of the sites in a ring.
        double stores = bytes / (play.Shape.Store / 2.0) * (play.Shape.Sites / 2.0) * Gathering.In(play.Shape.Sites).TotalSeconds;
        return TimeSpan.FromSeconds(120 + carrying + pause + windows + stores);
    }

    private long Drain(TimeSpan limit, string what)
    {
        long began = _world.Now;
        while (!_world.Ledger.AllAnswered || Missing() is not null || _world.Sites.Any(s => !s.IsUp))
        {
            if (_world.Now - began > limit.Ticks)
            {
                throw new ViolationException(string.Create(CultureInfo.InvariantCulture,
                    $"{limit.TotalSeconds:F0} s after faults had ended, {what} had not come everywhere: {Explain()}"));
            }

            Live();
        }

        return _world.Now - began;
    }

    // A site that was told to stop may do so in good order long after the faults are over, and is started again.
    private void Live()
    {
        _world.Run(Step);
        foreach (SimulatedSite site in _world.Sites)
        {
            _world.Restart(site.Index);
        }
    }

    // Where stores gave up what somebody waited for, only what comes afterwards must arrive.
    private (Flooded Update, SimulatedSite Site)? Missing()
    {
        if (DeliveryChecker.FirstMissing(_world) is not { } missing)
        {
            return null;
        }

        foreach (SimulatedSite site in _world.Sites)
        {
            play.Markers.Harvest(site);
        }

        if (!play.Markers.AnythingGivenUp)
        {
            return missing;
        }

        _excused = true;
        return missing.Update.SentAt < _excusedUntil ? null : missing;
    }

    private bool _excused;
    private readonly long _excusedUntil = play.World.Now;

    private string Explain() => !_world.Ledger.AllAnswered ? $"{_world.Ledger.All.ToArray().First(f => !f.IsAnswered)} was never answered"
        : Missing() is { } missing ? $"{missing.Site.Name} never exported {missing.Update}" : "a site is down";

    private void Finish()
    {
        if (!_excused)
        {
            _world.Check();
            CompareStatistics();
        }
        else
        {
            StatisticsChecker.ConserveEverywhere(_world);
        }

        foreach (Wanderer wanderer in play.Wanderers)
        {
            wanderer.Check();
        }

        // Nothing is read from publishers who have to wait, their end neither, and what fills a store may lie behind what is still looked for.
        for (long began = _world.Now; _world.Sites.Any(KeepsPublishersWaiting) && _world.Now - began < Bound().Ticks;)
        {
            _world.Run(TimeSpan.FromSeconds(1));
        }

        // Those who asked are gone, and the sites have heard of it.
        _world.Run(TimeSpan.FromSeconds(1));
        Census();
    }

    private static bool KeepsPublishersWaiting(SimulatedSite site) =>
        site.Core is { Core: { } core } simulated && simulated.HasHoles() && core.Desk.Sessions.Any(s => s.Pause == SessionPause.Pressure);

    // Asking takes time. What nobody need have, as its client got no receipt or it was kept by nobody, may still be on its way, and is
    // exported by a site between its answer and the comparison: then all are asked again.
    private void CompareStatistics()
    {
        for (int tries = 0; ; tries++)
        {
            long before = _world.Runs.StartedCount + _world.Runs.EndedCount;
            try
            {
                _world.CheckStatistics();
                return;
            }
            catch (ViolationException) when (tries < 30 && _world.Runs.StartedCount + _world.Runs.EndedCount != before)
            {
                _world.Run(TimeSpan.FromSeconds(1));
            }
        }
    }

    // Sessions, connections and charges are of those that there are.
    private void Census()
    {
        foreach (SimulatedSite site in _world.Sites.Where(s => s.Core?.Core is not null))
        {
            SiteCore core = site.Core!.Core!;
            int sessions = site.Connections.Values.Count(e => !e.IsLink && e is { Open: true, Broken: null } && e.Other.Open);
            if (core.Desk.Sessions.Count != sessions)
            {
                throw new ViolationException($"{site.Name} keeps {core.Desk.Sessions.Count} sessions, of which {sessions} are open");
            }

            int links = site.Connections.Values.Count(e => e.IsLink);
            if (core.State.Links.Count != links)
            {
                throw new ViolationException($"{site.Name} keeps {core.State.Links.Count} data connections, of which {links} are there");
            }

            ChargeChecker.Check(site.Name, core);
            // One may: nobody waited for what a site that breaks rules has still to export.
            if (core.Exports.Running && !_world.Runs.IsRunning(site))
            {
                throw new ViolationException($"{site.Name} still believes that an export runs");
            }
        }
    }
}

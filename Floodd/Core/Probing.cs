// Measures the ways from this site to other members: round trips on links that are there, all else on short connections of its own.
// Whose turn it is is for ProbeTurns, what samples mean for Measuring, who hears of it for Reports.
using Floodd.Measuring;
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Probing(SiteCore core)
{
    /// <summary>So many round trips in a row make one probe: the first may have met a queue or a sleeping processor.</summary>
    private const int PingsPerProbe = 4;

    /// <summary>Probes that one site may have with us at once: one for the round trip, one for the bandwidth, one that we have not missed yet.</summary>
    private const int ProbesPerSiteMax = 3;

    /// <summary>The longest that a probe takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly SiteState _state = core.State;
    private readonly ProbeTurns _turns = new(core);

    /// <summary>The clock runs: measuring begins.</summary>
    public void Begin() => _turns.Begin();

    /// <summary>A connection stands: perhaps it is the one that a probe has dialed.</summary>
    public void Opened(Link link)
    {
        if (link.Dialed is { } dialed && _state.SiteOf(dialed) is { DialedProbe: { } probe } site)
        {
            link.Probe = probe;
            site.DialedProbe = null;
            site.Dialing = false;
            core.Neighbors.Reconsider();
        }
    }

    /// <summary>A dial failed.</summary>
    /// <returns>Whether it was a probe's.</returns>
    public bool DialFailed(Site site)
    {
        if (site.DialedProbe is null)
        {
            return false;
        }

        site.DialedProbe = null;
        site.Dialing = false;
        core.Neighbors.Reconsider();
        return true;
    }

    /// <summary>The other end of a connection that only measures has said who it is, and is believed.</summary>
    public void Greeted(Link link, Hello hello)
    {
        Site site = _state.SiteOf(hello.Site);
        link.Site = site;
        link.Incarnation = hello.Incarnation;
        _state.After(Limit, () => End(link, "a probe's time is over"));
        if (link.Probe is not null)
        {
            core.Links.Heartbeat.Ping(link);
            return;
        }

        link.Probe = new Probe();
        if (_state.Links.Values.Count(l => l.Probe is not null && l.Site == site) > ProbesPerSiteMax)
        {
            core.Links.Dismiss(link, GoodbyeReason.Refused, "too many probes");
        }
    }

    /// <summary>Takes a frame of a connection that only measures; its Pings are answered like all others.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Take(Link link, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Pong:
                return SmallFrames.ReadStamp(payload) is { } pong ? Answered(link, pong) : "a pong that makes no sense";
            case FrameKind.Burst when link.Dialed is null:
                return BurstFrames.ReadBurst(payload) is { } burst ? Arrived(link, burst.Number, burst.Total, burst.Length) : "a burst that makes no sense";
            case FrameKind.BurstSeen:
                return BurstFrames.ReadSeen(payload) is { } seen
                    ? Seen(link, seen.Number, new BurstRate(seen.Bytes, seen.Duration, seen.IsFull)) : "a burst's measure that makes no sense";
            default:
                return "more than a measurement";
        }
    }

    /// <summary>A round trip was measured on a link.</summary>
    public void Sample(Link link, TimeSpan trip)
    {
        if (link.Up && !link.PingMetQueue)
        {
            Add(link.Site!, trip);
        }
    }

    /// <summary>Measures the way to a site on a connection made for that.</summary>
    /// <param name="site">A site that may be dialed and is not being dialed.</param>
    /// <param name="bursts">How large its bursts are; null to measure the round trip alone.</param>
    public void Dial(Site site, BurstPlan? bursts)
    {
        site.DialedProbe = new Probe { PingsLeft = PingsPerProbe, Bursts = bursts };
        site.Dialing = true;
        _state.Counters.Probes++;
        SiteDefinition definition = site.Definition!;
        _state.Do(new Effect.Dial(site.Name, definition.Host, definition.DataPort));
    }

    private string? Answered(Link link, long stamp)
    {
        Probe probe = link.Probe!;
        if (probe.PingsLeft == 0 || stamp != link.LastPing.Ticks)
        {
            return "a pong that nobody asked for";
        }

        TimeSpan trip = _state.Now - link.LastPing;
        probe.RoundTrip = trip < probe.RoundTrip ? trip : probe.RoundTrip;
        Add(link.Site!, trip);
        if (--probe.PingsLeft > 0)
        {
            core.Links.Heartbeat.Ping(link);
        }
        else
        {
            SendBurst(link, null);
        }

        return null;
    }

    private string? Seen(Link link, long number, BurstRate rate)
    {
        Probe probe = link.Probe!;
        if (probe.Bursts is null || number != probe.Burst || rate.Bytes > probe.Bursts.LastBytes)
        {
            return "the measure of a burst that nobody sent";
        }

        SendBurst(link, probe.Bursts.Judged(rate, probe.RoundTrip));
        return null;
    }

    private void SendBurst(Link link, BurstRate? last)
    {
        Probe probe = link.Probe!;
        if (probe.Bursts?.NextBytes(last) is { } bytes)
        {
            _state.Counters.BurstBytesSent += bytes;
            core.Output.SendLasting(link, BurstFrames.Burst(++probe.Burst, (int)bytes));
            return;
        }

        if (last is { } rate)
        {
            link.Site!.Measured.Bandwidth.AddBurst(_state.Now, rate);
            core.Reports.Measured(link.Site);
        }

        End(link, "measured");
    }

    private string? Arrived(Link link, long number, int total, int length)
    {
        Probe probe = link.Probe!;
        if (number != probe.Burst)
        {
            (probe.Burst, probe.Arrival) = (number, new BurstArrival());
        }

        probe.FillerBytes += length;
        probe.Arrival.Add(_state.Now, length);
        if (probe.FillerBytes > BurstPlan.MostBytes || probe.Arrival.Bytes > total)
        {
            return "more filler than a probe may send";
        }

        if (probe.Arrival.Bytes == total)
        {
            BurstRate rate = probe.Arrival.Rate();
            BurstFrames.WriteSeen(link.Out, number, rate.Bytes, rate.Duration, rate.IsSaturated);
        }

        return null;
    }

    private void Add(Site site, TimeSpan trip)
    {
        if (site.Measured.RoundTrip.Add(_state.Now, trip))
        {
            core.Reports.Measured(site);
        }
    }

    private void End(Link link, string reason)
    {
        if (!link.Closing)
        {
            core.Links.Dismiss(link, GoodbyeReason.Unwanted, reason);
        }
    }
}

// Pings and their answers on links: they show that both ends live, and how long the way takes. What a link is for others knows Links.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Heartbeat(SiteCore core)
{
    /// <summary>Each end of a link sends a Ping so often.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>A link that heard nothing for three heartbeats is down.</summary>
    private static readonly TimeSpan Silence = Period * 3;

    /// <summary>Bytes that the other end may leave untaken: control frames are not bound by credit, so this bounds them.</summary>
    private const long UntakenMax = 16 << 20;

    /// <summary>More than this before a Ping, in bytes, and it shows how long the queue is, not the way.</summary>
    private const long QuietBytes = 16 << 10;

    private readonly SiteState _state = core.State;

    /// <summary>Pings links that are quiet, ends those that are silent.</summary>
    public void Beat()
    {
        foreach (Link link in _state.Links.Values.Where(l => l.Up).ToList())
        {
            if (_state.Now - link.LastHeard > Silence)
            {
                core.Links.Close(link, "silent for three heartbeats");
            }
            else if (link.IsStuck(_state.Now))
            {
                core.Links.Break(link, "a frame that does not end");
            }
            else if (TakesNothing(link.InFlight))
            {
                core.Links.Close(link, "the other end takes nothing");
            }
            else if (_state.Now - link.LastPing >= Period)
            {
                Ping(link);
            }
        }
    }

    /// <summary>Asks whether the other end is there, and how far away.</summary>
    public void Ping(Link link)
    {
        link.PingMetQueue = link.InFlight > QuietBytes;
        SmallFrames.WriteStamp(link.Out, FrameKind.Ping, Math.Max(1, _state.Now.Ticks));
        link.LastPing = _state.Now;
    }

    /// <summary>The other end asks: our own Ping, if it is soon due, goes with the answer, so that two measurements take three writes.</summary>
    public void Asked(Link link, long stamp)
    {
        SmallFrames.WriteStamp(link.Out, FrameKind.Pong, stamp);
        if (link.Up && _state.Now - link.LastPing >= Period / 2)
        {
            Ping(link);
        }
    }

    /// <summary>An answer to a Ping.</summary>
    public void Answered(Link link, long stamp)
    {
        if (stamp > 0 && stamp <= _state.Now.Ticks)
        {
            link.AnsweredUpTo = new Instant(stamp);
            // A shorter trip is believed at once, a longer one by and by: what delays an answer is mostly not the way.
            var trip = new TimeSpan(_state.Now.Ticks - stamp);
            core.Probing.Sample(link, trip);
            link.RoundTrip = link.RoundTrip is { } before && trip > before ? before + ((trip - before) / 8) : trip;
        }

        core.Links.Lives(link);
    }

    /// <summary>Ends a link whose other end takes nothing of what it asks for.</summary>
    public void CheckTaken(Link link)
    {
        if (TakesNothing(link.InFlight + link.Out.Length - link.OutSent))
        {
            core.Links.Close(link, "the other end takes nothing");
        }
    }

    // All marks are told at once when a group begins to flow: those of many members that all flood are more than others would be given time for.
    private bool TakesNothing(long untaken) => untaken > UntakenMax && untaken > UntakenMax + MarkFrames.Most(_state.AllStreams);
}

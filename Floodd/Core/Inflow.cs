// What flooding itself shows of a way's bandwidth: how fast bytes came in on a link. A lower bound only; bursts find out the rest.
using Floodd.Model;

namespace Floodd.Core;

/// <summary>The bytes of one link that came in a row.</summary>
internal sealed class Inflow
{
    /// <summary>Bytes that come with no longer pause than this are one flow.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How much of a flow is looked at as one.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromMilliseconds(250);

    private Instant _since, _last;
    private long _bytes;

    /// <summary>Bytes came in.</summary>
    public void Add(Link link, Instant now, int bytes)
    {
        if (!link.Up || now - _last > Pause)
        {
            // In what time the first read's bytes came nobody knows.
            (_since, _last, _bytes) = (now, now, 0);
            return;
        }

        _bytes += bytes;
        _last = now;
        if (now - _since >= Span)
        {
            link.Site!.Measured.Bandwidth.AddFlood(now, _bytes, now - _since);
            (_since, _bytes) = (now, 0);
        }
    }
}

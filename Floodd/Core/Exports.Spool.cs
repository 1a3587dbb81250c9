// What lasts of exports: that a run begins before it does, that it ended before anybody is told. Writes nothing itself.
using Floodd.Spool;

namespace Floodd.Core;

internal sealed partial class Exports
{
    /// <summary>Between two runs while the disk is short of room: each takes some of the little there is.</summary>
    private static readonly TimeSpan SparingPause = TimeSpan.FromSeconds(0.5);

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

    // The next run, or what counts as one, is not to follow at once while the disk is short of room.
    private void Spare(ExportLine line)
    {
        if (core.Spooling is { IsShort: true })
        {
            line.PausedUntil = _state.Now + SparingPause;
            DueIn(line, SparingPause);
        }
    }

    // With a spool not before it lasts that the run begins: whatever becomes of this life, the next one knows what may have been handed out.
    private void Launch(Bundle bundle, Effect.StartExport start)
    {
        if (core.Spooling is not { } spooling)
        {
            _state.Do(start);
            return;
        }

        foreach (BundleEnd end in bundle.Ends)
        {
            if (end.Stream.Spool is { } spool && spool.Handing < end.Through)
            {
                spool.Handing = end.Through;
                spool.Say(new SpoolEntry.Handing(end.Stream.Group.Name, end.Stream.Id, end.Through));
            }
        }

        spooling.Then(() => _state.Do(start));
    }
}

// The fingerprint of a whole run: every event and effect in order. Two runs of one seed must have the same.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>A running hash over (time, site, what, bytes).</summary>
internal sealed class Trace
{
    /// <summary>The hash so far.</summary>
    public ulong Hash { get; private set; } = 1;

    /// <summary>How many steps went into it.</summary>
    public long StepCount { get; private set; }

    /// <summary>Gets a line for everything that goes in, if set: for finding where two runs part.</summary>
    public TextWriter? Writer { get; set; }

    /// <summary>An event goes into a site.</summary>
    public void Add(SimulatedSite site, Event e)
    {
        StepCount++;
        Mix((ulong)site.Clock.Ticks);
        Mix((ulong)site.Index);
        switch (e)
        {
            case Event.TurnEnded: Mix(1); break;
            case Event.Wake: Mix(2); break;
            case Event.Received received: Mix(3, received.Id, (ulong)received.Bytes.Length); break;
            case Event.Written written: Mix(4, written.Id, (ulong)written.Count); break;
            case Event.LinkOpened opened: Mix(5, opened.Id, Digest.Of(opened.Dialed?.Value ?? "")); break;
            case Event.SessionOpened opened: Mix(6, opened.Id, 0); break;
            case Event.Closed closed: Mix(7, closed.Id, Digest.Of(closed.Reason)); break;
            case Event.DialFailed failed: Mix(8, default, Digest.Of(failed.Site.Value)); break;
            case Event.RunEnded ended: Mix(9, default, (ulong)ended.Run); break;
            default: Mix(10, default, Digest.Of(e.GetType().Name)); break;
        }

        Writer?.WriteLine($"{site.Clock} {site.Name} > {Timeline.Tell(e)} {Hash:x}");
    }

    /// <summary>An effect comes out of a site.</summary>
    public void Add(SimulatedSite site, Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send: Mix(20, send.Id, (ulong)send.Bytes.Length); break;
            case Effect.Close close: Mix(21, close.Id, 0); break;
            case Effect.Dial dial: Mix(22, default, Digest.Of(dial.Host)); break;
            case Effect.Note note: Mix(23, new ConnectionId((long)note.Kind), Digest.Of(note.Text)); break;
            case Effect.StartExport start: Mix(24, default, (ulong)start.Run.Number); break;
            case Effect.PauseReading pause: Mix(25, pause.Id, 0); break;
            case Effect.ResumeReading resume: Mix(26, resume.Id, 0); break;
            default: Mix(27, default, Digest.Of(effect.GetType().Name)); break;
        }

        Writer?.WriteLine($"{site.Clock} {site.Name} < {Timeline.Tell(effect)} {Hash:x}");
    }

    /// <summary>Bytes were sent or read: the running checksum of their pipe, which the wires keep anyway, stands for them.</summary>
    public void Add(uint pipeCrc) => Mix(pipeCrc);

    private void Mix(ulong kind, ConnectionId id, ulong value)
    {
        Mix(kind);
        Mix((ulong)id.Value);
        Mix(value);
    }

    private void Mix(ulong value) => Hash = Digest.Mix(Hash, value);
}

// The last things that a site heard and did, for the report of a failure; keeps no bytes alive beyond its few lines.
using System.Globalization;
using System.Text;
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>A ring of what happened last.</summary>
internal sealed class Timeline
{
    private const int Length = 64;
    private readonly (long At, object What)[] _ring = new (long, object)[Length];
    private long _count;

    /// <summary>When the last thing happened, in ticks; -1 before the first.</summary>
    public long LastAt => _count == 0 ? -1 : _ring[(_count - 1) % Length].At;

    /// <summary>Adds an event, an effect or a text.</summary>
    public void Add(long at, object what)
    {
        if (what is not Event.TurnEnded)
        {
            _ring[_count++ % Length] = (at, what);
        }
    }

    /// <summary>Writes the last lines, oldest first.</summary>
    public void WriteTo(StringBuilder text, int lines)
    {
        for (long i = Math.Max(0, _count - Math.Min(lines, Length)); i < _count; i++)
        {
            (long at, object what) = _ring[i % Length];
            string arrow = what is Event ? ">" : what is Effect ? "<" : "!";
            text.Append(CultureInfo.InvariantCulture, $"    {at / 1e7,12:F6}s {arrow} {Tell(what)}\n");
        }
    }

    /// <summary>An event or effect in a line.</summary>
    public static string Tell(object what) => what switch
    {
        Event.Received e => $"received {e.Bytes.Length} bytes on {e.Id}",
        Event.Written e => $"written {e.Count} bytes on {e.Id}",
        Event.LinkOpened e => $"link {e.Id} opened, {(e.Dialed is { } site ? $"dialed {site}" : $"from {e.Remote}")}",
        Event.SessionOpened e => $"session {e.Id} opened",
        Event.Closed e => $"{e.Id} closed: {e.Reason}",
        Event.DialFailed e => $"dial of {e.Site} failed: {e.Reason}",
        Event.RunEnded e => $"run {e.Run} of {e.Group} ended: {e.Outcome.Text}",
        Event.Wake => "wake",
        Effect.Send e => $"send {e.Bytes.Length} bytes on {e.Id}",
        Effect.Close e => $"close {e.Id}",
        Effect.Dial e => $"dial {e.Site} at {e.Host}:{e.Port}",
        Effect.Note e => $"note {e.Kind}: {e.Text}",
        Effect.StartExport e => $"start export {e.Run.Number} of {e.Run.Group}",
        Effect.PauseReading e => $"pause reading {e.Id}",
        Effect.ResumeReading e => $"resume reading {e.Id}",
        string text => text,
        _ => what.GetType().Name,
    };
}

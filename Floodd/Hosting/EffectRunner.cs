// Does what the core asks for, each effect at once and in order. It decides nothing and remembers nothing.
using System.Collections.Immutable;
using Floodd.Core;
using Floodd.Model;

namespace Floodd.Hosting;

/// <summary>From effects to those who do them. Belongs to the loop's thread.</summary>
/// <param name="connections">Links and sessions.</param>
/// <param name="dialer">Dials.</param>
/// <param name="lookup">Names.</param>
/// <param name="inbox">For answers that come later.</param>
/// <param name="notes">The log.</param>
/// <param name="startRun">Starts a command.</param>
/// <param name="startGenerator">Starts a topology generator.</param>
/// <param name="plans">Plans and explains.</param>
/// <param name="stop">Ends the loop.</param>
/// <param name="spool">Writes to the disk; null without a spool.</param>
internal sealed class EffectRunner(
    Connections connections, Dialer dialer, Lookup lookup, Inbox inbox, NoteLog notes, Action<ExportRun> startRun, Action<GeneratorJob> startGenerator, PlanRunner plans, Action stop,
    Action<Effect.Spool>? spool)
{
    /// <summary>Does one.</summary>
    public void Run(Instant now, Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send:
                connections.Send(send);
                break;
            case Effect.Note note:
                notes.Write(now, note.Kind, note.Text);
                break;
            case Effect.PauseReading pause:
                connections.SetPaused(pause.Id, isPaused: true);
                break;
            case Effect.ResumeReading resume:
                connections.SetPaused(resume.Id, isPaused: false);
                break;
            case Effect.Close close:
                connections.Close(now, close);
                break;
            case Effect.Spool batch:
                spool!(batch);
                break;
            case Effect.StartExport start:
                startRun(start.Run);
                break;
            case Effect.StartResync start:
                startRun(start.Run);
                break;
            case Effect.StartPlanning start:
                plans.Start(start.Job);
                break;
            case Effect.StartGenerator start:
                startGenerator(start.Job);
                break;
            case Effect.Explain explain:
                plans.Start(explain.Job);
                break;
            case Effect.Dial dial:
                dialer.Dial(now, dial);
                break;
            case Effect.Resolve resolve:
                _ = ResolveAsync(resolve.Host);
                break;
            case Effect.Stop:
                stop();
                break;
            default:
                throw new InvariantException($"nobody does {effect.GetType().Name}");
        }
    }

    private async Task ResolveAsync(string host)
    {
        (System.Net.IPAddress[] addresses, _) = await lookup.FindAsync(host, Dialer.Limit).ConfigureAwait(false);
        inbox.Post(new Event.Resolved(host, ImmutableArray.Create(addresses)));
    }
}

// Does what a core asks of the world, as the shell would; decides nothing.
using System.Collections.Immutable;
using System.Net;
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>The shell's hands.</summary>
internal sealed class EffectRunner(World world)
{
    /// <summary>Does one effect at once: what it lends is copied before this returns.</summary>
    public void Run(SimulatedSite site, Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send when site.Connections.TryGetValue(send.Id, out End? end):
                world.Echoes.Sent(end, send.Bytes.Span);
                world.Wires.Send(end, send.Bytes, send.Lasting);
                world.Trace.Add(end.Out.SentCrc);
                break;
            case Effect.Close close when site.Connections.Remove(close.Id, out End? end):
                world.Wires.Close(end);
                break;
            case Effect.PauseReading pause when site.Connections.TryGetValue(pause.Id, out End? end):
                end.ReadingPaused = true;
                break;
            case Effect.ResumeReading resume when site.Connections.TryGetValue(resume.Id, out End? end):
                end.ReadingPaused = false;
                world.Wires.MarkReady(end);
                break;
            case Effect.Dial dial:
                world.Dialing.Dial(site, dial);
                break;
            case Effect.Resolve resolve:
                Resolve(site, resolve.Host);
                break;
            case Effect.StartExport start:
                world.Runs.StartExport(site, start.Run);
                break;
            case Effect.StartResync start:
                world.Runs.StartResync(site, start.Run);
                break;
            case Effect.StartPlanning start when world.Options.PlansEnd:
                Plan(site, start.Job);
                break;
            case Effect.StartGenerator start:
                world.Generator?.Invoke(site, start.Job);
                break;
            case Effect.Explain explain:
                site.Enqueue(new Event.Explained(explain.Job, explain.Job.Run()));
                break;
            case Effect.Note note:
                if (note.Kind == NoteKind.Gap)
                {
                    world.Gaps.Declared(site, note.Text);
                }
                else if (note.Kind == NoteKind.TopologyChanged)
                {
                    world.Topologies.Taken(site);
                }

                world.Noted?.Invoke(site, note);
                site.Notes[note.Kind] = site.Notes.GetValueOrDefault(note.Kind) + 1;
                break;
            case Effect.Stop:
                world.Leave(site);
                break;
            default:
                // A send or close for a connection that has just gone: the shell ignores these too.
                break;
        }
    }

    // Planned at once, told after the time that it may take: what happens meanwhile makes the plan out of date, as it would.
    private void Plan(SimulatedSite site, PlanJob job)
    {
        var planned = new Event.Planned(job.Draft.Group, job.Number, job.Run(world.Options.PlanEffort));
        int life = site.Life;
        world.After(world.Options.PlanTicks, () =>
        {
            if (life == site.Life)
            {
                site.Enqueue(planned);
            }
        });
    }

    private void Resolve(SimulatedSite site, string host)
    {
        SimulatedSite? found = world.Lookup is { } lookup ? lookup(host) : world.Find(host);
        ImmutableArray<IPAddress> addresses = found is null ? [] : [found.Address];
        int life = site.Life;
        world.After(world.Options.ResolveTicks, () =>
        {
            if (life == site.Life)
            {
                site.Enqueue(new Event.Resolved(host, addresses));
            }
        });
    }
}

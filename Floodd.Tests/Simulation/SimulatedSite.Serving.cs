// How a site's loop reads one of its connections: credit first, then bytes, then its end.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

internal sealed partial class SimulatedSite
{
    /// <summary>Tells the core what an end has to say: credit, bytes, its end.</summary>
    /// <returns>How many steps that took.</returns>
    private int Serve(End end)
    {
        end.Ready = false;
        int steps = 0;
        if (end.Open && end.Broken is null && end.CreditDue > 0)
        {
            int credit = end.CreditDue;
            end.CreditDue = 0;
            steps += Step(new Event.Written(end.Id, credit));
        }

        if (end.Open && end.Broken is null && !end.ReadingPaused)
        {
            int count = world.Wires.Read(end, world.Scratch.AsSpan(0, world.ReadMax));
            if (count > 0)
            {
                Memory<byte> lent = world.Scratch.AsMemory(0, count);
                world.Meddle?.Invoke(end, lent);
                world.Echoes.Received(end, lent.Span);
                world.Trace.Add(end.In.ReadCrc);
                steps += Step(new Event.Received(end.Id, lent));
                // The bytes were lent for the step: whoever kept them now keeps rubbish, and a checker will see it.
                lent.Span.Fill(0xDB);
            }
        }

        if (!end.Open)
        {
            return steps;
        }

        Pipe pipe = end.In;
        if (end.Broken is null && pipe.EndArrived && pipe.Read == pipe.Arrived && !end.ReadingPaused)
        {
            end.Broken = "closed by the other end";
        }

        if (end.Broken is { } reason)
        {
            end.Open = false;
            Connections.Remove(end.Id);
            steps += Step(new Event.Closed(end.Id, reason));
        }
        else if (pipe.Read < pipe.Arrived && !end.ReadingPaused)
        {
            world.Wires.MarkReady(end);
        }

        return steps;
    }
}

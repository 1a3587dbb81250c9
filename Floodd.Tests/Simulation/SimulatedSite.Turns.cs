// The turns of a site's loop: what is there is handed to the core, and what the core says is done. Begins and ends no life.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

internal sealed partial class SimulatedSite
{
    /// <summary>One turn of the loop: all that is there, the wake if it is due, the end of the turn, what was written at once.</summary>
    public void Turn(long life)
    {
        if (life != Life || !IsUp || !_turnScheduled)
        {
            return;
        }

        _turnScheduled = false;
        if (IsPaused)
        {
            return;
        }

        (_inbox, _taken) = (_taken, _inbox);
        int steps = 2;
        foreach (object item in _taken)
        {
            steps += item is End end ? Serve(end) : Step((Event)item);
        }

        _taken.Clear();
        if (IsUp && Core!.NextWake() <= Clock)
        {
            Step(Event.Wake.Instance);
            CheckThatTheWakeMoved();
        }

        Step(Event.TurnEnded.Instance);
        for (int i = 0; i < _credited.Count; i++)
        {
            steps += TellCredit(_credited[i]);
        }

        _credited.Clear();
        _busyUntil = world.Now + ((world.Options.TurnTicks + (steps * world.Options.StepTicks)) * Slowness);
        ScheduleWake();
        if (_inbox.Count > 0)
        {
            ScheduleTurn();
        }
    }

    // Hands the core one event and does at once what it says: one step, for their count.
    private int Step(Event e)
    {
        if (!IsUp)
        {
            return 0;
        }

        world.Trace.Add(this, e);
        Timeline.Add(world.Now, e);
        _effects.Clear();
        if (world.Drops is { } drops && Core!.Core is { } core)
        {
            drops.Before(core);
            Core.Step(Clock, e, _effects);
            drops.After(core);
        }
        else
        {
            Core!.Step(Clock, e, _effects);
        }

        ChargedMost = Math.Max(ChargedMost, StoreChecker.Check(Name, Core.ChargedBytes(), Spool?.Allowed(Core) ?? Configuration.Local.DataStorageMax));
        for (int i = 0; i < _effects.Count && IsUp; i++)
        {
            world.Trace.Add(this, _effects[i]);
            Timeline.Add(world.Now, _effects[i]);
            world.Effects.Run(this, _effects[i]);
            if (CrashAfterEffects > 0 && --CrashAfterEffects == 0)
            {
                world.Crash(Index);
            }
        }

        return 1;
    }

    // Tells the core what an end has to say: credit, bytes, its end. Gives how many steps that took.
    private int Serve(End end)
    {
        end.Ready = false;
        int steps = TellCredit(end);

        if (end.Open && end.Broken is null && !end.ReadingPaused && world.Wires.Read(end, world.Scratch.AsSpan(0, world.ReadMax)) is > 0 and var count)
        {
            Memory<byte> lent = world.Scratch.AsMemory(0, count);
            world.Meddle?.Invoke(end, lent);
            world.Echoes.Received(end, lent.Span);
            world.Trace.Add(end.In.ReadCrc);
            steps += Step(new Event.Received(end.Id, lent));
            // The bytes were lent for the step: whoever kept them now keeps rubbish, and a checker will see it.
            lent.Span.Fill(0xDB);
        }

        if (!end.Open)
        {
            return steps;
        }

        Pipe pipe = end.In;
        end.Broken ??= pipe.EndArrived && pipe.Read == pipe.Arrived && !end.ReadingPaused ? "closed by the other end" : null;

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

    private int TellCredit(End end)
    {
        if (!end.Open || end.Broken is not null || end.CreditDue == 0)
        {
            return 0;
        }

        int credit = end.CreditDue;
        end.CreditDue = 0;
        return Step(new Event.Written(end.Id, credit));
    }

    private void CheckThatTheWakeMoved()
    {
        _wakesForThePast = IsUp && Core!.NextWake() <= Clock ? _wakesForThePast + 1 : 0;
        if (_wakesForThePast > 1000)
        {
            throw new ViolationException($"{Name} asks for ever to be woken for the past");
        }
    }
}

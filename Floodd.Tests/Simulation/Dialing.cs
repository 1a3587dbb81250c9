// How a dial turns into a connection or a refusal; the handshake's two crossings are the only time it takes.
using Floodd.Core;

namespace Floodd.Tests.Simulation;

/// <summary>The dialer's and the listener's systems together.</summary>
internal sealed class Dialing(World world)
{
    /// <summary>Begins to connect; one LinkOpened or DialFailed comes of it, unless the dialer dies first.</summary>
    public void Dial(SimulatedSite from, Effect.Dial dial)
    {
        int life = from.Life;
        SimulatedSite? to = world.Find(dial.Host);
        if (to is null || to == from || to.Configuration.SelfDefinition.DataPort != dial.Port)
        {
            world.After(TimeSpan.TicksPerMillisecond, () => Fail(from, life, dial, to is null ? "no such host" : "connection refused"));
            return;
        }

        Route forth = world.Network.Between(from.Index, to.Index);
        Route back = world.Network.Between(to.Index, from.Index);
        long began = world.Now;
        world.After(world.Network.Crossing(forth), () =>
        {
            if (forth.Cut || back.Cut || to.IsDark)
            {
                long timeout = began + world.Options.ConnectTimeout.Ticks;
                world.After(Math.Max(timeout - world.Now, 0), () => Fail(from, life, dial, "connect timed out"));
            }
            else if (forth.Refusing || !to.IsUp)
            {
                world.After(world.Network.Crossing(back), () => Fail(from, life, dial, "connection refused"));
            }
            else
            {
                world.After(world.Network.Crossing(back), () => Open(from, life, dial, to, forth, back));
            }
        });
    }

    private static void Fail(SimulatedSite from, int life, Effect.Dial dial, string reason)
    {
        if (from.Life == life)
        {
            from.Enqueue(new Event.DialFailed(dial.Site, reason));
        }
    }

    private void Open(SimulatedSite from, int life, Effect.Dial dial, SimulatedSite to, Route forth, Route back)
    {
        if (from.Life != life || !from.IsUp)
        {
            return;
        }

        if (!to.IsUp)
        {
            Fail(from, life, dial, "connection refused");
            return;
        }

        var near = new End { Site = from, Id = from.NextConnectionId(), IsLink = true };
        var far = new End { Site = to, Id = to.NextConnectionId(), IsLink = true };
        world.Wires.Join(near, far, forth, back);
        from.Connections.Add(near.Id, near);
        to.Connections.Add(far.Id, far);
        from.Enqueue(new Event.LinkOpened(near.Id, dial.Site, to.Address));
        // The listener's kernel has the connection before the dialer's first bytes: only its loop may hear of it late.
        to.Enqueue(new Event.LinkOpened(far.Id, null, from.Address));
    }
}

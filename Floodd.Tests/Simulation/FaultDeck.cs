// Which faults a random world suffers, and when; ends every one of them in the end. Draws only from its own randomness.
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>A random subset of the kinds of fault, with random rates.</summary>
internal sealed class FaultDeck
{
    private const int Severs = 2, Crashes = 6;

    private static readonly Action<World, Prng>[] Kinds =
    [
        (world, draw) => Pair(world, draw, world.Cut),
        (world, draw) => Pair(world, draw, world.CutOneWay),
        (world, draw) => Pair(world, draw, world.Sever),
        (world, draw) => Pair(world, draw, world.Refuse),
        (world, draw) => Pair(world, draw, (a, b) => world.Delay(a, b, TimeSpan.FromMilliseconds(draw.Next(300)))),
        (world, draw) => world.Partition([.. Enumerable.Range(0, world.Sites.Count).Where(_ => draw.Chance(0.5))]),
        (world, draw) => world.Crash(draw.Next(world.Sites.Count), silently: draw.Chance(0.3)),
        (world, draw) => world.Pause(draw.Next(world.Sites.Count)),
        (world, draw) => world.FloodHalf(draw.Next(world.Sites.Count), 1 + draw.Next(50_000)),
        (world, draw) => world.Site(draw.Next(world.Sites.Count)).Slowness = 1 << draw.Next(8),
    ];

    private readonly World _world;
    private readonly Prng _draw;
    private readonly double[] _rates = new double[Kinds.Length];
    private readonly double _mending;

    /// <param name="world">Whose.</param>
    /// <param name="draw">Its randomness.</param>
    /// <param name="crashesOnly">Whether sites crash and connections are reset, and nothing else happens.</param>
    public FaultDeck(World world, Prng draw, bool crashesOnly = false)
    {
        (_world, _draw) = (world, draw);
        for (int i = 0; i < Kinds.Length; i++)
        {
            _rates[i] = crashesOnly ? (i is Severs or Crashes ? 0.04 : 0) : draw.Chance(0.5) ? draw.NextDouble() * 0.06 : 0;
        }

        _mending = 0.02 + (draw.NextDouble() * 0.2);
    }

    /// <summary>Perhaps a fault or more, perhaps the end of some.</summary>
    public void Draw()
    {
        for (int i = 0; i < Kinds.Length; i++)
        {
            if (_draw.Chance(_rates[i]))
            {
                Kinds[i](_world, _draw);
            }
        }

        foreach (SimulatedSite site in _world.Sites)
        {
            if (!_draw.Chance(_mending))
            {
                continue;
            }

            if (!site.IsUp)
            {
                _world.Restart(site.Index);
            }
            else if (site.IsPaused)
            {
                _world.Resume(site.Index);
            }
        }

        if (_draw.Chance(_mending))
        {
            Pair(_world, _draw, _world.Mend);
        }

        if (_draw.Chance(_mending / 5))
        {
            _world.Heal();
        }
    }

    /// <summary>Every fault ends.</summary>
    public void End()
    {
        _world.Heal();
        foreach (SimulatedSite site in _world.Sites)
        {
            site.Slowness = 1;
            _world.Restart(site.Index);
        }
    }

    private static void Pair(World world, Prng draw, Action<int, int> fault)
    {
        int a = draw.Next(world.Sites.Count);
        int b = (a + 1 + draw.Next(world.Sites.Count - 1)) % world.Sites.Count;
        fault(a, b);
    }
}

// The subscribers of a swarm that move from site to site, each with its place. Judges nothing itself (Wanderer does).
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>A few subscribers, drawn from their own randomness.</summary>
internal sealed class Wanderers(World world, ulong seed)
{
    private readonly Wanderer[] _all = [new(world), new(world)];
    private readonly Prng _draw = new(seed ^ 0x57_41_4E_44);

    /// <summary>How often one went on at a site.</summary>
    public int Moves => _all.Sum(w => w.Stays);

    /// <summary>How often one got a second update with one key, at another site than the first.</summary>
    public int Repeats => _all.Sum(w => w.Repeats);

    /// <summary>Now and then one moves, mostly with others than it came to.</summary>
    public void Draw()
    {
        if (_draw.Chance(0.15))
        {
            _all[_draw.Next(_all.Length)].MoveTo(_draw.Next(world.Sites.Count));
        }
    }

    /// <summary>All stay where they are from now on, at a site that is up.</summary>
    public void Settle()
    {
        int[] up = [.. world.Sites.Where(s => s.IsUp).Select(s => s.Index)];
        Array.ForEach(_all, w => w.MoveTo(up[_draw.Next(up.Length)]));
    }

    /// <summary>Throws if one of them missed something in silence, or got something twice that it must not.</summary>
    public void Check() => Array.ForEach(_all, w => w.Check());
}

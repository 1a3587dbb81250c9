// Clients that flood under keys: new ones, repeats after a lost receipt, repeats without a reason. Judges nothing (KeyChecker does).
using System.Globalization;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

/// <summary>The keyed work of a swarm, drawn from its own randomness.</summary>
internal sealed class KeyedClients(World world, ulong seed)
{
    /// <summary>The flood of each key that was last sent; all floods of one key have different lengths.</summary>
    private readonly List<Flooded> _last = [];
    private readonly Prng _draw = new(seed ^ 0x4B_45_59_53);

    /// <summary>Now and then floods something.</summary>
    public void Draw()
    {
        if (!_draw.Chance(0.4))
        {
            return;
        }

        if (_last.Count == 0 || _draw.Chance(0.4))
        {
            _last.Add(Flood(string.Create(CultureInfo.InvariantCulture, $"k{_last.Count}"), _draw.Next(world.Sites.Count), _draw.Next(1 << (4 + _draw.Next(14)))));
            return;
        }

        // Mostly a young key: its first may be anywhere on its way. A client whose receipt is lost tries again at once, others for no reason.
        int lost = _last.FindLastIndex(f => f.RefusedWith == -1);
        int which = lost >= 0 && _draw.Chance(0.7) ? lost : Math.Max(0, _last.Count - 1 - _draw.Next(1 << _draw.Next(6)));
        Flooded again = _last[which];
        int site = _draw.Chance(0.4) ? again.Origin : _draw.Next(world.Sites.Count);
        _last[which] = Flood(again.ClientKey!, site, again.Length + 1 + _draw.Next(100));
    }

    private Flooded Flood(string key, int site, int length) => _draw.Chance(0.4)
        ? world.FloodAndVanish(site, length, key, TimeSpan.FromMilliseconds(_draw.Next(1 << _draw.Next(9))))
        : world.Flood(site, length, key: key);
}

// Whom to probe next, and in a large group whom to probe at all. Knows names and times; sends nothing.
using Floodd.Model;

namespace Floodd.Measuring;

/// <summary>
/// Takes turns: members that were never looked at first, then one of those looked at longest ago, at random, so that sites do not
/// fall into step and probe the same member at once. A try counts as a look: a member that never answers waits like the others.
/// </summary>
/// <param name="random">The site's generator, or one split from it.</param>
public sealed class ProbeChooser(Prng random)
{
    /// <summary>Up to this many other members are all measured: a turn then takes 16 minutes with the default ping-period.</summary>
    public const int AllUpTo = 64;

    /// <summary>How many of the nearest a site measures in a larger group: from among them the planner takes nearly all links.</summary>
    public const int Nearest = 16;

    /// <summary>How many at random: without some far ones, coordinates of near ones alone fold up (Dabek et al. 2004, section 4.2).</summary>
    public const int AtRandom = 16;

    private readonly Dictionary<SiteName, Instant> _looked = [];

    /// <summary>The next member to probe; null if there is none. The choice counts as a look.</summary>
    /// <param name="now">The time.</param>
    /// <param name="partners">The members to choose from: those that are up, in an order that is the same in every run.</param>
    /// <param name="measuredAt">When a member was last measured, by whatever means; null if never.</param>
    public SiteName? Next(Instant now, IReadOnlyList<SiteName> partners, Func<SiteName, Instant?> measuredAt)
    {
        var never = new List<SiteName>();
        var known = new List<(Instant At, SiteName Site)>();
        foreach (SiteName site in partners)
        {
            Instant? measured = measuredAt(site);
            if (_looked.TryGetValue(site, out Instant looked))
            {
                known.Add((measured is { } at && at > looked ? at : looked, site));
            }
            else if (measured is { } at)
            {
                known.Add((at, site));
            }
            else
            {
                never.Add(site);
            }
        }

        if (never.Count == 0 && known.Count == 0)
        {
            return null;
        }

        // The oldest quarter: large enough for chance to part two sites, small enough that nobody waits for two turns.
        SiteName chosen = never.Count > 0
            ? never[random.Next(never.Count)]
            : known.Order().ElementAt(random.Next((known.Count + 3) / 4)).Site;
        _looked[chosen] = now;
        return chosen;
    }

    /// <summary>Forgets that a member was ever looked at.</summary>
    public void Forget(SiteName site) => _looked.Remove(site);

    /// <summary>
    /// Whom a site measures: everybody up to <see cref="AllUpTo"/>; else its neighbors, the nearest, and some at random who stay the
    /// same as members come and go, so that each is measured again and again. In name order, none twice, without the site itself.
    /// </summary>
    /// <param name="self">The site.</param>
    /// <param name="members">All members.</param>
    /// <param name="neighbors">Those that it has links to.</param>
    /// <param name="rttMilliseconds">What is believed or guessed of the round trip to a member; null if nothing.</param>
    /// <param name="seed">Which ones at random; the same as long as it is the same.</param>
    public static IReadOnlyList<SiteName> Partners(
        SiteName self, IEnumerable<SiteName> members, IEnumerable<SiteName> neighbors, Func<SiteName, double?> rttMilliseconds, ulong seed)
    {
        SiteName[] others = [.. members.Where(m => m != self).Distinct().Order()];
        if (others.Length <= AllUpTo)
        {
            return others;
        }

        IEnumerable<SiteName> nearest = others.OrderBy(m => rttMilliseconds(m) ?? double.MaxValue).ThenBy(m => Lot(seed, m)).Take(Nearest);
        IEnumerable<SiteName> drawn = others.OrderBy(m => Lot(seed, m)).ThenBy(m => m).Take(AtRandom + Nearest);

        // Of those drawn, as many as are not chosen anyway.
        var chosen = new SortedSet<SiteName>(nearest.Concat(neighbors.Intersect(others)));
        chosen.UnionWith(drawn.Where(m => !chosen.Contains(m)).Take(AtRandom).ToArray());
        return [.. chosen];
    }

    // A lot that depends on the name alone (FNV-1a, then mixed): who comes or goes changes nobody else's (Thaler and Ravishankar's rendezvous hashing).
    private static ulong Lot(ulong seed, SiteName site)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in site.Value)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        return new Prng(hash ^ seed).NextUInt64();
    }
}

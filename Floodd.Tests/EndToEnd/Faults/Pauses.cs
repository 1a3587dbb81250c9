// How long no export came though floods did: what a fault costs those whom it does not concern. A function of what was noted.
using System.Diagnostics;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>A pause.</summary>
/// <param name="Length">How long nothing came.</param>
/// <param name="Origin">The index of the site from which nothing came.</param>
/// <param name="Site">The index of the site that exported nothing of it.</param>
internal readonly record struct Pause(TimeSpan Length, int Origin, int Site)
{
    /// <summary>The longest between two exports of one origin's updates at one site, of the pairs of a choice.</summary>
    /// <param name="exports">What was exported.</param>
    /// <param name="originOf">The origin of a flood by its number.</param>
    /// <param name="from">The first moment, in ticks of <see cref="Stopwatch"/>; a pause that begins before counts from here.</param>
    /// <param name="until">The last moment.</param>
    /// <param name="counts">Whether a pair of origin and site counts.</param>
    public static Pause Longest(IEnumerable<Exported> exports, Func<int, int> originOf, long from, long until, Func<int, int, bool> counts, int count)
    {
        var last = new Dictionary<(int Origin, int Site), long>();
        for (int origin = 0; origin < count; origin++)
        {
            for (int site = 0; site < count; site++)
            {
                if (counts(origin, site))
                {
                    last[(origin, site)] = from;
                }
            }
        }

        var longest = new Pause();
        foreach (Exported export in exports.Where(each => each.At >= from && each.At <= until).OrderBy(each => each.At))
        {
            var pair = (originOf(export.Number), export.Site);
            if (last.TryGetValue(pair, out long before))
            {
                longest = Longer(longest, before, export.At, pair);
                last[pair] = export.At;
            }
        }

        foreach (((int Origin, int Site) pair, long before) in last.OrderBy(each => each.Key))
        {
            longest = Longer(longest, before, until, pair);
        }

        return longest;
    }

    public override string ToString() =>
        FormattableString.Invariant($"{Length.TotalSeconds:F2} s (from {Origin + 1} at {Site + 1})");

    private static Pause Longer(Pause longest, long from, long until, (int Origin, int Site) pair)
    {
        TimeSpan length = Stopwatch.GetElapsedTime(from, until);
        return length > longest.Length ? new Pause(length, pair.Origin, pair.Site) : longest;
    }
}

// Round trips for tests: seeded, of every kind that has tripped planners. Reads no file.
using Floodd.Model;
using Floodd.Planning;

namespace Floodd.Tests.Planning;

/// <summary>The kinds.</summary>
public enum Kind
{
    /// <summary>Points in a square.</summary>
    Plane,

    /// <summary>A few places with many sites each.</summary>
    Clustered,

    /// <summary>Numbers that obey nothing.</summary>
    Wild,

    /// <summary>Few different values, zero among them.</summary>
    Tied,

    /// <summary>All the same.</summary>
    Equal,

    /// <summary>All zero.</summary>
    Zero,
}

internal static class Matrices
{
    /// <summary>Round trips in milliseconds.</summary>
    public static PairTable Of(Kind kind, int count, ulong seed)
    {
        var chance = new Prng(seed);
        (double X, double Y)[] places = [.. Enumerable.Range(0, kind == Kind.Clustered ? 1 + (count / 6) : count).Select(_ => (200 * chance.NextDouble(), 200 * chance.NextDouble()))];
        (double X, double Y)[] at = [.. Enumerable.Range(0, count).Select(i =>
            kind == Kind.Clustered ? Near(places[chance.Next(places.Length)], chance) : places[i])];
        return Filled(count, (a, b) => kind switch
        {
            Kind.Wild => (float)(300 * chance.NextDouble()),
            Kind.Tied => 5 * chance.Next(4),
            Kind.Equal => 25,
            Kind.Zero => 0,
            _ => (float)Math.Sqrt(((at[a].X - at[b].X) * (at[a].X - at[b].X)) + ((at[a].Y - at[b].Y) * (at[a].Y - at[b].Y))),
        });
    }

    /// <summary>The same with each value up to a tenth more or less.</summary>
    public static PairTable Wobbled(PairTable table, ulong seed)
    {
        var chance = new Prng(seed);
        return Filled(table.Count, (a, b) => (float)(table[a, b] * (0.9 + (0.2 * chance.NextDouble()))));
    }

    /// <summary>The same without some of the pairs.</summary>
    public static PairTable Gappy(PairTable table, double missing, ulong seed)
    {
        var chance = new Prng(seed);
        return Filled(table.Count, (a, b) => chance.Chance(missing) ? float.NaN : table[a, b]);
    }

    /// <summary>The same without some of the sites, those left numbered anew.</summary>
    public static PairTable Without(PairTable table, params int[] lost)
    {
        int[] left = Left(table.Count, lost);
        return Filled(left.Length, (a, b) => table[left[a], left[b]]);
    }

    /// <summary>The edges between the sites that are left, numbered anew.</summary>
    public static PlanEdge[] Without(IEnumerable<PlanEdge> edges, int count, params int[] lost)
    {
        int[] left = Left(count, lost);
        return
        [
            .. edges.Where(e => !lost.Contains(e.A) && !lost.Contains(e.B))
                .Select(e => PlanEdge.Between(Array.IndexOf(left, e.A), Array.IndexOf(left, e.B))),
        ];
    }

    private static int[] Left(int count, int[] lost) => [.. Enumerable.Range(0, count).Except(lost)];

    private static (double X, double Y) Near((double X, double Y) place, Prng chance) => (place.X + chance.NextDouble(), place.Y + chance.NextDouble());

    private static PairTable Filled(int count, Func<int, int, float> value)
    {
        var table = new PairTable(count);
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                table[a, b] = value(a, b);
            }
        }

        return table;
    }
}

// Draws the parts that acts are made of; knows the shape of the world and nothing of its state.
using Floodd.Model;

namespace Floodd.Tests.Campaign;

/// <summary>The randomness of one run's script.</summary>
internal sealed class ActDraw(Shape shape, Prng draw)
{
    public Shape Shape { get; } = shape;

    public Prng Random { get; } = draw;

    /// <summary>When the act that is being drawn happens, in ticks.</summary>
    public long At { get; set; }

    public int Site() => Random.Next(Shape.Sites);

    public int OtherThan(int site) => (site + 1 + Random.Next(Math.Max(1, Shape.Sites - 1))) % Shape.Sites;

    /// <summary>A time between two, short ones likelier, in ticks.</summary>
    public long Time(double least, double most) => (long)(least * Math.Pow(most / least, Random.NextDouble()) * TimeSpan.TicksPerSecond);

    /// <summary>A site, for a time.</summary>
    public Act One(string kind, double least, double most, long n = 0) => new(At, kind, Site(), 0, n, Time(least, most));

    /// <summary>A site, once.</summary>
    public Act Once(string kind, long n = 0) => new(At, kind, Site(), 0, n, 0);

    /// <summary>Two sites, for a time.</summary>
    public Act Pair(string kind, double least, double most, long n = 0)
    {
        int a = Site();
        return new(At, kind, a, OtherThan(a), n, Time(least, most));
    }

    /// <summary>A length of an update: nothing, a byte, small, around the group's limit, seldom large.</summary>
    public int Length()
    {
        int which = Random.Next(20);
        return which switch
        {
            0 => 0,
            1 => 1,
            2 => Shape.UpdateMax - 1,
            3 => Shape.UpdateMax,
            4 => Shape.UpdateMax + 1,
            5 => Random.Next(Shape.UpdateMax),
            < 9 => 1024,
            _ => Random.Next(1 << (4 + Random.Next(9))),
        };
    }
}

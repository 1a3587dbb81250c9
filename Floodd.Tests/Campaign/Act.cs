// What is done to a world, as data: faults and work with their times, drawn before the run begins, so that a failing run can be made shorter.
using System.Globalization;

namespace Floodd.Tests.Campaign;

/// <summary>One thing done to a world.</summary>
/// <param name="At">When, in ticks.</param>
/// <param name="Kind">What: the name of an <see cref="ActKind"/>.</param>
/// <param name="A">A site, wrapped to those that there are.</param>
/// <param name="B">Another site.</param>
/// <param name="N">A size, a rate or a seed, by kind.</param>
/// <param name="For">How long it lasts, in ticks; 0 for what has no end.</param>
internal sealed record Act(long At, string Kind, int A, int B, long N, long For)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At / 1e7,9:F4}s {Kind} a={A} b={B} n={N}{(For > 0 ? $" for {For / 1e7:F4}s" : "")}");
}

/// <summary>A whole run before it begins.</summary>
/// <param name="Seed">The world's seed.</param>
/// <param name="Shape">What the world is like.</param>
/// <param name="Acts">What is done, by time.</param>
internal sealed record Script(ulong Seed, Shape Shape, IReadOnlyList<Act> Acts);

/// <summary>A kind of act: how it is drawn, begun and ended.</summary>
/// <param name="Name">What it is called on the command line and in tables.</param>
/// <param name="Rows">The rows of the list of faults that it covers, as in <c>F12 F13</c>; empty for work.</param>
/// <param name="Draw">Draws its sites, number and length.</param>
/// <param name="Begin">Does it; tells whether it had anything to do.</param>
internal sealed record ActKind(string Name, string Rows, Func<ActDraw, Act> Draw, Func<Play, Act, bool> Begin)
{
    /// <summary>Ends it, if it lasts.</summary>
    public Action<Play, Act>? End { get; init; }

    /// <summary>How much likelier than others it is in a run, as a factor.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Which worlds it makes sense in.</summary>
    public Predicate<Shape> Fits { get; init; } = _ => true;
}

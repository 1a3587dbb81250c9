// What a daemon says that it believes of the way between two sites, read from its listings; shares no code with the product on purpose.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Floodd.Tests.EndToEnd;

/// <summary>An <c>estimate</c> or <c>link</c> line.</summary>
/// <param name="From">Who says it, or one end.</param>
/// <param name="To">The other end.</param>
/// <param name="RttMilliseconds">The round trip; NaN if there is none.</param>
/// <param name="BytesPerSecond">The bandwidth; 0 if it is not known.</param>
/// <param name="IsMeasured">Whether the line says that it is not guessed.</param>
internal sealed partial record Belief(string From, string To, double RttMilliseconds, double BytesPerSecond, bool IsMeasured)
{
    /// <summary>Both ends in name order.</summary>
    public (string A, string B) Pair => string.CompareOrdinal(From, To) < 0 ? (From, To) : (To, From);

    /// <summary>What a site's <c>estimates</c> say.</summary>
    public static IReadOnlyList<Belief> EstimatesAt(TestSite site) => [.. Read(site.Ask("estimates"))];

    /// <summary>All such lines of a listing.</summary>
    public static IEnumerable<Belief> Read(Reply reply)
    {
        foreach (string line in reply.Body)
        {
            Match match = Ends().Match(line);
            if (match.Success)
            {
                yield return new Belief(
                    match.Groups[1].Value, match.Groups[2].Value, Number(line, "rtt-ms", double.NaN), Number(line, "bandwidth", 0), Reply.Value(line, "guessed") == "no");
            }
        }
    }

    /// <summary>The number in <c>(:name number)</c>.</summary>
    public static double Number(string line, string name, double otherwise = double.NaN) =>
        Reply.Value(line, name) is { } text ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex(@"^\(:(?:estimate|link) (\S+) ([^\s)]+)")]
    private static partial Regex Ends();
}

// A planted fault as its file in the bank tells it: what is planted, which invariant it breaks, how soon it is to be found. Applies nothing.
using System.Globalization;

namespace Floodd.Tests.Mutants;

/// <summary>One place that a mutant changes.</summary>
/// <param name="File">The product's file, from the root of the repository, with slashes.</param>
/// <param name="Original">Text that occurs there exactly once.</param>
/// <param name="Planted">What stands there while the mutant is switched on.</param>
internal sealed record Plant(string File, string Original, string Planted)
{
    /// <summary>Stands in a planted text for whether the mutant is switched on; then that text replaces the original as it is.</summary>
    public const string Flag = "PLANTED";

    /// <summary>The text of both, with the switch between them.</summary>
    /// <param name="flag">The expression that is true while the mutant is switched on.</param>
    public string Switched(string flag) =>
        Planted.Contains(Flag, StringComparison.Ordinal) ? Planted.Replace(Flag, flag, StringComparison.Ordinal)
        : Original.TrimEnd() is [.., ';' or '}'] ? $"if ({flag}) {{ {Planted} }} else {{ {Original} }}"
        : $"({flag} ? {Planted} : {Original})";
}

/// <summary>A planted fault.</summary>
/// <param name="Name">The name of its file: lower-case words and hyphens.</param>
/// <param name="Sentence">What is planted.</param>
/// <param name="Breaks">The invariant that it breaks, as <c>I2</c>.</param>
/// <param name="Seeds">Within how many seeds it is to be found, from 1.</param>
/// <param name="IsCanary">Whether it must be found for any other to count.</param>
/// <param name="Plants">The places that it changes.</param>
internal sealed record Mutant(string Name, string Sentence, string Breaks, int Seeds, bool IsCanary, IReadOnlyList<Plant> Plants)
{
    private const string OriginalMark = "--- original ", PlantedMark = "--- planted";

    /// <summary>Its name as an identifier.</summary>
    public string Identifier => Name.Replace('-', '_');

    /// <summary>Reads a file of the bank: a sentence, <c>breaks: I2</c>, <c>seeds: 20</c>, perhaps <c>canary</c>; then for each place <c>--- original FILE</c>, the text, <c>--- planted</c>, the text.</summary>
    /// <exception cref="FormatException">The text is none; says why.</exception>
    public static Mutant Parse(string name, string text)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        int places = Array.FindIndex(lines, line => line.StartsWith(OriginalMark, StringComparison.Ordinal));
        Require(name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'), name, "a name has lower-case letters, digits and hyphens");
        Require(places > 0 && char.IsUpper(lines[0].FirstOrDefault()) && lines[0].EndsWith('.'), name, "it begins with a sentence, and a place follows");
        (string breaks, int seeds, bool canary) = ("", 0, false);
        foreach (string line in lines[1..places].Where(line => line.Length > 0))
        {
            switch (line.Split(": "))
            {
                case ["breaks", ['I', .. var number]] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at is >= 1 and <= 20:
                    breaks = $"I{number}";
                    break;
                case ["seeds", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out seeds) && seeds > 0:
                    break;
                case ["canary"]:
                    canary = true;
                    break;
                default:
                    throw new FormatException($"{name}: '{line}' is not understood");
            }
        }

        Require(breaks.Length > 0 && seeds > 0, name, "it says 'breaks: I...' and 'seeds: N'");
        return new Mutant(name, lines[0], breaks, seeds, canary, [.. PlantsIn(name, lines[places..])]);
    }

    private static IEnumerable<Plant> PlantsIn(string name, string[] lines)
    {
        for (int at = 0; at < lines.Length;)
        {
            Require(lines[at].StartsWith(OriginalMark, StringComparison.Ordinal), name, $"'{lines[at]}' is not '{OriginalMark}FILE'");
            string file = lines[at][OriginalMark.Length..];
            int planted = Array.IndexOf(lines, PlantedMark, at);
            Require(planted > at + 1, name, $"'{PlantedMark}' follows each original text");
            int end = Array.FindIndex(lines, planted, line => line.StartsWith(OriginalMark, StringComparison.Ordinal));
            end = end < 0 ? lines.Length : end;
            var plant = new Plant(file, string.Join('\n', lines[(at + 1)..planted]), string.Join('\n', lines[(planted + 1)..end]));
            Require(plant.Original.Trim().Length > 0 && plant.Original != plant.Planted, name, "the planted text differs from the original, which is not empty");
            yield return plant;
            at = end;
        }
    }

    private static void Require(bool holds, string name, string what)
    {
        if (!holds)
        {
            throw new FormatException($"{name}: {what}");
        }
    }
}

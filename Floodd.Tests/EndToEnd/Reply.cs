// A reply of the client port as a test reads it. Judges nothing: codes and texts are compared by the tests.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>One reply.</summary>
/// <param name="Code">The three digits.</param>
/// <param name="Text">What stands behind them on the first line.</param>
/// <param name="Body">The listing's lines, dots unstuffed; empty when the first line does not end in <c>follows</c>.</param>
internal sealed partial record Reply(int Code, string Text, ImmutableArray<string> Body)
{
    /// <summary>The id that a receipt <c>250 ID flooded to GROUP, SIZE bytes</c> begins with.</summary>
    public string Id => Code == 250 ? Text.Split(' ')[0] : throw new AssertionException($"not a receipt: {this}");

    /// <summary>The line of the body that holds <c>(:name value)</c>.</summary>
    public string Line(string name, string value) =>
        Body.FirstOrDefault(line => Value(line, name) == value) ?? throw new AssertionException($"no line with (:{name} {value}) in {this}");

    /// <summary>What stands in <c>(:name ...)</c> on a line, or null.</summary>
    public static string? Value(string line, string name)
    {
        Match match = Regex.Match(line, $@"\(:{Regex.Escape(name)} ""?([^)""]*)""?\)");
        return match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>The body's <c>(:name number)</c> lines; other lines are left out.</summary>
    public IReadOnlyDictionary<string, double> Numbers() =>
        Body.Select(line => NumberLine().Match(line))
            .Where(match => match.Success)
            .DistinctBy(match => match.Groups[1].Value)
            .ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));

    public override string ToString() => string.Join('\n', Body.Prepend($"{Code} {Text}"));

    [GeneratedRegex(@"^\(:(\S+) (-?\d+(?:\.\d+)?)\)$")]
    private static partial Regex NumberLine();
}

// Small rules about single files: length, first line, words, and what belongs to a workplace and not to a project.
using System.Text.RegularExpressions;

namespace Floodd.Tests.Tidy;

/// <summary>Each rule gives what is wrong with a text, or nothing.</summary>
internal static partial class Manners
{
    /// <summary>The most lines of a file.</summary>
    public const int MaxLines = 300;

    // In pieces, so that this file may be in the repository that it is about.
    private static readonly string[] Places =
    [
        "nuget" + ".org", "npmjs" + ".", "pypi" + ".org", "proxy." + "golang.org", "crates" + ".io",
        "/wor" + "k/", "/roo" + "t/", "/tmp/" + "wt/",
    ];

    private static readonly HashSet<string> WordsNotUsed =
    [
        "Node", "Peer", "Message", "Packet", "Broadcast", "Cluster", "Manager", "Helper", "Util", "Utility", "Utilitie", "Handler", "Service", "Context", "Info",
    ];

    /// <summary>More lines than are allowed.</summary>
    public static string? TooLong(string text)
    {
        int lines = text.Count(c => c == '\n');
        return lines > MaxLines ? $"{lines} lines" : null;
    }

    /// <summary>The first line is not a comment that is a sentence.</summary>
    public static string? NoFirstSentence(string text)
    {
        string[] opening = [.. text.Split('\n').TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal))];
        return opening is [] ? "no comment on the first line"
            : !(char.IsUpper(opening[0][3]) || opening[0][3] == '`') || !opening[^1].TrimEnd().EndsWith('.') ? "the first comment is no sentence"
            : null;
    }

    /// <summary>Host names of package registries, and paths of one machine.</summary>
    public static IEnumerable<string> PlacesNamed(string text) =>
        Places.Where(place => text.Contains(place, StringComparison.OrdinalIgnoreCase));

    /// <summary>Type names that use a word which the project has a better one for.</summary>
    public static IEnumerable<string> WordsMisused(string code) =>
        Arrows.TypesIn(code).Where(name => Word().Matches(name).Any(word => WordsNotUsed.Contains(word.Value) || WordsNotUsed.Contains(word.Value.TrimEnd('s'))));

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z]*")]
    private static partial Regex Word();
}

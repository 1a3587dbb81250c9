// One thing wrong with a source text, as it is shown to whoever wrote it. Always one line.
using System.Globalization;
using System.Text;

namespace Floodd.Syntax;

/// <summary>What is wrong, and where.</summary>
/// <param name="Position">The place.</param>
/// <param name="Text">What was found and what was expected; one line.</param>
public sealed record SourceError(SourcePosition Position, string Text)
{
    private const int ShownMax = 64;

    /// <summary><c>FILE:LINE:COLUMN: text</c>.</summary>
    public override string ToString() => $"{Position}: {Text}";

    /// <summary>A found text fit for one line of an error: at most 64 characters, what does not print as <c>\xNN</c>.</summary>
    /// <param name="found">The text as it was found.</param>
    public static string Show(string found)
    {
        var shown = new StringBuilder("'");
        foreach (char c in found.AsSpan(0, Math.Min(found.Length, ShownMax)))
        {
            _ = char.IsControl(c) ? shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : shown.Append(c);
        }

        return shown.Append(found.Length > ShownMax ? "...'" : "'").ToString();
    }
}

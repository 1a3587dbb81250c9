// Where something stands in a text that somebody wrote. Only a place: never the text itself.
using System.Globalization;

namespace Floodd.Syntax;

/// <summary>A place in a source text.</summary>
/// <param name="File">The text's name, for a file its path as it was given.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The character in the line, from 1; a tab is one character.</param>
public sealed record SourcePosition(string File, int Line, int Column)
{
    /// <summary><c>FILE:LINE:COLUMN</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

// Writes s-expressions so that the reader gives back the same; quotes only where it must. Never breaks lines by itself.
using System.Buffers;
using System.Text;

namespace Floodd.Syntax;

/// <summary>S-expressions as text.</summary>
public static class SexpWriter
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(Tokens.Delimiters + "\\");

    /// <summary>One s-expression, on one line unless a string in it has line ends.</summary>
    /// <param name="sexp">What to write; read ones are at most <see cref="SexpReader.MaxDepth"/> deep.</param>
    public static string Write(Sexp sexp)
    {
        var text = new StringBuilder();
        Append(text, sexp);
        return text.ToString();
    }

    /// <summary>An atom's text, in quotes if it would not be read back as one word without.</summary>
    /// <param name="text">The text.</param>
    public static string Atom(string text)
    {
        // The byte order mark is quoted because at the start of a text it would vanish.
        bool bare = text.Length > 0 && !text.AsSpan().ContainsAny(NeedsQuotes) && !text.Any(c => char.IsControl(c) || c == '\uFEFF');
        return bare ? text : Quoted(text);
    }

    /// <summary>A text in quotes.</summary>
    /// <param name="text">The text.</param>
    public static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void Append(StringBuilder text, Sexp sexp)
    {
        if (sexp is Sexp.Atom atom)
        {
            _ = text.Append(atom.Quoted ? Quoted(atom.Text) : Atom(atom.Text));
            return;
        }

        string separator = "(";
        foreach (Sexp item in ((Sexp.List)sexp).Items)
        {
            _ = text.Append(separator);
            Append(text, item);
            separator = " ";
        }

        _ = text.Append(separator == "(" ? "()" : ")");
    }
}

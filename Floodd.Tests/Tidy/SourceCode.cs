// Blanks out comments and literals in C# text, so that a rule about code does not bite on words. Keeps lines and the holes of interpolated strings.
using System.Text;

namespace Floodd.Tests.Tidy;

/// <summary>A scanner for as much of C# as is needed to tell code from text.</summary>
internal sealed class SourceCode
{
    private readonly string _text;
    private readonly StringBuilder _code = new();
    private int _at;

    private SourceCode(string text) => _text = text;

    /// <summary>The code alone; every line of the text stays a line.</summary>
    public static string WithoutCommentsAndLiterals(string text)
    {
        var scanner = new SourceCode(text);
        scanner.Code(closing: 0);
        return scanner._code.ToString();
    }

    private bool AtEnd => _at >= _text.Length;

    private bool Starts(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    // Up to the end, or, in a hole of an interpolated string, up to the brackets that close it.
    private void Code(int closing)
    {
        int depth = 0;
        while (!AtEnd)
        {
            char c = _text[_at];
            if (Starts("//"))
            {
                SkipWhile(() => _text[_at] != '\n');
            }
            else if (Starts("/*"))
            {
                SkipWhile(() => !Starts("*/"));
                Skip(2);
            }
            else if (c == '\'')
            {
                Quoted('\'', escapes: true, holes: 0);
            }
            else if (StringPrefix() is { } prefix)
            {
                String(prefix);
            }
            else if (closing > 0 && c == '}' && depth == 0)
            {
                return;
            }
            else
            {
                depth += c is '{' or '(' or '[' ? 1 : c is '}' or ')' or ']' ? -1 : 0;
                _code.Append(c);
                _at++;
            }
        }
    }

    // The characters before the quotes of a string that begins here: "", "$", "@", "$@", "$$" ...; null when none begins.
    private string? StringPrefix()
    {
        int quote = _at;
        while (quote < _text.Length && _text[quote] is '$' or '@')
        {
            quote++;
        }

        return quote < _text.Length && _text[quote] == '"' ? _text[_at..quote] : null;
    }

    private void String(string prefix)
    {
        int holes = prefix.Count(c => c == '$');
        Skip(prefix.Length);
        int quotes = RunOf('"');
        if (quotes >= 3)
        {
            Raw(quotes, holes);
        }
        else
        {
            Quoted('"', escapes: !prefix.Contains('@', StringComparison.Ordinal), holes);
        }

        _code.Append("\"\"");
    }

    private void Raw(int quotes, int holes)
    {
        Skip(quotes);
        while (!AtEnd && RunOf('"') < quotes)
        {
            if (holes > 0 && RunOf('{') >= holes)
            {
                Hole(RunOf('{'));
            }
            else
            {
                Skip(Math.Max(1, RunOf('"')));
            }
        }

        Skip(RunOf('"'));
    }

    private void Quoted(char quote, bool escapes, int holes)
    {
        Skip(1);
        while (!AtEnd)
        {
            if (escapes && _text[_at] == '\\')
            {
                Skip(2);
            }
            else if (!escapes && Starts("\"\""))
            {
                Skip(2);
            }
            else if (_text[_at] == quote)
            {
                Skip(1);
                return;
            }
            else if (holes > 0 && Starts("{{"))
            {
                Skip(2);
            }
            else if (holes > 0 && _text[_at] == '{')
            {
                Hole(1);
            }
            else
            {
                Skip(1);
            }
        }
    }

    private void Hole(int brackets)
    {
        Skip(brackets);
        _code.Append(' ');
        Code(brackets);
        _code.Append(' ');
        Skip(brackets);
    }

    private int RunOf(char c)
    {
        int end = _at;
        while (end < _text.Length && _text[end] == c)
        {
            end++;
        }

        return end - _at;
    }

    private void SkipWhile(Func<bool> more)
    {
        while (!AtEnd && more())
        {
            Skip(1);
        }
    }

    private void Skip(int count)
    {
        for (int end = Math.Min(_at + count, _text.Length); _at < end; _at++)
        {
            if (_text[_at] == '\n')
            {
                _code.Append('\n');
            }
        }
    }
}

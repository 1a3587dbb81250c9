// One line of a listing: an s-expression as far as listings use them. Never fails on what a later version adds.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Floodd.Client.Protocol;

/// <summary><c>(:name word... (:field value...)...)</c>, taken apart; anything nested deeper is skipped.</summary>
internal sealed class ListingLine
{
    private readonly List<(string Name, List<string> Values)> _fields = [];
    private readonly List<string> _words = [];

    private ListingLine(string name) => Name = name;

    /// <summary>The first keyword, without its colon.</summary>
    public string Name { get; private set; }

    /// <summary>The words between the name and the first field: <c>a b</c> in <c>(:link a b (:rtt-ms 1))</c>.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The first value of the first field of a name, or null.</summary>
    public string? this[string field] => All(field).FirstOrDefault();

    /// <summary>All values of all fields of a name, in order.</summary>
    public ImmutableArray<string> All(string field) => [.. _fields.Where(f => f.Name == field).SelectMany(f => f.Values)];

    /// <summary>A field as a number, or null.</summary>
    public double? Number(string field) => ToNumber(this[field]);

    /// <summary>A field as a whole number, or <paramref name="otherwise"/>.</summary>
    public int Whole(string field, int otherwise = 0) =>
        int.TryParse(this[field], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    /// <summary>Whether a field says yes.</summary>
    public bool Says(string field) => this[field] == "yes";

    /// <summary>A word as a number, or null.</summary>
    public static double? ToNumber(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    /// <summary>Takes a line apart.</summary>
    /// <returns>The line, or null if it is no s-expression that starts with a keyword.</returns>
    public static ListingLine? Parse(string text)
    {
        var line = new ListingLine("");
        int depth = 0;
        bool opens = false;
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c is ' ' or '\t')
            {
                at++;
            }
            else if (c == '(')
            {
                depth++;
                opens = true;
                at++;
            }
            else if (c == ')')
            {
                at++;
                opens = false;
                if (--depth == 0)
                {
                    return line.Name.Length > 0 && text.AsSpan(at).IsWhiteSpace() ? line : null;
                }
            }
            else if (depth == 0 || Atom(text, ref at) is not { } atom)
            {
                return null;
            }
            else
            {
                line.Add(depth, opens, atom);
                opens = false;
            }
        }

        return null;
    }

    private void Add(int depth, bool first, string atom)
    {
        string name = atom.StartsWith(':') ? atom[1..] : atom;
        switch (depth)
        {
            case 1 when first:
                Name = name;
                break;
            case 1:
                _words.Add(atom);
                break;
            case 2 when first:
                _fields.Add((name, []));
                break;
            case 2 when _fields.Count > 0:
                _fields[^1].Values.Add(atom);
                break;
        }
    }

    // atom = "\"" *(any but "\"" and "\\" | "\\" any) "\"" | 1*(any but blanks, parentheses and "\"")
    private static string? Atom(string text, ref int at)
    {
        if (text[at] != '"')
        {
            int start = at;
            while (at < text.Length && text[at] is not (' ' or '\t' or '(' or ')' or '"'))
            {
                at++;
            }

            return text[start..at];
        }

        var quoted = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return quoted.ToString();
            }

            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            quoted.Append(text[at]);
        }

        return null;
    }
}

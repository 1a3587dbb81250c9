// The lines of a table of text and where they stand: comma-separated values with a header, or words. Knows no columns.
namespace Floodd.Commands;

/// <summary>A line that is not empty and no comment.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">The line, from 1.</param>
/// <param name="Fields">Its fields, trimmed.</param>
internal readonly record struct TableLine(string File, int Number, string[] Fields)
{
    /// <summary>FILE:LINE.</summary>
    public string Place => $"{File}:{Number}";

    /// <summary>An error in this line.</summary>
    public FormatException Error(string text) => new($"{Place}: {string.Concat(text.Select(c => char.IsControl(c) ? '?' : c))}");
}

internal static class TableLines
{
    /// <summary>Lines of fields between commas.</summary>
    /// <exception cref="FormatException">A quote does not end.</exception>
    public static IEnumerable<TableLine> Commas(string file) => Lines(file).Select(l => new TableLine(file, l.Number, Split(file, l.Number, l.Text)));

    /// <summary>The same of a text that is open already; <paramref name="name"/> stands in errors.</summary>
    /// <exception cref="FormatException">A quote does not end.</exception>
    public static IEnumerable<TableLine> Commas(TextReader text, string name) => Lines(text).Select(l => new TableLine(name, l.Number, Split(name, l.Number, l.Text)));

    /// <summary>Lines of fields between blanks.</summary>
    public static IEnumerable<TableLine> Blanks(string file) =>
        Lines(file).Select(l => new TableLine(file, l.Number, l.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static IEnumerable<(int Number, string Text)> Lines(string file)
    {
        using TextReader reader = file == "-" ? Console.In : new StreamReader(file);
        foreach ((int Number, string Text) line in Lines(reader))
        {
            yield return line;
        }
    }

    private static IEnumerable<(int Number, string Text)> Lines(TextReader reader)
    {
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            string text = line.Trim().TrimStart('\uFEFF');
            if (text.Length > 0 && text[0] != '#')
            {
                yield return (number, text);
            }
        }
    }

    // RFC 4180, without line breaks inside quotes.
    private static string[] Split(string file, int number, string text)
    {
        if (!text.Contains('"', StringComparison.Ordinal))
        {
            return text.Split(',', StringSplitOptions.TrimEntries);
        }

        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == ',' && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(text[i]);
            }
        }

        fields.Add(field.ToString().Trim());
        return quoted ? throw new FormatException($"{file}:{number}: a quote does not end") : [.. fields];
    }
}

// The text of config/reference.conf, made from the table of parameters. Nothing in it is written by hand.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Floodd.Config;

/// <summary>Every parameter with its sentence, values and default, all of it as comments.</summary>
public static class ReferenceText
{
    private const string Opening = """
        ; Every parameter of floodd: what it is for, what its value may be, and its default.
        ; This file sets nothing: ';' begins an explanation, '#' a line that can be taken over.
        ; A line shows the default; where there is none, an example, and says so.
        ; 'floodd check --reference' prints this text; a test compares the two.
        ; What has changed holds when the file is read again (SIGHUP), unless it says that it needs a restart.
        ;
        ; Numbers of bytes may end in k, m or g (1024s). Seconds and degrees are decimal.
        ; A value with blanks or ( ) " ; # in it stands in quotes, with \" and \\ inside;
        ; a command may also be written as several words.

        """;

    /// <summary>The whole text.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Opening);
        Append(text, Parameters.Site);
        Append(text, Parameters.Group);
        Append(text, Parameters.Local);
        return text.ToString();
    }

    private static void Append<TRecord>(StringBuilder text, Form<TRecord> form)
        where TRecord : class
    {
        _ = text.Append(CultureInfo.InvariantCulture, $"\n; {form.Sentence}\n#(:{form.Name}\n");
        foreach (Parameter said in form.Parameters.Select(p => p.Said))
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"\n; {said.Sentence}\n; {Capital(said.Expectation)}. {string.Join(' ', Facts(said))}\n")
                .Append(CultureInfo.InvariantCulture, $"#  {ConfigurationWriter.Value(said, said.Example)}\n");
        }

        _ = text.Append("#)\n");
    }

    private static IEnumerable<string> Facts(Parameter said)
    {
        yield return said.Required ? "Must be given." : said.Default == null ? "No default; this is an example." : $"Default: {said.Default}.";
        if (said.Repeats)
        {
            yield return "May be repeated.";
        }

        if (!said.OtherNames.IsEmpty)
        {
            yield return $"Also spelled {string.Join(", ", said.OtherNames)}.";
        }

        if (said.Change == ParameterChange.Restart)
        {
            yield return said.Form == Parameters.Site.Name ? "A change needs a restart of the site itself." : "A change needs a restart.";
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

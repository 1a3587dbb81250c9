// What a child finds in its environment: a short list of ours and what its command says. Nothing else of the daemon's leaks.
using System.Collections;

namespace Floodd.Processes;

/// <summary>The environment of children, and the characters that its values are made of.</summary>
public static class CleanEnvironment
{
    // Postfix, import_environment; a path for daemons that were started without one.
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // Linux refuses to start a program with a single string over 128 KiB; refusing that way would be for ever.
    private const int MaxValueLength = 64 << 10;

    private static readonly HashSet<string> Inherited =
        new(StringComparer.Ordinal) { "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR" };

    /// <summary>Makes a value harmless for scripts that forget to quote it: letters, digits, blanks and <c>._:/,+-=</c> stay, the rest becomes <c>_</c>.</summary>
    public static string Clean(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return string.Create(Math.Min(value.Length, MaxValueLength), value, (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(text[i]) || " ._:/,+-=".Contains(text[i], StringComparison.Ordinal) ? text[i] : '_';
            }
        });
    }

    /// <summary>Replaces <paramref name="target"/> by what a child of <paramref name="command"/> may see.</summary>
    internal static void Fill(IDictionary<string, string?> target, ShellCommand command)
    {
        target.Clear();
        target["PATH"] = DefaultPath;
        foreach (DictionaryEntry ours in Environment.GetEnvironmentVariables())
        {
            string name = (string)ours.Key;
            if (Inherited.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal))
            {
                target[name] = (string?)ours.Value;
            }
        }

        foreach (KeyValuePair<string, string> said in command.Environment)
        {
            target[said.Key] = Clean(said.Value);
        }
    }
}

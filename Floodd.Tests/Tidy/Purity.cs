// What the deterministic folders must not name: the world. Looks at code only, word by word.
using System.Text.RegularExpressions;

namespace Floodd.Tests.Tidy;

/// <summary>Finds sockets, clocks, tasks, locks, logs, files and randomness.</summary>
internal static partial class Purity
{
    /// <summary>The folders that must not touch the world.</summary>
    public static readonly IReadOnlyList<string> Folders = ["Floodd/Core", "Floodd/Model", "Floodd/Measuring", "Floodd/Planning", "Floodd/Wire", "Floodd/Spool"];

    /// <summary>Whether a file is in one of <see cref="Folders"/>.</summary>
    public static bool Concerns(SourceFile file) =>
        Folders.Any(folder => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>Each forbidden word with the line that it is on.</summary>
    public static IEnumerable<string> Forbidden(string code) =>
        code.Split('\n').SelectMany((line, index) => Words().Matches(line).Select(match => $"line {index + 1}: {match.Value}"));

    // string.GetHashCode and HashCode differ from run to run; other types' hash codes are theirs alone, but nobody needs one here.
    [GeneratedRegex(@"\b(?:Sockets?|TcpClient|TcpListener|NetworkStream|(?:Value)?Task|TaskCompletionSource|async|await|TimeProvider|DateTime(?:Offset)?|DateOnly|TimeOnly|Stopwatch|Random|RandomNumberGenerator|lock|Interlocked|Monitor|ILogger|Console|File|FileStream|ThreadPool|HashCode)\b|\bThread\.|\bGuid\.NewGuid\b|\bEnvironment\.TickCount|\.GetHashCode\s*\(")]
    private static partial Regex Words();
}

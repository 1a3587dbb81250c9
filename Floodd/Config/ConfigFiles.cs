// Finds and loads configuration files. Reads at most what the syntax allows of each, and never decides what they mean.
using System.Collections.Immutable;
using Floodd.Syntax;

namespace Floodd.Config;

/// <summary>The files that a configuration is in.</summary>
public static class ConfigFiles
{
    /// <summary>The variable that names a file when the command line does not.</summary>
    public const string Variable = "FLOODD_CONFIG";

    /// <summary>The file that is read when there is no other.</summary>
    public const string SystemFile = "/etc/floodd/floodd.conf";

    /// <summary>The files to read.</summary>
    /// <param name="Paths">The files, in order; empty if none was found.</param>
    /// <param name="LookedFor">What was looked for, for the error when none was found.</param>
    public sealed record Found(ImmutableArray<string> Paths, ImmutableArray<string> LookedFor)
    {
        /// <summary>Why there is no configuration; one line.</summary>
        public string Missing => $"no configuration found; looked for {string.Join(", ", LookedFor)}";
    }

    /// <summary>Says which files to read: every one named, else the variable's, else one that is there.</summary>
    /// <param name="named">The files that the command line names.</param>
    /// <param name="site">The site that it names; null if it names none.</param>
    /// <param name="variable">The value of <see cref="Variable"/>; null or empty if not set.</param>
    /// <param name="exists">Whether a file is there.</param>
    public static Found Find(IReadOnlyList<string> named, string? site, string? variable, Predicate<string> exists)
    {
        if (named.Count > 0)
        {
            return new([.. named], []);
        }

        if (!string.IsNullOrEmpty(variable))
        {
            return new([variable], []);
        }

        ImmutableArray<string> candidates = [.. site == null ? Array.Empty<string>() : [$"./floodd-{site}"], "./floodd-config", SystemFile];
        return new([.. candidates.Where(c => exists(c)).Take(1)], ["--config", $"${Variable}", .. candidates]);
    }

    /// <summary>Reads files. One that cannot be read becomes a text with an error.</summary>
    /// <param name="paths">The files, in order.</param>
    public static ImmutableArray<SourceText> Load(IEnumerable<string> paths) => [.. paths.Select(Load)];

    private static SourceText Load(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            // One byte more than is allowed tells a text that is too long from one that just fits, whatever length the system states.
            using var bytes = new MemoryStream();
            byte[] part = new byte[64 << 10];
            for (int read; bytes.Length <= SourceText.MaxBytes && (read = file.Read(part)) > 0;)
            {
                bytes.Write(part, 0, read);
            }

            return SourceText.From(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return SourceText.Unreadable(path, $"cannot be read: {Reason(e)}");
        }
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied, or a directory",
        _ => string.Join(' ', e.Message.Split('\n', '\r')),
    };
}

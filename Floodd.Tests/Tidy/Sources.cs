// The repository's own files, as the tidy tests read them. Never looks at what builds leave behind.
using NUnit.Framework;

namespace Floodd.Tests.Tidy;

/// <summary>One file of the repository.</summary>
/// <param name="Path">Its path from the root, with slashes.</param>
/// <param name="Text">What is in it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The folder that it is in, from the root, with slashes.</summary>
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>Its text without comments and literals, line by line as before.</summary>
    public string Code => SourceCode.WithoutCommentsAndLiterals(Text);
}

/// <summary>Finds the repository and reads it.</summary>
internal static class Sources
{
    private static readonly HashSet<string> NotOurs = [".git", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", ".vscode"];

    /// <summary>The folder that holds floodd.sln.</summary>
    public static string Root { get; } = FindRoot();

    // A file with a zero byte is no text.
    private static readonly Lazy<IReadOnlyList<SourceFile>> Everything = new(() =>
        [.. FilesIn(Root).Select(Read).Where(file => !file.Text.Contains('\0', StringComparison.Ordinal)).OrderBy(file => file.Path, StringComparer.Ordinal)]);

    /// <summary>All text files.</summary>
    public static IReadOnlyList<SourceFile> All => Everything.Value;

    /// <summary>All C# files.</summary>
    public static IEnumerable<SourceFile> CSharp => All.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>The C# files of the product: the daemon and the client library.</summary>
    public static IEnumerable<SourceFile> Product =>
        CSharp.Where(file => file.Path.StartsWith("Floodd/", StringComparison.Ordinal) || file.Path.StartsWith("Floodd.Client/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "floodd.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new AssertionException("the tests do not run inside the repository");
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(inner => !NotOurs.Contains(Path.GetFileName(inner))).SelectMany(FilesIn))
            .Where(file => Path.GetFileName(file) != ".git");

    private static SourceFile Read(string path) =>
        new(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));
}

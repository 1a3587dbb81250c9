// A tree of files as a mirror must reproduce it: names, kinds, contents, link targets and the bits that say who may run them.
using System.Globalization;
using System.Security.Cryptography;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Examples;

/// <summary>Copies and compares trees.</summary>
internal static class FileTree
{
    private static readonly string[] RealTrees = ["/usr/share/doc", "/usr/share/zoneinfo", "/usr/lib/python3", "/usr/share/perl", "/usr/include", "/usr/share"];

    /// <summary>Copies real trees of this machine until there are enough files.</summary>
    /// <param name="into">A folder that does not exist yet.</param>
    /// <param name="files">How many files there shall be.</param>
    /// <param name="largest">Files of more bytes are left out.</param>
    public static void CopyRealFiles(string into, int files, long largest = long.MaxValue)
    {
        Directory.CreateDirectory(into);
        foreach (string tree in RealTrees.Where(Directory.Exists))
        {
            int missing = files - Directory.EnumerateFiles(into, "*", SearchOption.AllDirectories).Count();
            if (missing <= 0)
            {
                return;
            }

            Copy(tree, Path.Combine(into, tree.Trim('/').Replace('/', '-')), missing, largest);
        }

        Assert.That(Directory.EnumerateFiles(into, "*", SearchOption.AllDirectories).Count(), Is.GreaterThanOrEqualTo(files), "this machine has too few files");
    }

    /// <summary>One line for each entry: its path from the root, kind, mode and digest or link target; in order.</summary>
    public static IReadOnlyList<string> Describe(string root) =>
        [.. Entries(new DirectoryInfo(root))
            .Select(entry => $"{Path.GetRelativePath(root, entry.FullName)} {Describe(entry)}")
            .Order(StringComparer.Ordinal)];

    // Without following links, which may lead back to where they are.
    private static IEnumerable<FileSystemInfo> Entries(DirectoryInfo folder) => folder.EnumerateFileSystemInfos()
        .SelectMany(entry => entry is DirectoryInfo { LinkTarget: null } inner ? Entries(inner).Prepend(entry) : [entry]);

    private static string Describe(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: { } target } => $"-> {target}",
        DirectoryInfo => $"directory {entry.UnixFileMode}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{entry.UnixFileMode} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName)))}"),
    };

    private static void Copy(string from, string into, int files, long largest)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string file in Directory.EnumerateFiles(from, "*", options).Where(file => new FileInfo(file).Length <= largest).Take(files))
        {
            string copy = Path.Combine(into, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}

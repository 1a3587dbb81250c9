// Changes a tree in every way that a mirror must follow; always the same ones for the same tree.
using System.Globalization;
using System.Runtime.Versioning;

namespace Floodd.Tests.EndToEnd.Examples;

/// <summary>What happens to a tree between two floods.</summary>
[UnsupportedOSPlatform("windows")]
internal static class TreeChanges
{
    private static readonly string[] OddNames =
        ["two words", " blanks ", "new\nline", "-rf", "#note", ";note", "$(touch caught)", "'\"`;&|*?[a]", "back\\slash", "\\#012", "été ☃ 日本", ".hidden", "update g a 5"];

    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Adds, changes, deletes and renames files and folders, changes modes, makes links and names that scripts trip over.</summary>
    public static void Make(string tree)
    {
        string[] files = [.. Directory.EnumerateFiles(tree, "*", NoLinks).Order(StringComparer.Ordinal)];
        for (int i = 0; i < files.Length; i++)
        {
            switch (i % 50)
            {
                case 0:
                    File.AppendAllText(files[i], "changed");
                    break;
                case 10:
                    File.Delete(files[i]);
                    break;
                case 20:
                    File.Move(files[i], files[i] + " renamed");
                    break;
                case 30:
                    File.SetUnixFileMode(files[i], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
                    break;
                case 40:
                    Directory.CreateDirectory(files[i] + ".d");
                    File.WriteAllText(Path.Combine(files[i] + ".d", "added"), string.Create(CultureInfo.InvariantCulture, $"added {i}"));
                    break;
                default:
                    break;
            }
        }

        // The modified time alone says nothing to a mirror that compares sizes and seconds.
        DateTime before = File.GetLastWriteTimeUtc(files[1]);
        File.WriteAllBytes(files[1], [.. File.ReadAllBytes(files[1]).Select(value => (byte)~value)]);
        File.SetLastWriteTimeUtc(files[1], before.AddTicks(1));

        string[] folders = [.. Directory.EnumerateDirectories(Directory.EnumerateDirectories(tree).First()).Order(StringComparer.Ordinal)];
        Directory.Delete(folders[0], recursive: true);
        Directory.Move(folders[1], folders[1] + " moved");
        Directory.Delete(folders[2], recursive: true);
        File.WriteAllText(folders[2], "a file where a folder was");
        File.SetUnixFileMode(folders[3], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        string odd = Directory.CreateDirectory(Path.Combine(tree, "odd")).FullName;
        Directory.CreateDirectory(Path.Combine(tree, "empty", "within"));
        foreach (string name in OddNames)
        {
            File.WriteAllText(Path.Combine(odd, name), $"update g a/1/1 5\nhello\n{name}");
        }

        File.WriteAllText(Path.Combine(odd, "empty file"), "");
        Link(Path.Combine(odd, "link"), "two words", "back\\slash");
        Link(Path.Combine(odd, "link to a folder"), "../empty", "../odd");
        Link(Path.Combine(odd, "link to nothing"), "nothing", "../nothing");
    }

    private static void Link(string path, string target, string next)
    {
        string? now = new FileInfo(path).LinkTarget;
        if (now is not null)
        {
            File.Delete(path);
        }

        File.CreateSymbolicLink(path, now == target ? next : target);
    }
}

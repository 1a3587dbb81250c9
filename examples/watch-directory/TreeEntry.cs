// What the watcher knows of one entry of a tree, and how all of a tree are found. Never follows a link.
namespace Floodd.Examples.WatchDirectory;

/// <summary>An entry as it was seen: two that are equal are taken for the same.</summary>
/// <param name="Size">A file's bytes; -1 for a directory.</param>
/// <param name="Written">When it was last written, in ticks; 0 for a directory.</param>
/// <param name="Mode">Its rights.</param>
internal readonly record struct TreeEntry(long Size, long Written, int Mode)
{
    private const UnixFileMode Rights = (UnixFileMode)0x1ff;

    public bool IsDirectory => Size < 0;

    /// <summary>The files and directories under a root, by their paths from it. What vanishes meanwhile is left out; links are too.</summary>
    /// <exception cref="IOException">A directory cannot be read: what is in it must not be taken for deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static Dictionary<string, TreeEntry> AllIn(string root)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        Dictionary<string, TreeEntry> found = new(StringComparer.Ordinal);
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (open.TryPop(out DirectoryInfo? directory))
        {
            try
            {
                foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos("*", options))
                {
                    if (Of(entry) is { } seen)
                    {
                        found[Path.GetRelativePath(root, entry.FullName)] = seen;
                        if (entry is DirectoryInfo inner)
                        {
                            open.Push(inner);
                        }
                    }
                }
            }
            catch (DirectoryNotFoundException) when (directory.FullName != new DirectoryInfo(root).FullName)
            {
                // Deleted while we looked.
            }
        }

        return found;
    }

    /// <summary>What one path is now; null if there is none, or something that is not flooded.</summary>
    public static TreeEntry? At(string path) => Of(Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path));

    private static TreeEntry? Of(FileSystemInfo entry)
    {
        try
        {
            return !entry.Exists || entry.LinkTarget is not null ? null
                : entry is FileInfo file ? new TreeEntry(file.Length, file.LastWriteTimeUtc.Ticks, (int)(file.UnixFileMode & Rights))
                : new TreeEntry(-1, 0, (int)(entry.UnixFileMode & Rights));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}

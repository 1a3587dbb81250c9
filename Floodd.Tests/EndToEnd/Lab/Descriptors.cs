// Which namespaces and devices this machine's processes hold, read from /proc, so that a lab can be shown to leave nothing.
namespace Floodd.Tests.EndToEnd.Lab;

/// <summary>Looks at what is open.</summary>
internal static class Descriptors
{
    /// <summary>What a descriptor of this process leads to, such as <c>net:[4026532281]</c>.</summary>
    public static string TargetOf(int descriptor) => Target($"/proc/self/fd/{descriptor}");

    /// <summary>How many descriptors of this process lead to a TUN device or a namespace.</summary>
    public static int Held() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(Target).Count(target => target == "/dev/net/tun" || target.StartsWith("net:", StringComparison.Ordinal));

    /// <summary>The threads of all processes that are in a namespace, as paths.</summary>
    public static IReadOnlyList<string> ThreadsIn(string identity) =>
        [.. ProcessFolders().SelectMany(folder => Entries(Path.Combine(folder, "task"))).Where(task => Target(Path.Combine(task, "ns", "net")) == identity)];

    private static IEnumerable<string> ProcessFolders() =>
        Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]));

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (IOException)
        {
            // It ended while we looked.
            return [];
        }
    }

    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was closed or ended while we looked, or is somebody else's.
            return "";
        }
    }
}

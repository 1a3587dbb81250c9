// Which processes a test has brought into the world, read from /proc, so that none outlives it.
using System.Text;

namespace Floodd.Tests.EndToEnd;

/// <summary>Finds processes by what marks them.</summary>
internal static class Census
{
    /// <summary>The living processes that name <paramref name="mark"/> on their command line, in their environment or as their directory; zombies and this process excepted.</summary>
    public static IReadOnlyList<int> Naming(string mark) =>
        [.. All().Where(id => id != Environment.ProcessId && IsMarked(id, mark))];

    /// <summary>The living processes that <paramref name="ancestor"/> started, and those that these started.</summary>
    public static IReadOnlyList<int> Descendants(int ancestor)
    {
        ILookup<int, int> children = All().ToLookup(ParentOf);
        var found = new List<int>();
        var open = new Queue<int>([ancestor]);
        while (open.TryDequeue(out int next))
        {
            found.AddRange(children[next]);
            foreach (int child in children[next])
            {
                open.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>Ends them, by SIGKILL.</summary>
    public static void EndAll(IEnumerable<int> processes)
    {
        foreach (int id in processes)
        {
            Signals.Send(id, Signals.Kill);
        }
    }

    /// <summary>Their command lines, for failure texts.</summary>
    public static string Describe(IEnumerable<int> processes) =>
        string.Join(", ", processes.Select(id => $"{id} ({Read(id, "cmdline").Replace('\0', ' ').Trim()})"));

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0)
            .Where(id => id > 0 && StateOf(id) is not ('Z' or 'X' or '\0'));

    private static bool IsMarked(int id, string mark) =>
        Read(id, "cmdline").Contains(mark, StringComparison.Ordinal)
        || Read(id, "environ").Contains(mark, StringComparison.Ordinal)
        || DirectoryOf(id).StartsWith(mark, StringComparison.Ordinal);

    // /proc/ID/stat is "ID (NAME) STATE PARENT ...", and NAME may hold blanks and parentheses.
    private static char StateOf(int id) => AfterName(id) is [_, _, var state, ..] ? state : '\0';

    private static int ParentOf(int id) =>
        AfterName(id).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var parent, ..] && int.TryParse(parent, out int found) ? found : 0;

    private static string AfterName(int id)
    {
        string stat = Read(id, "stat");
        int end = stat.LastIndexOf(')');
        return end < 0 ? "" : stat[end..];
    }

    private static string DirectoryOf(int id)
    {
        try
        {
            return new FileInfo($"/proc/{id}/cwd").LinkTarget ?? "";
        }
        catch (Exception e) when (IsGone(e))
        {
            return "";
        }
    }

    private static string Read(int id, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{name}", Encoding.Latin1);
        }
        catch (Exception e) when (IsGone(e))
        {
            return "";
        }
    }

    // A process may end, or turn out to be somebody else's, while it is looked at.
    private static bool IsGone(Exception e) => e is IOException or UnauthorizedAccessException;
}

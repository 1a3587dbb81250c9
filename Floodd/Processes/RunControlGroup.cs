// The control groups of one run: made before it, ended and removed after it. It never touches a process that is not in them.
using System.Globalization;

namespace Floodd.Processes;

/// <summary>Directories in the control group file systems that hold one run's processes; none where none can be made.</summary>
internal sealed class RunControlGroup
{
    /// <summary>The file that ends every process in a group (cgroup v2, Linux 5.14).</summary>
    public const string KillFile = "cgroup.kill";

    /// <summary>The file that bounds the number of processes and threads in a group.</summary>
    public const string LimitFile = "pids.max";

    // A fork bomb is held; a Java program or a parallel make, which have hundreds of threads, is not.
    private const int ProcessesMax = 512;

    private const string MembersFile = "cgroup.procs";
    private const string Prefix = "floodd-run-";

    private static long s_runs;

    private RunControlGroup(IReadOnlyList<string> directories) => Directories = directories;

    /// <summary>Where the run's first process has to enter itself.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>A name no other run on this machine has: the namespace of process ids, the daemon's id, a number.</summary>
    public static string NewName() => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{NamespaceOfIds()}-{Environment.ProcessId}-{Interlocked.Increment(ref s_runs)}");

    /// <summary>Makes the groups for a run.</summary>
    public static RunControlGroup Create(Containment containment)
    {
        string name = NewName();
        List<string> made = [];
        foreach (string parent in new[] { containment.KillDirectory, containment.LimitDirectory }.OfType<string>().Distinct())
        {
            string directory = Path.Join(parent, name);
            try
            {
                Directory.CreateDirectory(directory);
                made.Add(directory);
                if (parent == containment.LimitDirectory)
                {
                    File.WriteAllText(Path.Join(directory, LimitFile), ProcessesMax.ToString(CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // As many groups as the kernel allows exist already, or the place was taken away: the sweep does without.
                continue;
            }
        }

        return new RunControlGroup(made);
    }

    /// <summary>Removes groups that are empty.</summary>
    /// <returns>Whether no process of the run can be left: there were groups, and they are gone.</returns>
    public bool TryRemove() => Directories.Count > 0 && Directories.All(TryRemove);

    /// <summary>Ends every process in the groups, now.</summary>
    public void Kill()
    {
        foreach (string directory in Directories)
        {
            Kill(directory);
        }
    }

    /// <summary>Ends and removes what daemons that are dead left behind.</summary>
    public static void RemoveLeftovers(string parent)
    {
        string prefix = $"{Prefix}{NamespaceOfIds()}-";
        foreach (string directory in Directory.EnumerateDirectories(parent, prefix + "*").ToList())
        {
            string owner = Path.GetFileName(directory)[prefix.Length..].Split('-')[0];
            if (!Directory.Exists(Path.Join("/proc", owner)))
            {
                Kill(directory);
                TryRemove(directory);
            }
        }
    }

    private static void Kill(string directory)
    {
        try
        {
            string all = Path.Join(directory, KillFile);
            if (File.Exists(all))
            {
                File.WriteAllText(all, "1");
                return;
            }

            foreach (string member in File.ReadAllLines(Path.Join(directory, MembersFile)))
            {
                Signals.Kill(int.Parse(member, CultureInfo.InvariantCulture));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Removed already, as it was empty; or no descriptor is left to say it with, and the sweep looks again.
            return;
        }
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // As in "pid:[4026531836]": ids of processes mean something only in their own namespace.
    private static string NamespaceOfIds() =>
        new(File.ResolveLinkTarget("/proc/self/ns/pid", false)?.Name.Where(char.IsAsciiDigit).ToArray() ?? ['0']);
}

// What this machine lets us hold a run's processes with, found out once. It never fails: less than everything is said, not thrown.
using System.ComponentModel;
using System.Diagnostics;

namespace Floodd.Processes;

/// <summary>The means by which the processes of a run are found and ended.</summary>
/// <param name="SetsidPath">The program that gives a run its own session; null when there is none.</param>
/// <param name="KillDirectory">Where a control group per run can be made that ends all its processes at once; null when nowhere.</param>
/// <param name="LimitDirectory">Where a control group per run can be made that bounds the number of processes; null when nowhere.</param>
public sealed record Containment(string? SetsidPath, string? KillDirectory, string? LimitDirectory)
{
    private static readonly Lazy<Containment> Probed = new(Probe);
    private static readonly string[] SetsidPaths = ["/usr/bin/setsid", "/bin/setsid"];

    /// <summary>What holds on this machine.</summary>
    public static Containment Here => Probed.Value;

    /// <summary>No control groups: what a daemon without rights to them has.</summary>
    internal Containment WithoutControlGroups => this with { KillDirectory = null, LimitDirectory = null };

    /// <summary>In words, for the log.</summary>
    public override string ToString() => (KillDirectory, LimitDirectory) switch
    {
        (not null, not null) => "a run's processes are held by a control group and bounded in number",
        (not null, null) => "a run's processes are held by a control group, not bounded in number",
        (null, not null) => "a run's processes are held by a control group of version 1 and bounded in number",
        _ => "no control group can be made: a run's processes are found by their session and environment, not bounded in number",
    };

    private static Containment Probe()
    {
        string? setsid = SetsidPaths.FirstOrDefault(File.Exists);
        string? unified = null;
        string? pids = null;
        if (OperatingSystem.IsLinux())
        {
            foreach (string parent in OwnControlGroups("cgroup2", ""))
            {
                unified ??= Usable(parent, RunControlGroup.KillFile);
            }

            foreach (string parent in OwnControlGroups("cgroup2", "").Concat(OwnControlGroups("cgroup", "pids")))
            {
                pids ??= Usable(parent, RunControlGroup.LimitFile);
            }
        }

        return new Containment(setsid, unified, pids);
    }

    // proc(5), mountinfo: 36 35 98:0 ROOT MOUNTPOINT OPTIONS ... - TYPE SOURCE SUPEROPTIONS.
    private static IEnumerable<string> OwnControlGroups(string type, string controller)
    {
        string? path = OwnPath(controller);
        foreach (string mount in path is null ? [] : ReadLines("/proc/self/mountinfo"))
        {
            string[] halves = mount.Split(" - ", 2);
            string[] left = halves[0].Split(' ');
            string[] right = halves.Length == 2 ? halves[1].Split(' ') : [];
            if (left.Length < 5 || right.Length < 3 || right[0] != type || (controller.Length > 0 && !right[2].Split(',').Contains(controller)))
            {
                continue;
            }

            bool belowRoot = left[3] != "/" && path!.StartsWith(left[3], StringComparison.Ordinal);
            yield return Path.Join(left[4], belowRoot ? path![left[3].Length..] : path).TrimEnd('/');
        }
    }

    // cgroups(7), /proc/PID/cgroup: ID:CONTROLLERS:PATH, the ID of version 2 being 0.
    private static string? OwnPath(string controller) => ReadLines("/proc/self/cgroup")
        .Select(line => line.Split(':', 3))
        .FirstOrDefault(parts => parts.Length == 3 && (controller.Length == 0 ? parts[0] == "0" : parts[1].Split(',').Contains(controller)))?[2];

    private static string? Usable(string parent, string file)
    {
        string trial = Path.Join(parent, RunControlGroup.NewName());
        try
        {
            RunControlGroup.RemoveLeftovers(parent);
            Directory.CreateDirectory(trial);
            try
            {
                if (!File.Exists(Path.Join(trial, file)))
                {
                    return null;
                }

                // Only a process that really moved shows that runs can.
                using Process? mover = Process.Start(new ProcessStartInfo("/bin/sh")
                {
                    ArgumentList = { "-c", "{ echo 0 >\"$1/cgroup.procs\"; } 2>/dev/null", "sh", trial },
                });
                mover?.WaitForExit();
                return mover?.ExitCode == 0 ? parent : null;
            }
            finally
            {
                Directory.Delete(trial);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            return null;
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

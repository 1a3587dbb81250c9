// What processes have used so far, from /proc. Owns nothing.
using System.Globalization;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>Processor time and memory of some daemons at one moment.</summary>
/// <param name="Seconds">Processor time of each since its start, in s; its children's excepted.</param>
/// <param name="ResidentBytes">Memory of each.</param>
internal sealed record ProcessUse(IReadOnlyList<double> Seconds, IReadOnlyList<long> ResidentBytes)
{
    // USER_HZ, 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Looks at some sites' daemons.</summary>
    public static ProcessUse Of(IEnumerable<TestSite> sites)
    {
        DaemonProcess[] daemons = [.. sites.Select(site => site.Daemon)];
        return new ProcessUse([.. daemons.Select(daemon => SecondsOf(daemon.Id))], [.. daemons.Select(daemon => daemon.ResidentBytes)]);
    }

    /// <summary>The most memory that a process ever had, in bytes.</summary>
    public static long PeakOf(int id)
    {
        // proc(5): VmHWM, the peak of the resident set, in kB.
        string line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/status")).Single(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    /// <summary>In words: percent of a processor since an earlier look at the same daemons, and memory, on average and at most.</summary>
    public string Since(ProcessUse before, TimeSpan time)
    {
        double[] percents = [.. Seconds.Zip(before.Seconds, (now, then) => 100 * (now - then) / time.TotalSeconds)];
        return FormattableString.Invariant(
            $"{percents.Average():F2}/{percents.Max():F2} % {ResidentBytes.Average() / (1 << 20):F0}/{ResidentBytes.Max() / (double)(1 << 20):F0} MiB");
    }

    // proc_pid_stat(5): fields 14 and 15; the second one, the name, ends with the last parenthesis.
    private static double SecondsOf(int id)
    {
        string stat = File.ReadAllText($"/proc/{id}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}

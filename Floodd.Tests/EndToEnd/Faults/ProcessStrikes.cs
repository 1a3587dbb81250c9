// The faults that are done to the daemons themselves: stopped, ended, restarted, without descriptors. Each leaves everybody running again.
using System.Diagnostics;
using System.Globalization;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>The kinds.</summary>
internal static class ProcessStrikes
{
    private const int Crashes = 3;
    private const double CrashSeconds = 5;

    /// <summary>All of them, in the order of the table.</summary>
    public static readonly IReadOnlyList<Strike> All =
    [
        new("stop-1s", 1, (group, draw) => Stop(group, 1, draw.Next(group.Count))),
        new("stop-10s", 10, (group, draw) => Stop(group, 10, draw.Next(group.Count))),
        new("stop-30s", 30, (group, draw) => Stop(group, 30, draw.Next(group.Count))),
        new("stop-master", 10, (group, _) => Stop(group, 10, 0)),
        new("stop-two", 10, (group, draw) => Stop(group, 10, Strikes.Some(group, draw, 2))),
        new("kill", 4, (group, draw) => Kill(group, draw.Next(group.Count))),
        new("kill-master", 4, (group, _) => Kill(group, 0)),
        new("kill-two", 5, (group, draw) => Kill(group, Strikes.Some(group, draw, 2))),
        new("restart", 4, (group, draw) => Roll(group, [draw.Next(group.Count)], group.Terminate)),
        new("rolling-restart", 20, (group, _) => Roll(group, group.All, group.Terminate)),
        new("rolling-kill", 20, (group, _) => Roll(group, group.All, site => group.Kill(site))),
        new("crash-loop", 30, CrashLoop),
        new("descriptors", 6, Descriptors),
    ];

    private static Struck Stop(FaultGroup group, double seconds, params int[] sites)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        try
        {
            foreach (int site in sites)
            {
                group.Group[site].Daemon.Stop();
            }

            group.Hold(seconds);
        }
        finally
        {
            foreach (int site in sites)
            {
                group.Group[site].Daemon.Continue();
            }
        }

        return Struck.Around(before, string.Create(CultureInfo.InvariantCulture, $"{Strikes.Names(sites)} for {seconds} s"), sites);
    }

    private static Struck Kill(FaultGroup group, params int[] sites)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        group.Kill(sites);
        group.Hold(2);
        foreach (int site in sites)
        {
            group.Group.Restart(group.Group[site]);
        }

        return Struck.Around(before, $"{Strikes.Names(sites)}, back after 2 s", sites);
    }

    // The next one ends when the one before is among the others again.
    private static Struck Roll(FaultGroup group, IReadOnlyList<int> sites, Action<int> end)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        foreach (int site in sites)
        {
            end(site);
            group.Group.Restart(group.Group[site]);
            group.Group.WaitUntilUp();
        }

        return sites.Count == group.Count ? new Struck("all, one after the other", null) : Struck.Around(before, Strikes.Names(sites), [.. sites]);
    }

    private static Struck CrashLoop(FaultGroup group, Random draw)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        int one = draw.Next(group.Count);
        for (int i = 0; i < Crashes; i++)
        {
            group.Hold(CrashSeconds);
            group.Kill(one);
            group.Hold(CrashSeconds);
            group.Group.Restart(group.Group[one]);
        }

        return Struck.Around(before, string.Create(CultureInfo.InvariantCulture, $"{Strikes.Names([one])}, {Crashes} times {CrashSeconds} s up and {CrashSeconds} s down"), [one]);
    }

    // Its clients may be refused; its links are there already and go on.
    private static Struck Descriptors(FaultGroup group, Random draw)
    {
        SeenGraph before = SeenGraph.At(group.Group, 0);
        int one = draw.Next(group.Count);
        int attempts, refused;
        using (var crowd = new Crowd(group.Group[one]))
        {
            group.Hold(5);
            (attempts, refused) = (crowd.Attempts, crowd.Refused);
        }

        long start = Stopwatch.GetTimestamp();
        Eventually.Holds(() => Crowd.Serves(group.Group[one]), $"{group.Group[one].Name} to serve again", () => group.Group[one].Daemon.Log);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return Struck.Around(before, string.Create(CultureInfo.InvariantCulture, $"{Strikes.Names([one])}: {attempts} connections in 5 s, {refused} refused; serves again after {seconds:F2} s"), [one]);
    }
}

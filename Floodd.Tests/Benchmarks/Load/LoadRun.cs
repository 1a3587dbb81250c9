// One workload at a fresh group of daemons on this machine: starts them, floods, waits for the last byte at the last site. It judges nothing.
using System.Diagnostics;
using Floodd.Tests.EndToEnd;
using Floodd.Tests.EndToEnd.Faults;
using Floodd.Tests.EndToEnd.Lab;

namespace Floodd.Tests.Benchmarks.Load;

/// <summary>What one run came to.</summary>
/// <param name="Seconds">From the first update sent to the last one at the last site.</param>
/// <param name="Delays">From client to client, sorted, in s.</param>
/// <param name="Missing">Deliveries that did not come.</param>
/// <param name="Wrong">Those that came out of turn or again.</param>
/// <param name="CpuSeconds">Of all daemons, and of the export commands that have ended.</param>
/// <param name="PeakBytes">The most memory that a daemon ever had.</param>
/// <param name="LinkBytes">Of segments, on all links together.</param>
/// <param name="Refusal">What a publisher was told instead of a receipt; null if nothing.</param>
internal sealed record LoadRun(double Seconds, double[] Delays, int Missing, int Wrong, double CpuSeconds, long PeakBytes, double LinkBytes, string? Refusal)
{
    private const string Group = "g";
    private const string Apart = "h";
    private const double WayMilliseconds = 1;

    /// <summary>So long nothing may come before the rest counts as missing, beside what the ways take for the largest update.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Measures.</summary>
    /// <param name="workload">What is flooded.</param>
    /// <param name="sites">By how many daemons.</param>
    /// <param name="kind">In what group.</param>
    public static LoadRun Of(Workload workload, int sites, LoadGroup kind)
    {
        using var pipes = new TestFolder();
        string PipeOf(TestSite site) => pipes.File(site.Name);
        string[] chain = kind.IsChained ? [.. Enumerable.Range(1, sites - 1).Select(i => $"s{i} s{i + 1}")] : [];
        using LabNetwork? network = kind.Megabits > 0 ? LabNetwork.Open(sites) : null;
        network?.JoinAll(PathTraits.Limited(WayMilliseconds, kind.Megabits));
        var plan = new GroupPlan
        {
            SiteCount = sites,
            Groups = workload.IsBesideApart ? [Group, Apart] : [Group],
            Connectivity = kind.IsChained ? 1 : Math.Min(kind.Connectivity, sites - 1),
            DataStorageMax = "256m",
            GroupLines = $" (:max-update-size 128m){(kind.IsChained ? Generator(chain) : "")}",
            Periods = "(:ping-period 1.0) (:bandwidth-period 5.0) (:estimates-period 2.0) (:update-period 5) (:join-period 2)",
            ExportCommand = site => kind.IsExported ? $"cat > {PipeOf(site)}" : null,
        };
        using SiteGroup group = SiteGroup.Start(network is null ? plan : plan.In(network));
        if (kind.IsExported)
        {
            Executable.Run(Executable.StartOther("mkfifo", pipes.Path, group.Sites.Select(PipeOf)));
        }

        if (kind.IsChained)
        {
            SeenTopology.WaitFor(group, chain);
        }

        int timed = workload.FromAll ? sites : 1;
        int publishers = timed + (workload.Beside is null ? 0 : 1);
        List<LoadOutlet> outlets = [];
        List<LoadPublisher> publishing = [];
        try
        {
            foreach (TestSite site in group.Sites)
            {
                // An export command is given the updates of all groups.
                int apart = workload.IsBesideApart && !kind.IsExported ? workload.Beside!.Count : 0;
                var sink = new LoadSink(publishers, timed, workload.Total(sites) - apart);
                outlets.Add(kind.IsExported ? LoadOutlet.Pipe(PipeOf(site), sink) : LoadOutlet.Subscribe(site, Group, sink));
                if (apart > 0)
                {
                    outlets.Add(LoadOutlet.Subscribe(site, Apart, new LoadSink(publishers, timed, apart)));
                }
            }

            publishing.AddRange(group.Sites.Take(timed).Select((site, index) => new LoadPublisher(index, site, Group, workload)));
            if (workload.Beside is { } beside)
            {
                publishing.Add(new LoadPublisher(timed, group[sites - 1], workload.IsBesideApart ? Apart : Group, beside));
            }

            return Measured(group, publishing, outlets, Patience + kind.TimeOf(2L * Math.Max(workload.Size, workload.Beside?.Size ?? 0)));
        }
        finally
        {
            publishing.ForEach(one => one.Dispose());
            outlets.ForEach(one => one.Dispose());
        }
    }

    // A line of the group's configuration: the topology is always these links.
    private static string Generator(string[] links) =>
        $" (:topology-generator \"for link in {string.Join(' ', links.Select(link => $"'{link}'"))}; do echo $link; done\")";

    private static LoadRun Measured(SiteGroup group, List<LoadPublisher> publishing, List<LoadOutlet> outlets, TimeSpan patience)
    {
        double cpu = ProcessUse.Of(group.Sites).Seconds.Sum();
        double sent = LinkBytesOf(group);
        publishing.ForEach(one => one.Start());
        for (int before = -1, now = 0; before != now && !outlets.All(outlet => outlet.Wait(patience)); now = outlets.Sum(outlet => outlet.Sink.Count))
        {
            before = now;
        }

        cpu = ProcessUse.Of(group.Sites).Seconds.Sum() - cpu;
        long began = publishing.Min(one => one.Began);
        long ended = outlets.Max(outlet => outlet.Sink.Ended);
        return new LoadRun(
            Stopwatch.GetElapsedTime(began, ended).TotalSeconds,
            [.. outlets.SelectMany(outlet => outlet.Sink.Delays).Order().Select(ticks => (double)ticks / Stopwatch.Frequency)],
            outlets.Sum(outlet => outlet.Sink.Missing),
            outlets.Sum(outlet => outlet.Sink.Wrong),
            cpu,
            group.Sites.Max(site => ProcessUse.PeakOf(site.Daemon.Id)),
            LinkBytesOf(group) - sent,
            publishing.Select(one => one.Refusal).FirstOrDefault(refusal => refusal is not null));
    }

    private static double LinkBytesOf(SiteGroup group) => group.Sites.Sum(site => site.Statistics()["segment-bytes-sent"]);
}

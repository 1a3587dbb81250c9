// A group of daemons on this machine, a process each, wired up by configuration files; gone with all they started when disposed.
using System.Globalization;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd;

/// <summary>N sites that are members of the same groups.</summary>
internal sealed class SiteGroup : IDisposable
{
    // sysexits.h EX_CANTCREAT: somebody took one of the ports between our look and the daemon's.
    private const int PortTaken = 73;
    private const int Attempts = 5;

    // In a network of its own nobody else has ports: those of the manual's example.
    private const int ClientPortInLab = 2000;
    private const int DataPortInLab = 2001;

    private readonly TestFolder _folder = new();
    private readonly GroupPlan _plan;

    private SiteGroup(GroupPlan plan)
    {
        _plan = plan;
        Sites = [.. Enumerable.Range(1, plan.SiteCount)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"s{i}"))
            .Select((name, index) => new TestSite(name, _folder.Folder(name), plan.Network?[index]) { DescriptorMax = plan.DescriptorMax })];
    }

    public IReadOnlyList<TestSite> Sites { get; }

    /// <summary>The folder that everything of the group is in.</summary>
    public TestFolder Folder => _folder;

    public TestSite this[int index] => Sites[index];

    /// <summary>Starts all sites and waits until each says that all are up.</summary>
    public static SiteGroup Start(GroupPlan? plan = null)
    {
        var group = new SiteGroup(plan ?? new GroupPlan());
        try
        {
            group.StartAll();
            group.WaitUntilUp();
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>The configuration text of one site in its present life.</summary>
    public string TextFor(TestSite site) => _plan.TextFor(site, Sites);

    /// <summary>Starts a site again, after <see cref="DaemonProcess.Kill"/> or <see cref="DaemonProcess.Terminate"/>, on its old ports.</summary>
    public void Restart(TestSite site)
    {
        site.Start(TextFor);
        site.WaitUntilReady();
    }

    /// <summary>Starts several sites again as <see cref="Restart"/> does, in waves.</summary>
    public void RestartAll(IReadOnlyList<TestSite> sites)
    {
        foreach (TestSite[] wave in sites.Chunk(_plan.Wave))
        {
            StartAtOnce(wave);
        }
    }

    /// <summary>Waits until every site sees every other as up in every group.</summary>
    public void WaitUntilUp() =>
        Eventually.Holds(
            () => Sites.All(site => _plan.Groups.All(group => StatesSeenBy(site, group).Order().SequenceEqual(AllUp()))),
            "all sites to see each other up",
            () => string.Join("; ", Sites.Select(site => $"{site.Name}: {string.Join(' ', _plan.Groups.SelectMany(group => StatesSeenBy(site, group)))}\n{site.Daemon.Log}\n")),
            _plan.UpPatience);

    /// <summary>What still runs of what the sites' exports started.</summary>
    public IReadOnlyList<int> RunningExports()
    {
        var daemons = Sites.Where(site => site.Life > 0).Select(site => site.Daemon.Id).ToHashSet();
        return [.. Census.Naming(_folder.Path).Where(id => !daemons.Contains(id))];
    }

    /// <summary>All sites' last log lines, for failure texts.</summary>
    public string Logs() => string.Join('\n', Sites.Select(site => $"--- {site.Name}\n{site.Daemon.Log}"));

    public void Dispose()
    {
        foreach (TestSite site in Sites)
        {
            site.Dispose();
        }

        _folder.Dispose();
    }

    private static IEnumerable<string> StatesSeenBy(TestSite site, string group) =>
        site.Ask($"members {group}").Body.Select(line => Reply.Value(line, "state") ?? "");

    private IEnumerable<string> AllUp() => Enumerable.Repeat("up", Sites.Count - 1).Prepend("self");

    private void StartAll()
    {
        for (int attempt = 1; !TryStartAll(); attempt++)
        {
            Assert.That(attempt, Is.LessThan(Attempts), "ports are taken again and again");
        }
    }

    private void StartAtOnce(TestSite[] wave)
    {
        foreach (TestSite site in wave)
        {
            site.Start(TextFor);
        }

        foreach (TestSite site in wave)
        {
            site.WaitUntilReady(_plan.UpPatience);
        }
    }

    private bool TryStartAll()
    {
        int[] ports = FreePorts.Take(2 * Sites.Count);
        for (int i = 0; i < Sites.Count; i++)
        {
            (Sites[i].ClientPort, Sites[i].DataPort) = _plan.Network is null ? (ports[2 * i], ports[(2 * i) + 1]) : (ClientPortInLab, DataPortInLab);
        }

        try
        {
            foreach (TestSite[] wave in Sites.Chunk(_plan.Wave))
            {
                StartAtOnce(wave);
            }

            return true;
        }
        catch (DaemonEndedException e) when (e.ExitCode == PortTaken)
        {
            foreach (TestSite site in Sites)
            {
                site.Dispose();
            }

            return false;
        }
    }
}

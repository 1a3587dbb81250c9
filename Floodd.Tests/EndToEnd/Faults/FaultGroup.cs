// A group of real daemons under load, to be hurt: its sites, clients at each, what they were told and what was exported. Decides no fault itself.
using System.Diagnostics;
using Floodd.Tests.EndToEnd.Lab;
using NUnit.Framework;

namespace Floodd.Tests.EndToEnd.Faults;

/// <summary>How a campaign floods.</summary>
/// <param name="Pace">The pause of each site's client between a receipt and the next flood.</param>
/// <param name="UpdateBytes">The size of each update.</param>
/// <param name="Look">The pause between two looks at the exports.</param>
/// <param name="Origins">How many sites have such a client, the first ones; 0 for all.</param>
internal sealed record FaultLoad(TimeSpan Pace, int UpdateBytes = 512, TimeSpan? Look = null, int Origins = 0);

/// <summary>The group.</summary>
internal sealed class FaultGroup : IDisposable
{
    private readonly Dictionary<(int Site, int Life), int> _killed = [];
    private readonly List<Origin> _origins = [];
    private int _strikes;

    private readonly FaultLoad _load;

    private FaultGroup(SiteGroup group, LabNetwork? network, FaultLoad load, int seed)
    {
        Group = group;
        Lab = network;
        _load = load;
        Ledger = new FaultLedger(seed);
        Watch = new ExportWatch(group.Sites, Ledger, load.Look ?? TimeSpan.FromMilliseconds(25));
    }

    public SiteGroup Group { get; }

    /// <summary>The lab that the sites run in, if they do.</summary>
    public LabNetwork? Lab { get; }

    /// <summary>The lab that the sites run in.</summary>
    public LabNetwork Network => Lab ?? throw new InvalidOperationException("the sites run in no lab");

    public FaultLedger Ledger { get; }

    public ExportWatch Watch { get; }

    public int Count => Group.Sites.Count;

    /// <summary>The indexes of all sites.</summary>
    public IReadOnlyList<int> All => [.. Enumerable.Range(0, Count)];

    /// <summary>Starts the sites, waits until all are up and planned, and begins to flood.</summary>
    /// <param name="plan">The group; its export command should not run more often than the machine can bear.</param>
    /// <param name="load">What is flooded.</param>
    /// <param name="seed">Of the updates' bytes.</param>
    /// <param name="begin">Whether to flood at once; else at <see cref="BeginFloods"/>.</param>
    public static FaultGroup Start(GroupPlan plan, FaultLoad load, int seed, bool begin = true)
    {
        SiteGroup sites = SiteGroup.Start(plan);
        var group = new FaultGroup(sites, plan.Network, load, seed);
        try
        {
            group.WaitUntilPlanned();
            if (begin)
            {
                group.BeginFloods();
            }

            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>Has a client flood at each origin.</summary>
    public void BeginFloods()
    {
        for (int i = 0; i < (_load.Origins == 0 ? Count : _load.Origins); i++)
        {
            _origins.Add(new Origin(Group[i], i, Ledger, _load.Pace, _load.UpdateBytes));
        }
    }

    /// <summary>Waits until all see all others up, and have an edition that has all of them.</summary>
    public void WaitUntilPlanned()
    {
        Group.WaitUntilUp();
        var left = new List<TestSite>(Group.Sites);
        Eventually.Holds(
            () =>
            {
                left.RemoveAll(site => SeenTopology.At(site).Names is { Count: > 0 } && SeenTopology.At(site).Sites.Count == Count);
                return left.Count == 0;
            },
            "an edition with all sites",
            () => $"{left[0].Ask("topology")}\n{left[0].Daemon.Log}",
            TimeSpan.FromMinutes(5));
    }

    /// <summary>An export command that takes a bundle and then holds the next one up, so that a group under load does not start hundreds of processes a second.</summary>
    public static string PacedExport(TestSite site, double seconds) =>
        FormattableString.Invariant($"{site.Exports.Command(site.Life)} && sleep {seconds}");

    /// <summary>Lets a fault last while the load goes on: for so long, unless an export turns out wrong meanwhile.</summary>
    public void Hold(double seconds)
    {
        int wrong = Watch.Wrong.Count;
        Eventually.Within(TimeSpan.FromSeconds(seconds), () => Watch.Wrong.Count > wrong);
    }

    /// <summary>SIGKILL to all of these before any of them is waited for.</summary>
    public void Kill(params IReadOnlyList<int> sites)
    {
        int strike = _strikes++;
        foreach (int site in sites)
        {
            _killed.Add((site, Group[site].Life), strike);
            Signals.Send(Group[site].Daemon.Id, Signals.Kill);
        }

        foreach (int site in sites)
        {
            Group[site].Daemon.WaitForExit();
        }
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public void Terminate(int site) =>
        Assert.That(Group[site].Daemon.Terminate(), Is.Zero, () => $"exit code of {Group[site].Name}: {Group[site].Daemon.Log}");

    /// <summary>Floods so many updates at one site, pipelined, and waits for their receipts.</summary>
    public void FloodManyAt(int site, int count, int size)
    {
        const int UnderWay = 64;
        int life = Group[site].Life;
        using ClientSession session = Group[site].Open();
        var open = new Queue<Flood>();
        for (int i = 0; i < count || open.Count > 0; i++)
        {
            if (i < count)
            {
                Flood flood = Ledger.Begin(site, life);
                session.SendFlood("g", Ledger.Bytes(flood.Number, size));
                open.Enqueue(flood);
            }

            if (i >= count || open.Count == UnderWay)
            {
                open.Dequeue().Accept(session.ReadReply().Id);
            }
        }
    }

    /// <summary>The floods that have a receipt now, from a number on, and those that may still get one.</summary>
    public IReadOnlyList<Flood> FloodsSince(int number) => Ledger.Since(number);

    /// <summary>Waits until all that is due of these floods is exported at these sites.</summary>
    /// <returns>How long that took; null if it did not come true in time.</returns>
    public TimeSpan? TimeToAll(IReadOnlyList<Flood> floods, IReadOnlyList<int> sites, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<Flood> lacking = floods;
        bool all = Eventually.Within(patience, () => (lacking = Lacking(lacking, sites)).Count == 0);
        return all ? Stopwatch.GetElapsedTime(start) : null;
    }

    /// <summary>Which of these are due and not exported at all of these sites.</summary>
    public IReadOnlyList<Flood> Lacking(IReadOnlyList<Flood> floods, IReadOnlyList<int> sites) =>
        Watch.Lacking(floods, sites, flood => flood.Fate != FloodFate.Refused && IsDueByNow(flood));

    /// <summary>Ends the clients and waits for their last replies.</summary>
    public void EndFloods()
    {
        _origins.ForEach(origin => origin.Finish());
        _origins.ForEach(origin => origin.Dispose());
        _origins.Clear();
    }

    /// <summary>Judges the floods from a number on at these sites.</summary>
    public Verdict Judge(int since, IReadOnlyList<int> sites) => Judge(Ledger.Since(since), sites);

    /// <summary>Judges these floods, which follow each other, at these sites.</summary>
    public Verdict Judge(IReadOnlyList<Flood> floods, IReadOnlyList<int> sites)
    {
        if (floods.Count == 0)
        {
            return Verdict.Of([], [], sites, _killed, Watch.Wrong);
        }

        (int first, int last) = (floods[0].Number, floods[^1].Number);
        return Verdict.Of(
            floods, [.. Watch.Exports.Where(export => export.Number >= first && export.Number <= last && sites.Contains(export.Site))], sites, _killed, Watch.Wrong);
    }

    public void Dispose()
    {
        // A stopped daemon would keep its client, and a client without a daemon comes to its end at once.
        foreach (TestSite site in Group.Sites)
        {
            site.Dispose();
        }

        _origins.ForEach(origin => origin.Dispose());
        Watch.Dispose();
        Group.Dispose();
    }

    // While it goes on: what was accepted in a life that lives; the final verdict also knows who else had what died.
    private bool IsDueByNow(Flood flood) => flood.Fate == FloodFate.Accepted && !_killed.ContainsKey((flood.Origin, flood.Life));
}

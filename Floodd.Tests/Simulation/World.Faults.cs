// The sentences that scenarios are written in: floods, cuts, crashes, pauses, joins. Each is noted for the report of a failure.
using System.Collections.Immutable;
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Tests.Simulation;

internal sealed partial class World
{
    private readonly List<string> _faultLog = [];

    /// <summary>The faults so far, one line each.</summary>
    public IReadOnlyList<string> FaultLog => _faultLog;

    /// <summary>A client at a site floods an update of a length.</summary>
    public Flooded Flood(int site, int length, int group = 0, string? key = null) => Flood(site, Payload.Make(Ledger.NextNumber, length), group, key);

    /// <summary>A client at a site floods an update. Where the site is down, it is lost: nobody took responsibility.</summary>
    public Flooded Flood(int site, byte[] bytes, int group = 0, string? key = null)
    {
        Flooded flooded = Record(site, bytes, group, false, key);
        if (SessionAt(site) is { } session)
        {
            session.Flood(GroupNameOf(group), flooded, bytes);
        }
        else
        {
            flooded.RefusedWith = -1;
        }

        return flooded;
    }

    /// <summary>A client sends all of an update and vanishes after a while, its receipt read or not.</summary>
    public Flooded FloodAndVanish(int site, int length, string key, TimeSpan after, int group = 0)
    {
        byte[] bytes = Payload.Make(Ledger.NextNumber, length);
        Flooded flooded = Record(site, bytes, group, false, key);
        if (Site(site).IsUp)
        {
            var session = new Session(this, Site(site));
            session.Flood(GroupNameOf(group), flooded, bytes);
            After(after.Ticks, session.Vanish);
        }
        else
        {
            flooded.RefusedWith = -1;
        }

        return flooded;
    }

    /// <summary>A client vanishes when it has sent only a part of an update.</summary>
    public Flooded FloodHalf(int site, int length, int group = 0)
    {
        byte[] bytes = Payload.Make(Ledger.NextNumber, length);
        Flooded flooded = Record(site, bytes, group, true, null);
        if (Site(site).IsUp)
        {
            var session = new Session(this, Site(site));
            session.Flood(GroupNameOf(group), flooded, bytes.AsMemory(0, length / 2));
            After(TimeSpan.TicksPerMillisecond, session.Vanish);
        }

        flooded.RefusedWith = -1;
        return flooded;
    }

    /// <summary>A new session at a site that is up.</summary>
    public Session Connect(int site) => new(this, Site(site));

    /// <summary>Asks a site over a session of its own and waits for the reply.</summary>
    public Reply Ask(int site, string line, TimeSpan? limit = null)
    {
        Session session = Connect(site);
        Reply reply = session.Ask(line);
        RunUntil(() => reply.IsDone, limit ?? TimeSpan.FromSeconds(10), line);
        session.Vanish();
        return reply;
    }

    /// <summary>Nothing passes between two sites: streams stall, dials time out.</summary>
    public void Cut(int a, int b)
    {
        CutOneWay(a, b);
        CutOneWay(b, a);
    }

    /// <summary>Nothing passes from a site to another.</summary>
    public void CutOneWay(int from, int to)
    {
        Network.Between(from, to).Become(cut: true, Network.Between(from, to).Refusing, Now);
        Tell($"{Name(from)} -> {Name(to)} cut");
    }

    /// <summary>Nothing passes between these sites and all the others.</summary>
    public void Partition(params int[] side)
    {
        for (int i = 0; i < _sites.Count; i++)
        {
            foreach (int member in side)
            {
                if (!side.Contains(i))
                {
                    Network.Between(member, i).Become(cut: true, Network.Between(member, i).Refusing, Now);
                    Network.Between(i, member).Become(cut: true, Network.Between(i, member).Refusing, Now);
                }
            }
        }

        Tell($"partition of {string.Join(' ', side.Select(Name))} from the others");
    }

    /// <summary>Both ends of every connection between two sites get a reset; new ones may be made.</summary>
    public void Sever(int a, int b)
    {
        Wires.Sever(a, b);
        Tell($"{Name(a)} -x- {Name(b)} severed");
    }

    /// <summary>A site refuses new connections of another one.</summary>
    public void Refuse(int from, int to)
    {
        Network.Between(from, to).Become(Network.Between(from, to).Cut, refusing: true, Now);
        Tell($"{Name(to)} refuses {Name(from)}");
    }

    /// <summary>The road between two sites takes longer, or less long, from now on.</summary>
    public void Delay(int a, int b, TimeSpan least)
    {
        Network.Between(a, b).Delay = Network.Between(b, a).Delay = least.Ticks;
        Tell($"{Name(a)} - {Name(b)} takes {least.TotalMilliseconds} ms");
    }

    /// <summary>Mends two sites' road, both ways.</summary>
    public void Mend(int a, int b)
    {
        Network.Between(a, b).Become(cut: false, Network.Between(a, b).Refusing, Now);
        Network.Between(b, a).Become(cut: false, Network.Between(b, a).Refusing, Now);
        Wires.Resume();
        Tell($"{Name(a)} - {Name(b)} mended");
    }

    /// <summary>Mends every road and lets paused sites go on.</summary>
    public void Heal()
    {
        Tell("all healed");
        Network.Heal(Now);
        Wires.Resume();
        foreach (SimulatedSite site in _sites)
        {
            if (site.IsPaused)
            {
                site.Resume();
            }
        }
    }

    /// <summary>A site dies at once. Silently: its machine with it, so that nobody gets a reset.</summary>
    public void Crash(int site, bool silently = false)
    {
        if (Site(site).IsUp)
        {
            Tell($"{Name(site)} crashes{(silently ? " with its machine" : "")}");
            Site(site).End(silently, "crashed");
        }
    }

    /// <summary>A site that has died begins a new life; one that is not born yet waits for its birth. It begins where it had reported to be: what it had not exported it must still get.</summary>
    public void Restart(int site)
    {
        if (Site(site) is { IsUp: false, Life: > 0 })
        {
            Tell($"{Name(site)} restarts");
            Site(site).Start();
        }
    }

    /// <summary>A site stops as by SIGSTOP: its system still takes bytes, it runs no step.</summary>
    public void Pause(int site)
    {
        Tell($"{Name(site)} pauses");
        Site(site).Pause();
    }

    /// <summary>A paused site goes on.</summary>
    public void Resume(int site)
    {
        Tell($"{Name(site)} resumes");
        Site(site).Resume();
    }

    /// <summary>A site asked its shell to stop: its connections are closed in good order.</summary>
    public void Leave(SimulatedSite site)
    {
        foreach (End end in site.Connections.Values.OrderBy(e => e.Id.Value))
        {
            Wires.Close(end);
        }

        site.Connections.Clear();
        site.End(false, "stopped");
    }

    /// <summary>A site that no other one's configuration names joins a group; its own names one member.</summary>
    /// <returns>Its number. What was accepted before it joined need not reach it.</returns>
    public int Join(int through, int group = 0)
    {
        int index = _sites.Count;
        ImmutableSortedDictionary<SiteName, SiteDefinition> known =
            new[] { index, through }.Select(i => Configurations.Define(Options, i)).ToImmutableSortedDictionary(d => d.Name, d => d);
        GroupDefinition definition = _groups[group] with { Sites = [Configurations.NameOf(through), Configurations.NameOf(index)], MasterSite = null };
        SimulatedSite site = AddSite(Configurations.For(Options, index, known, [definition]));
        site.ExpectedFrom = Now + Options.ConnectTimeout.Ticks;
        _members[group].Add(index);
        Tell($"{Name(index)} joins through {Name(through)}");
        site.Start();
        return index;
    }

    private Flooded Record(int site, byte[] bytes, int group, bool halved, string? key)
    {
        var flooded = new Flooded
        {
            Number = Ledger.NextNumber,
            Group = group,
            Origin = site,
            OriginLife = Site(site).Life,
            Length = bytes.Length,
            Digest = Digest.Of(bytes),
            SentAt = Now,
            Halved = halved,
            ClientKey = key,
        };
        Ledger.Add(flooded);
        return flooded;
    }

    private Session? SessionAt(int site)
    {
        if (!Site(site).IsUp)
        {
            return null;
        }

        if (!_sessions.TryGetValue(site, out Session? session) || !session.IsOpen)
        {
            _sessions[site] = session = new Session(this, Site(site));
        }

        return session;
    }

    private string Name(int site) => Site(site).Name.Value;

    internal void Tell(string fault) => _faultLog.Add($"{Now / 1e7:F6}s {fault}");
}

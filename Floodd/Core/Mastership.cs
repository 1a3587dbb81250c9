// Who plans a group's topology now, when it plans, and which topology is in force. How to plan is for Planning.
using System.Collections.Immutable;
using Floodd.Model;
using Floodd.Planning;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Mastership(SiteCore core)
{
    /// <summary>How long the members must stay the same before a topology is planned for them.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly SiteState _state = core.State;
    private readonly Dictionary<Group, Instant> _settled = [];
    private readonly Dictionary<Group, long> _replansSeen = [];

    /// <summary>The member that plans: the configured master while it is up, else the first in name order that is.</summary>
    public SiteName MasterOf(Group group)
    {
        if (group.Definition.MasterSite is { } configured && group.Members.GetValueOrDefault(configured)?.Up == true)
        {
            return configured;
        }

        return group.Members.Values.FirstOrDefault(m => m.Up)?.Name ?? _state.Self;
    }

    /// <summary>Members came, went, or changed their state.</summary>
    public void MembersChanged(Group group)
    {
        Instant due = _state.Now + Settling;
        _settled[group] = due;
        _state.Deadlines.At(due, () =>
        {
            if (_settled[group] == due)
            {
                PlanIfNeeded(group, force: false);
            }
        });
    }

    /// <summary>At update-period: a topology is planned anew if there is cause.</summary>
    public void Periodic(Group group) => PlanIfNeeded(group, force: false);

    /// <summary>A client of this site asks for a new topology: it is told to all, and the master hears it.</summary>
    public void Replan(Group group)
    {
        group.Replans++;
        core.Membership.TellOwn();
        LookForReplans();
    }

    /// <summary>Whether some site's clients asked for a new topology.</summary>
    public void LookForReplans()
    {
        foreach (Group group in _state.Groups.Values)
        {
            long asked = group.Replans + group.Members.Keys.Where(n => n != _state.Self)
                .Sum(n => _state.Sites[n].Record?.Groups.FirstOrDefault(g => g.Key == group.Name).Value ?? 0);
            if (asked > _replansSeen.GetValueOrDefault(group))
            {
                _replansSeen[group] = asked;
                PlanIfNeeded(group, force: true);
            }
            else
            {
                // A site that begins a new life counts from nothing again.
                _replansSeen[group] = asked;
            }
        }
    }

    /// <summary>A topology came in.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        if (TopologyRecord.Read(payload) is not { } topology)
        {
            return "a topology that makes no sense";
        }

        if (_state.Groups.TryGetValue(topology.Group, out Group? group) && topology.Supersedes(group.Topology))
        {
            if (!IsConnected(topology))
            {
                _state.Counters.TopologiesRefused++;
                _state.Note(NoteKind.TopologyRefused, $"edition {topology.Edition} of {topology.Group} from {topology.Master} is not connected");
                return null;
            }

            Take(group, topology, link);
            PlanIfNeeded(group, force: false);
        }

        return null;
    }

    private void PlanIfNeeded(Group group, bool force)
    {
        if (_state.Stopping || MasterOf(group) != _state.Self || _state.Now < _settled.GetValueOrDefault(group))
        {
            return;
        }

        ImmutableArray<SiteName> up = [.. group.Members.Values.Where(m => m.Up).Select(m => m.Name)];
        if (up.Length < 2 || (!force && group.Topology is { } current && current.Connectivity == group.Definition.Connectivity && Sites(current).SetEquals(up)))
        {
            return;
        }

        var topology = new Topology(
            group.Name, (group.Topology?.Edition ?? 0) + 1, _state.Self, group.Definition.Connectivity, FallbackGraph.Edges(up, group.Definition.Connectivity));
        Take(group, topology, null);
    }

    private void Take(Group group, Topology topology, Link? from)
    {
        group.Topology = topology;
        _state.Counters.TopologiesTaken++;
        _state.Note(NoteKind.TopologyChanged, $"topology of {group.Name}: edition {topology.Edition} by {topology.Master}, {topology.Edges.Length} links");
        foreach (Link link in _state.Links.Values.Where(l => l.Up && l != from))
        {
            TopologyRecord.Write(link.Out, topology);
        }

        core.Neighbors.TopologyChanged(group);
    }

    private static SortedSet<SiteName> Sites(Topology topology) => [.. topology.Edges.SelectMany(e => new[] { e.A, e.B })];

    private static bool IsConnected(Topology topology)
    {
        ILookup<SiteName, SiteName> neighbors = topology.Edges.Concat(topology.Edges.Select(e => new Edge(e.B, e.A))).ToLookup(e => e.A, e => e.B);
        var reached = new HashSet<SiteName>();
        var line = new Queue<SiteName>(topology.Edges.Select(e => e.A).Take(1));
        while (line.TryDequeue(out SiteName site))
        {
            if (reached.Add(site))
            {
                foreach (SiteName next in neighbors[site])
                {
                    line.Enqueue(next);
                }
            }
        }

        return reached.Count > 0 && reached.Count == neighbors.Count;
    }
}

// Who plans a group's topology now, and which topology is in force. When to plan and what from is for Plans.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

internal sealed class Mastership(SiteCore core)
{
    private readonly SiteState _state = core.State;
    private readonly Dictionary<Group, long> _replansSeen = [];
    private long _changesSeen = -1;

    /// <summary>The member that plans: the configured master while it is up, else the first in name order that is.</summary>
    public SiteName MasterOf(Group group)
    {
        if (group.Definition.MasterSite is { } configured && group.Members.GetValueOrDefault(configured)?.Up == true)
        {
            return configured;
        }

        return group.Members.Values.FirstOrDefault(m => m.Up)?.Name ?? _state.Self;
    }

    /// <summary>A client of this site asks for a new topology: it is told to all, and the master hears it.</summary>
    public void Replan(Group group)
    {
        group.Replans++;
        core.Membership.TellOwn();
        _changesSeen = -1;
        LookForReplans();
    }

    /// <summary>Whether some site's clients asked for a new topology.</summary>
    public void LookForReplans()
    {
        if (_changesSeen == core.Membership.Changes)
        {
            return;
        }

        _changesSeen = core.Membership.Changes;
        foreach (Group group in _state.Groups.Values)
        {
            long asked = group.Replans + group.Members.Keys.Where(n => n != _state.Self)
                .Sum(n => _state.Sites[n].Record?.Groups.FirstOrDefault(g => g.Key == group.Name).Value ?? 0);
            bool more = asked > _replansSeen.GetValueOrDefault(group);

            // A site that begins a new life counts from nothing again.
            _replansSeen[group] = asked;
            if (more)
            {
                core.Plans.Demand(group);
            }
        }
    }

    /// <summary>A topology came in.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Received(Link link, ReadOnlySpan<byte> payload)
    {
        if (IsInForce(payload))
        {
            return null;
        }

        if (TopologyRecord.Read(payload) is not { } topology)
        {
            return "a topology that makes no sense";
        }

        if (_state.Groups.TryGetValue(topology.Group, out Group? group) && topology.Supersedes(group.Topology) && topology.Edition <= WireLimits.VersionMax)
        {
            if (topology.Edges.IsEmpty || !Topology.Joins(topology.Edges, topology.Sites))
            {
                _state.Counters.TopologiesRefused++;
                _state.Note(NoteKind.TopologyRefused, $"edition {topology.Edition} of {topology.Group} from {topology.Master} is not connected");
                return null;
            }

            Take(group, topology, link);
            core.Plans.Look(group);
        }

        return null;
    }

    // It comes once over every link.
    private bool IsInForce(ReadOnlySpan<byte> payload)
    {
        foreach (Group group in _state.Groups.Values)
        {
            if (group.TopologyFrame.Length == Frame.HeadSize + payload.Length && group.TopologyFrame.Span.EndsWith(payload))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts a new edition into force here and tells all.</summary>
    public void Publish(Group group, IEnumerable<Edge> edges) => Take(
        group, new Topology(group.Name, (group.Topology?.Edition ?? 0) + 1, _state.Self, group.Definition.Connectivity, [.. edges]), null);

    private void Take(Group group, Topology topology, Link? from)
    {
        int changed = topology.Edges.Except(group.Topology?.Edges ?? []).Count();
        group.Follow(topology, _state.Self, _state.Now);
        _state.Counters.TopologiesTaken++;
        _state.Counters.TopologyLinksAdded += changed;
        _state.Note(NoteKind.TopologyChanged, $"topology of {group.Name}: edition {topology.Edition} by {topology.Master}, {topology.Edges.Length} links, {changed} of them new");
        foreach (Link link in _state.Links.Values.Where(l => l.Up && l != from))
        {
            link.Out.Raw(group.TopologyFrame.Span);
        }

        core.Neighbors.TopologyChanged(group);
    }
}
